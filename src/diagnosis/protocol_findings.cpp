// SPDX-License-Identifier: Apache-2.0
// What a server does against the protocol while it can still be understood.
#include <algorithm>
#include <string_view>

#include "base/ascii.hpp"
#include "base/duration_text.hpp"
#include "base/printable.hpp"
#include "diagnosis/assessment.hpp"
#include "diagnosis/evidence.hpp"

namespace smtpprobe {
namespace {

/// Beyond this a server is said to greet late: longer than any slow line takes, shorter than most
/// deliberate delays (postscreen 6 s, greet_pause 5 s).
constexpr Duration kSlowGreeting = std::chrono::seconds(4);

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
    case Breach::nul_byte:
    case Breach::status_contradicts_code: return Severity::warning;
    case Breach::bare_carriage_return:
    case Breach::line_too_long:
    case Breach::no_separator:
    case Breach::code_only:
    case Breach::empty_line:
    case Breach::control_byte:
    case Breach::non_ascii: return Severity::note;
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
            // A server that must close may say so unasked (RFC 5321 3.8).
            if (breach == Breach::early_reply && received->reply.code() == 421)
                continue;
            findings.add("protocol." + std::string(name(breach)),
                         {breach_weight(breach), view.where(), answer_seen(*received), received->step});
            break;
        }
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
    if (view.before_tls) { // whoever does not start TLS is asked for a password all the same
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

} // namespace

void find_in_protocol(const SessionView& view, Findings& findings)
{
    find_masks(view, findings);
    find_in_greeting(view, findings);
    find_in_capabilities(view, findings);
    find_breaches(view, findings);
}

} // namespace smtpprobe
