// SPDX-License-Identifier: Apache-2.0
#include "base/duration_text.hpp"
#include "diagnosis/evidence.hpp"
#include "diagnosis/refusals.hpp"
#include "smtpprobe/explain.hpp"

namespace smtpprobe {
namespace {

/// Turned away at the door, as limits of connections do: by a RST, by silence, or by a greeting that says so.
bool kept_out(const SessionView& view)
{
    if (view.broken != nullptr) {
        const auto kind = view.broken->fault.kind;
        const bool at_door = view.broken->step == Step::connect || view.broken->step == Step::greeting;
        return at_door && (kind == FaultKind::refused || kind == FaultKind::reset ||
                           kind == FaultKind::closed || kind == FaultKind::timed_out);
    }
    if (view.greeting == nullptr || view.greeting->reply.code_class() != 4)
        return false;
    const auto cause = explain(Step::greeting, view.greeting->reply).entry->kind;
    return cause == Cause::too_many || cause == Cause::rate_limited;
}

std::string how(const SessionView& view)
{
    return view.broken != nullptr ? fault_seen(view) : answer_seen(*view.greeting);
}

bool was_let_in(const SessionView& view)
{
    return view.greeting != nullptr && view.greeting->reply.code_class() == 2;
}

} // namespace

void find_second_connection_refused(const Assessment& assessment, const Attempt& attempt, Findings& findings)
{
    if (!was_let_in(attempt.main))
        return;
    std::vector<SessionView> others;
    if (attempt.in_clear)
        others.push_back(*attempt.in_clear);
    for (const auto& experiment : assessment.facts->experiments) {
        // With a preamble, or with TLS from the first byte, it is another kind of conversation that fails.
        const bool alike = experiment.purpose == Purpose::fresh_session ||
                           experiment.purpose == Purpose::small_segments ||
                           experiment.purpose == Purpose::later || experiment.purpose == Purpose::postmaster;
        const auto* session = std::get_if<Session>(&experiment.what);
        const auto& endpoint = attempt.main.session->endpoint;
        if (alike && session != nullptr && session->endpoint.address == endpoint.address &&
            session->endpoint.port == endpoint.port)
            others.emplace_back(*session);
    }
    const SessionView* refused = nullptr;
    for (const auto& other : others)
        if (kept_out(other) && refused == nullptr)
            refused = &other;
    if (refused == nullptr)
        return;
    constexpr std::string_view kId = "refusal.second-connection";
    for (auto& finding : findings.all())
        if (attempt.in_clear && refused->session == attempt.in_clear->session &&
            finding.where == refused->where() && finding.step == refused->decided_at &&
            finding.part_of.empty()) {
            finding.part_of = kId;
            finding.severity = Severity::note;
        }
    auto& finding =
        findings.add(kId, {Severity::note, attempt.main.where(),
                           "the first connection was greeted; a later one: " + how(*refused), Step::connect});
    finding.confidence = Confidence::likely;
    finding.decided_by = "several connections to the same port";
}

} // namespace smtpprobe
