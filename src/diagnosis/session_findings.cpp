// SPDX-License-Identifier: Apache-2.0
// One conversation: what decided it, what broke the protocol, and what a middlebox left behind.
#include <algorithm>
#include <string_view>

#include "base/ascii.hpp"
#include "base/duration_text.hpp"
#include "base/printable.hpp"
#include "diagnosis/assessment.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kQuoteLimit = 400;

/// Beyond this a server is said to greet late: longer than any slow line takes, shorter than most
/// deliberate delays (postscreen 6 s, greet_pause 5 s).
constexpr Duration kSlowGreeting = std::chrono::seconds(4);

std::string quoted(const Reply& reply)
{
    std::string text;
    for (const auto& line : reply.lines()) {
        if (!text.empty())
            text += " / ";
        text += line;
    }
    return std::to_string(reply.code()) + ' ' + printable(trimmed(text), kQuoteLimit);
}

std::string verb_of(Step step)
{
    switch (step) {
    case Step::connect: return "the connection";
    case Step::greeting: return "the connection";
    case Step::tls: return "the TLS handshake";
    default: return to_upper(name(step));
    }
}

std::string answer_seen(const Received& received)
{
    if (received.step == Step::greeting)
        return "greets with: " + quoted(received.reply);
    return "answers " + verb_of(received.step) + " with: " + quoted(received.reply);
}

/// When the step that broke began, and so how long it lasted.
Duration time_in_step(const SessionView& view)
{
    Duration began{};
    Duration ended = view.session->took;
    for (const auto& event : view.session->transcript) {
        if (const auto* broken = std::get_if<Broken>(&event.what); broken == view.broken) {
            ended = event.at;
            break;
        }
        began = event.at;
    }
    return ended > began ? ended - began : Duration{};
}

std::string fault_seen(const SessionView& view)
{
    const auto& broken = *view.broken;
    const auto lasted = duration_text(time_in_step(view));
    std::string text;
    switch (broken.fault.kind) {
    case FaultKind::timed_out:
    case FaultKind::deadline:
        text = broken.step == Step::connect    ? "no answer to the connection attempt within "
               : broken.step == Step::greeting ? "the connection was accepted, then no greeting within "
                                               : "no answer to " + verb_of(broken.step) + " within ";
        text += lasted;
        if (broken.fault.kind == FaultKind::deadline)
            text += " (then --deadline ended the wait)";
        break;
    case FaultKind::cancelled: text = "interrupted while waiting for " + verb_of(broken.step); break;
    case FaultKind::malformed:
    case FaultKind::too_long:
    case FaultKind::injected:
    case FaultKind::not_tls:
        text = std::string(name(broken.fault.kind)) + " at " + verb_of(broken.step);
        break;
    default:
        text = std::string(name(broken.fault.kind)) + " at " + verb_of(broken.step) + " after " + lasted;
        break;
    }
    if (!broken.fault.detail.empty())
        text += ": " + printable(broken.fault.detail, kQuoteLimit);
    if (!broken.partial.empty())
        text += "; received: " + printable(broken.partial, kQuoteLimit);
    return text;
}

Fault fault_to_explain(const SessionView& view)
{
    Fault fault = view.broken->fault;
    // That our deadline came before the step's own limit changes nothing about who kept silent.
    if (fault.kind == FaultKind::deadline)
        fault.kind = FaultKind::timed_out;
    // Bytes that are no reply tell which protocol this is.
    if (fault.kind == FaultKind::malformed && !view.broken->partial.empty())
        fault.detail = view.broken->partial;
    return fault;
}

void find_fault(const SessionView& view, Severity weight, Findings& findings)
{
    auto& finding = findings.add(explain(view.broken->step, fault_to_explain(view)),
                                 {weight, view.where(), fault_seen(view), view.broken->step});
    if (view.broken->fault.kind == FaultKind::deadline && finding.confidence == Confidence::sure)
        finding.confidence = Confidence::likely;
}

Severity refusal_weight(const Explained& explained, Severity weight)
{
    // Greylisting is meant to pass: every real mail server tries again.
    const std::string_view id = explained.entry->id;
    const bool passes =
        id.find("greylist") != std::string_view::npos || id.find("postscreen") != std::string_view::npos;
    return passes ? Severity::warning : weight;
}

void find_refusal(const Received& received, const std::string& about, const SessionView& view,
                  Severity weight, Findings& findings)
{
    const auto explained = explain(received.step, received.reply);
    findings.add(explained, {refusal_weight(explained, weight), view.where(), about + answer_seen(received),
                             received.step});
}

void find_recipients(const SessionView& view, Severity weight, Findings& findings)
{
    for (const auto& recipient : view.recipients)
        if (recipient.answer != nullptr && !recipient.answer->reply.positive())
            find_refusal(*recipient.answer, printable(recipient.mailbox) + ": ", view,
                         view.state == EndpointState::some_refused ? Severity::problem : weight, findings);
}

bool starred(std::string_view text)
{
    std::size_t stars = 0;
    for (const char c : text)
        stars += c == '*' ? 1u : 0u;
    return stars >= 4 && stars * 2 > text.size();
}

bool names_no_host(std::string_view text)
{
    const auto word = text.substr(0, text.find(' '));
    return equal_ignoring_case(word, "localhost") || equal_ignoring_case(word, "localhost.localdomain");
}

Severity breach_weight(Breach breach)
{
    switch (breach) {
    case Breach::mixed_codes:
    case Breach::bare_line_feed:
    case Breach::early_reply:
    case Breach::stray_line:
    case Breach::nul_byte: return Severity::warning;
    case Breach::bare_carriage_return:
    case Breach::line_too_long:
    case Breach::no_separator:
    case Breach::code_only:
    case Breach::empty_line:
    case Breach::control_byte:
    case Breach::non_ascii:
    case Breach::status_contradicts_code: return Severity::note;
    }
    return Severity::note;
}

void find_breaches(const SessionView& view, Findings& findings)
{
    for (std::size_t i = 0; i < std::size(Names<Breach>::all); ++i) {
        const auto breach = static_cast<Breach>(i);
        // The first reply that did it is evidence enough.
        for (const auto& event : view.session->transcript) {
            const auto* received = std::get_if<Received>(&event.what);
            if (received == nullptr || std::find(received->breaches.begin(), received->breaches.end(),
                                                 breach) == received->breaches.end())
                continue;
            findings.add("protocol." + std::string(name(breach)),
                         {breach_weight(breach), view.where(), answer_seen(*received), received->step});
            break;
        }
    }
}

/// `XXXXXXXA` in the place of a keyword as long as STARTTLS.
bool masks_starttls(const CapabilityNote& note)
{
    return note.fault == CapabilityFault::masked &&
           trimmed(note.line).size() == std::string_view("STARTTLS").size();
}

void find_masked(const SessionView& view, Findings& findings)
{
    const bool banner = view.greeting != nullptr && starred(view.greeting->reply.words());
    if (banner) {
        findings.add("middlebox.banner-masked",
                     {Severity::warning, view.where(), answer_seen(*view.greeting), Step::greeting});
        if (view.only_helo || (view.hello != nullptr && view.hello->reply.code_class() == 5))
            findings.all().back().severity = Severity::problem;
    }
    if (!view.before_tls)
        return;
    for (const auto& note : view.before_tls->notes) {
        if (note.fault != CapabilityFault::masked)
            continue;
        const bool stripped =
            masks_starttls(note) && !view.before_tls->has("STARTTLS") && view.tls == nullptr;
        auto& finding = findings.add(
            stripped ? "tls.stripped-by-middlebox" : "middlebox.keywords-masked",
            {stripped ? Severity::problem : Severity::warning, view.where(),
             "the reply to EHLO lists \"" + printable(trimmed(note.line), 80) + "\" as a keyword",
             Step::ehlo});
        if (!stripped && banner)
            finding.part_of = "middlebox.banner-masked";
    }
}

void find_in_capabilities(const SessionView& view, Findings& findings)
{
    for (const auto* list :
         {view.before_tls ? &*view.before_tls : nullptr, view.after_tls ? &*view.after_tls : nullptr}) {
        if (list == nullptr)
            continue;
        for (const auto& note : list->notes)
            if (note.fault != CapabilityFault::masked)
                findings.add("capability." + std::string(name(note.fault)),
                             {Severity::note, view.where(),
                              "the reply to EHLO has: " + printable(trimmed(note.line), 200), Step::ehlo});
    }
    if (view.before_tls && view.tls == nullptr) {
        const auto* auth = view.before_tls->find("AUTH");
        const bool clear =
            auth != nullptr &&
            std::any_of(auth->parameters.begin(), auth->parameters.end(), [](const std::string& mechanism) {
                return equal_ignoring_case(mechanism, "PLAIN") || equal_ignoring_case(mechanism, "LOGIN");
            });
        if (clear)
            findings.add("smtp.auth-in-clear",
                         {Severity::warning, view.where(),
                          "offers AUTH " + printable(joined(auth->parameters, " "), 200) + " without TLS",
                          Step::ehlo});
    }
}

void find_in_greeting(const SessionView& view, Findings& findings)
{
    if (view.greeting == nullptr)
        return;
    const auto waited = view.greeting_at - view.connected_at;
    if (waited >= kSlowGreeting)
        findings.add("smtp.slow-greeting",
                     {Severity::note, view.where(),
                      "the greeting was complete " + duration_text(waited) + " after the connection",
                      Step::greeting});
    const bool in_banner = names_no_host(view.greeting->reply.words());
    if (in_banner || (view.before_tls && names_no_host(view.before_tls->server_name)))
        findings.add("smtp.server-name-local",
                     {Severity::warning, view.where(), answer_seen(in_banner ? *view.greeting : *view.hello),
                      in_banner ? Step::greeting : Step::ehlo});
    if (view.only_helo)
        findings.add("smtp.no-ehlo",
                     {Severity::warning, view.where(),
                      "EHLO is refused, HELO is answered with: " + quoted(view.hello->reply), Step::ehlo});
}

void find_outcome(const SessionView& view, Severity weight, Findings& findings)
{
    switch (view.state) {
    case EndpointState::works: break;
    case EndpointState::some_refused: find_recipients(view, weight, findings); break;
    case EndpointState::defers:
    case EndpointState::refuses:
    case EndpointState::no_mail:
        if (view.decided_at == Step::rcpt)
            find_recipients(view, weight, findings);
        else if (view.deciding != nullptr)
            find_refusal(*view.deciding, "", view, weight, findings);
        break;
    case EndpointState::dead: find_fault(view, weight, findings); break;
    case EndpointState::unfinished:
        if (view.broken != nullptr)
            find_fault(view, Severity::note, findings);
        break;
    case EndpointState::untried: break;
    }
    if (view.quit_broken != nullptr && view.quit_broken->fault.kind != FaultKind::cancelled)
        findings.add("smtp.no-quit-reply",
                     {Severity::note, view.where(),
                      "QUIT: " + std::string(name(view.quit_broken->fault.kind)), Step::quit});
}

/// Must TLS hold here, or does the mail go through in the clear as well?
bool tls_is_strict(const SessionView& view)
{
    const auto& endpoint = view.session->endpoint;
    return endpoint.tls == TlsMode::require || endpoint.tls == TlsMode::implicit || endpoint.port == 587 ||
           endpoint.port == 465;
}

void find_in_session(const SessionView& view, Severity weight, Instant now, Findings& findings)
{
    find_outcome(view, weight, findings);
    find_masked(view, findings);
    find_in_greeting(view, findings);
    find_in_tls(view, now, tls_is_strict(view), findings);
    find_in_capabilities(view, findings);
    find_breaches(view, findings);
}

} // namespace

void find_in_sessions(const Assessment& assessment, Findings& findings)
{
    for (const auto& attempt : assessment.attempts) {
        const bool decides = &attempt == assessment.decisive;
        const Severity weight =
            decides && !assessment.mail_flows() ? Severity::problem : assessment.failure_weight();
        find_in_session(attempt.main, weight, assessment.facts->started, findings);
        if (attempt.in_clear)
            find_outcome(*attempt.in_clear, weight, findings);
    }
}

} // namespace smtpprobe
