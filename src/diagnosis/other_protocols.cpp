// SPDX-License-Identifier: Apache-2.0
// Services that are no SMTP server, known by what they say. Those whose first words are no reply at all
// are told apart by the catalogue.
#include <algorithm>
#include <string_view>

#include "base/ascii.hpp"
#include "base/duration_text.hpp"
#include "diagnosis/assessment.hpp"
#include "diagnosis/evidence.hpp"
#include "diagnosis/stall.hpp"

namespace smtpprobe {
namespace {

/// A line that trickles in for longer than this comes byte by byte.
constexpr Duration kDribble = std::chrono::seconds(3);

bool says(const Received* received, std::initializer_list<std::string_view> words)
{
    if (received == nullptr)
        return false;
    const auto text = received->reply.words();
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
        return find_ignoring_case(text, word) != std::string_view::npos;
    });
}

void replace_symptom(const SessionView& view, std::string_view id, Confidence confidence,
                     std::string_view decided_by, Findings& findings)
{
    auto weight = Severity::problem;
    for (auto& finding : findings.all())
        if (finding.where == view.where() && finding.step == view.decided_at && finding.part_of.empty() &&
            finding.severity != Severity::note) {
            weight = finding.severity;
            finding.part_of = id;
        }
    auto& finding =
        findings.add(id, {weight, view.where(), answer_seen(*view.greeting) + "; " + answer_seen(*view.hello),
                          view.decided_at});
    finding.confidence = confidence;
    finding.decided_by = decided_by;
}

/// They greet with 2xx as well, and know no hello.
void find_by_replies(const Facts& facts, const SessionView& view, Findings& findings)
{
    const bool refused = view.greeting != nullptr && view.greeting->reply.code_class() == 2 &&
                         view.hello != nullptr && view.hello->reply.code_class() == 5 &&
                         view.session->endpoint.protocol == Protocol::smtp;
    if (!refused)
        return;
    const auto code = view.greeting->reply.code();
    if (says(view.hello, {"USER and PASS", "not logged in"}) || says(view.greeting, {"FTP", "FileZilla"}))
        return replace_symptom(view, "session.ftp-server", Confidence::sure, "greeting and refusal",
                               findings);
    if (code == 200 || code == 201 || says(view.greeting, {"NNTP", "InterNetNews"}))
        return replace_symptom(view, "session.nntp-server", Confidence::likely, "greeting and refusal",
                               findings);
    const auto* lmtp = trial_with(facts, Purpose::lhlo, view.session->endpoint);
    const bool proven = lmtp != nullptr && SessionView(*lmtp).before_tls.has_value();
    if (proven || says(view.greeting, {"LMTP"}))
        replace_symptom(view, "session.lmtp-server", proven ? Confidence::sure : Confidence::likely,
                        proven ? "a session that began with LHLO" : "greeting and refusal", findings);
}

/// Bytes that no text protocol sends first.
void find_binary(const SessionView& view, Findings& findings)
{
    if (view.broken == nullptr || view.broken->step != Step::greeting)
        return;
    const auto& bytes = view.broken->partial.empty() ? view.broken->fault.detail : view.broken->partial;
    if (bytes.find('\0') == std::string::npos)
        return;
    for (auto& finding : findings.all())
        if (finding.where == view.where() && finding.part_of.empty() &&
            (finding.id == "fault.greeting.malformed" || finding.id == "fault.greeting.timed-out" ||
             finding.id == "fault.greeting.closed")) {
            const auto weight = finding.severity;
            finding.part_of = "session.binary-protocol";
            findings.add("session.binary-protocol", {weight, view.where(), fault_seen(view), Step::greeting})
                .decided_by = "the bytes that came";
            return;
        }
}

/// Replies that take long from their first byte to their last.
void find_dribbling(const SessionView& view, Findings& findings)
{
    for (const auto& event : view.session->transcript) {
        const auto* received = std::get_if<Received>(&event.what);
        if (received == nullptr || received->first_byte_at <= Duration{})
            continue;
        const auto lasted = event.at - received->first_byte_at;
        // A greeting of several lines with a pause between is how postscreen tests its clients.
        if (lasted < kDribble || (received->step == Step::greeting && received->reply.lines().size() > 1))
            continue;
        findings.add("session.reply-dribbles", {Severity::warning, view.where(),
                                                answer_seen(*received) + ", over " + duration_text(lasted) +
                                                    " from the first byte to the last",
                                                received->step});
        return;
    }
}

/// Whoever names a host may have named the wrong one. An MX record that leads to another service is its
/// owner's to mend.
void blame_the_record(const Assessment& assessment, Findings& findings)
{
    const auto kind = assessment.facts->route.kind;
    if (kind != RouteKind::mx && kind != RouteKind::implicit_mx)
        return;
    for (auto& finding : findings.all())
        if (finding.who == Actor::you_setup &&
            (finding.id.starts_with("fault.greeting.") || finding.id == "session.ftp-server" ||
             finding.id == "session.nntp-server" || finding.id == "session.binary-protocol"))
            finding.who = Actor::recipient_admin;
}

} // namespace

void find_other_protocols(const Assessment& assessment, Findings& findings)
{
    for (const auto& attempt : assessment.attempts) {
        find_by_replies(*assessment.facts, attempt.main, findings);
        find_binary(attempt.main, findings);
        find_dribbling(attempt.main, findings);
    }
    blame_the_record(assessment, findings);
}

} // namespace smtpprobe
