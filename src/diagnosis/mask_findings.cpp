// SPDX-License-Identifier: Apache-2.0
// Devices on the way that overwrite what passes, seen in one conversation alone.
#include <algorithm>
#include <string_view>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "diagnosis/assessment.hpp"
#include "diagnosis/evidence.hpp"

namespace smtpprobe {
namespace {

bool starred(std::string_view text)
{
    const auto stars = static_cast<std::size_t>(std::count(text.begin(), text.end(), '*'));
    return stars >= 4 && stars * 2 > text.size();
}

/// `XXXXXXXA` in the place of a keyword as long as STARTTLS.
bool masks_starttls(const CapabilityNote& note)
{
    return note.fault == CapabilityFault::masked &&
           trimmed(note.line).size() == std::string_view("STARTTLS").size();
}

void find_masked_banner(const SessionView& view, Findings& findings)
{
    auto& finding = findings.add("middlebox.banner-masked", {Severity::warning, view.where(),
                                                             answer_seen(*view.greeting), Step::greeting});
    if (view.only_helo || (view.hello != nullptr && is_command_unknown(*view.hello)))
        finding.severity = Severity::problem;
}

void find_masked_keywords(const SessionView& view, bool banner, Findings& findings)
{
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

/// The first run of X as long as a verb that stands as a word of its own; empty where there is none.
std::string_view masked_verb(std::string_view text)
{
    std::size_t run = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && text[i] == 'X') {
            ++run;
            continue;
        }
        const bool word = i == text.size() || !is_alnum(text[i]);
        if (run >= 4 && word && (i == run || !is_alnum(text[i - run - 1])))
            return text.substr(i - run, run);
        run = 0;
    }
    return {};
}

/// `500 5.5.1 Command unrecognized: "XXXX probe.example.org"`: what we said did not arrive. A mailbox or a
/// number that is written so is none, nor what we said so ourselves.
void find_masked_verbs(const SessionView& view, Findings& findings)
{
    std::string_view said;
    for (const auto& event : view.session->transcript) {
        if (const auto* sent = std::get_if<Sent>(&event.what))
            said = sent->text;
        const auto* received = std::get_if<Received>(&event.what);
        if (received == nullptr || received->step == Step::rcpt || !is_command_unknown(*received))
            continue;
        const auto words = received->reply.words();
        const auto verb = masked_verb(words);
        if (verb.empty() || find_ignoring_case(said, verb) != std::string_view::npos)
            continue;
        findings.add(
            "middlebox.verbs-masked",
            {view.alive() && view.state != EndpointState::refuses ? Severity::warning : Severity::problem,
             view.where(), answer_seen(*received), received->step});
        return;
    }
}

/// Products whose replies are never in capitals alone.
bool names_known_server(std::string_view text)
{
    for (const std::string_view server :
         {"postfix", "exim", "sendmail", "dovecot", "opensmtpd", "microsoft esmtp", "haraka"})
        if (find_ignoring_case(text, server) != std::string_view::npos)
            return true;
    return false;
}

bool has_small_letter(std::string_view text)
{
    return std::any_of(text.begin(), text.end(), [](char c) { return to_upper(c) != c; });
}

/// Not one small letter in all that the server said in the clear.
void find_upper_cased(const SessionView& view, Findings& findings)
{
    std::string all;
    std::string inside_tls;
    bool secured = false;
    for (const auto& event : view.session->transcript) {
        secured = secured || std::holds_alternative<Secured>(event.what);
        if (const auto* received = std::get_if<Received>(&event.what))
            (secured ? inside_tls : all) += received->reply.words() + ' ';
    }
    const auto letters = std::count_if(all.begin(), all.end(), is_alpha);
    if (has_small_letter(all) || letters < 40 || view.greeting == nullptr || !names_known_server(all))
        return;
    auto& finding = findings.add("middlebox.upper-cased", {Severity::warning, view.where(),
                                                           answer_seen(*view.greeting), Step::greeting});
    finding.confidence = Confidence::likely;
    if (!has_small_letter(inside_tls))
        return;
    finding.seen += "; inside TLS, where nobody can change them, its replies have small letters";
    finding.confidence = Confidence::sure;
    finding.decided_by = "the replies inside TLS";
}

} // namespace

void find_masks(const SessionView& view, Findings& findings)
{
    const bool banner = view.greeting != nullptr && starred(view.greeting->reply.words());
    if (banner)
        find_masked_banner(view, findings);
    if (view.before_tls)
        find_masked_keywords(view, banner, findings);
    find_masked_verbs(view, findings);
    find_upper_cased(view, findings);
}

} // namespace smtpprobe
