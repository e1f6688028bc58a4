// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/stall_case.hpp"

#include <algorithm>
#include <utility>

#include "base/duration_text.hpp"
#include "diagnosis/evidence.hpp"

namespace smtpprobe {
namespace {

/// The first reply behind the greeting; null for none.
const Received* behind_greeting(const SessionView& view)
{
    for (const auto& event : view.session->transcript)
        if (const auto* received = std::get_if<Received>(&event.what);
            received != nullptr && received->step != Step::greeting)
            return received;
    return nullptr;
}

} // namespace

bool Tried::takes_preamble() const
{
    const auto* reply = view ? behind_greeting(*view) : nullptr;
    return reply != nullptr && reply->step == Step::quit && reply->reply.code_class() == 2;
}

bool Tried::refuses_preamble() const
{
    const auto* reply = view ? behind_greeting(*view) : nullptr;
    return reply != nullptr && reply->reply.code_class() != 2;
}

std::string Tried::seen() const
{
    if (view->broken == nullptr)
        return view->greeting != nullptr ? answer_seen(*view->greeting) : std::string("no fault");
    const auto lasted = duration_text(time_in_step(*view));
    const bool bare = view->broken->partial.empty() && view->connected;
    switch (view->broken->fault.kind) {
    case FaultKind::timed_out:
    case FaultKind::deadline:
        if (bare)
            return "silence for " + lasted;
        break;
    case FaultKind::closed:
        if (bare)
            return "closed after " + lasted;
        break;
    case FaultKind::reset:
        if (bare)
            return "reset after " + lasted;
        break;
    case FaultKind::refused:
    case FaultKind::host_unreachable:
    case FaultKind::network_unreachable:
    case FaultKind::prohibited:
    case FaultKind::no_local_address:
    case FaultKind::malformed:
    case FaultKind::too_long:
    case FaultKind::injected:
    case FaultKind::handshake:
    case FaultKind::not_tls:
    case FaultKind::cancelled:
    case FaultKind::local: break;
    }
    return fault_seen(*view);
}

Tried StallCase::tried(Purpose purpose) const
{
    const auto* session = trial_with(facts_, purpose, endpoint());
    if (session == nullptr || session->transcript.empty())
        return {};
    return {SessionView(*session)};
}

Tried StallCase::tried_without_hello() const
{
    const auto* session = trial_without_hello(facts_, endpoint());
    if (session == nullptr)
        return {};
    return {SessionView(*session)};
}

Tried StallCase::tried_after_small_segments() const
{
    const auto* session = trial_after_small_segments(facts_, endpoint());
    if (session == nullptr || session->transcript.empty())
        return {};
    return {SessionView(*session)};
}

std::string StallCase::seen() const { return fault_seen(view_); }

std::string StallCase::seen_twice() const
{
    const auto again = tried(Purpose::fresh_session);
    return again ? seen() + "; a second session: " + again.seen() : seen();
}

Finding* StallCase::symptom()
{
    for (auto& finding : findings_.all())
        if (finding.where == view_.where() && finding.step == view_.decided_at && finding.part_of.empty() &&
            finding.severity != Severity::note &&
            (view_.broken == nullptr || finding.id.starts_with("fault.")))
            return &finding;
    return nullptr;
}

bool StallCase::cause(std::string_view id, std::string what_was_seen, std::string_view decided_by,
                      Confidence confidence)
{
    auto weight = Severity::note;
    if (auto* finding = symptom()) {
        if (finding->id == id) { // the same words: only their evidence is better
            finding->seen = std::move(what_was_seen);
            finding->decided_by = decided_by;
            finding->confidence = confidence;
            return true;
        }
        if (id == "session.fails-at-times") // the next attempt gets through
            finding->severity = std::min(finding->severity, Severity::warning);
        weight = finding->severity;
        finding->part_of = id;
    }
    auto& found = findings_.add(id, {weight, view_.where(), std::move(what_was_seen), view_.decided_at});
    found.decided_by = decided_by;
    found.confidence = confidence;
    return true;
}

bool StallCase::cause(const Explained& explained, std::string what_was_seen, std::string_view decided_by)
{
    return cause(explained.entry->id, std::move(what_was_seen), decided_by, explained.confidence);
}

void StallCase::confirm(std::string_view by)
{
    if (auto* finding = symptom())
        finding->decided_by = by;
}

std::string greeted_when(std::string_view condition, const Tried& trial)
{
    return "; when " + std::string(condition) + ", it " + answer_seen(*trial.view->greeting);
}

Explained protocol_of(std::string_view bytes)
{
    Fault fault;
    fault.kind = FaultKind::malformed;
    fault.detail = bytes;
    return explain(Step::greeting, fault);
}

} // namespace smtpprobe
