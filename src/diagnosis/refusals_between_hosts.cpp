// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "diagnosis/evidence.hpp"
#include "diagnosis/refusals.hpp"
#include "smtpprobe/explain.hpp"

namespace smtpprobe {
namespace {

bool takes(const SessionView& view)
{
    return view.state == EndpointState::works || view.state == EndpointState::some_refused;
}

bool turns_away(const SessionView& view)
{
    return view.state == EndpointState::defers || view.state == EndpointState::refuses ||
           view.state == EndpointState::no_mail;
}

void put_under(std::string_view id, const SessionView& view, Findings& findings)
{
    for (auto& finding : findings.all())
        if (finding.where == view.where() && finding.step == view.decided_at && finding.part_of.empty() &&
            finding.id != id)
            finding.part_of = id;
}

/// The same mailbox, refused for good by one host and taken by another: not for who we are, but for what
/// the hosts know of it.
bool disagree(const SessionView& refusing, const SessionView& taking)
{
    if (refusing.state != EndpointState::refuses || refusing.decided_at != Step::rcpt ||
        refusing.deciding == nullptr || taking.recipients.empty())
        return false;
    const auto kind = explain(Step::rcpt, refusing.deciding->reply).entry->kind;
    return kind == Cause::user_unknown || kind == Cause::filtered || kind == Cause::has_moved ||
           kind == Cause::suspend || kind == Cause::no_relaying || kind == Cause::host_unknown ||
           kind == Cause::not_accept || kind == Cause::mailbox_full;
}

/// Then the host does its work, and the fault is ours.
bool is_about_us(const SessionView& view)
{
    if (view.deciding == nullptr)
        return false;
    const auto explained = explain(view.deciding->step, view.deciding->reply);
    switch (explained.entry->who) {
    case Actor::you_message:
    case Actor::you_setup:
    case Actor::your_provider:
    case Actor::your_isp: return explained.decided_by <= DecidedBy::generic_words;
    case Actor::recipient:
    case Actor::recipient_admin:
    case Actor::nobody_retry:
    case Actor::unknown: return false;
    }
    return false;
}

} // namespace

void find_between_hosts(const Assessment& assessment, Findings& findings)
{
    const auto taking = std::find_if(assessment.attempts.begin(), assessment.attempts.end(),
                                     [](const Attempt& attempt) { return takes(attempt.effective()); });
    if (taking == assessment.attempts.end())
        return;
    for (auto attempt = assessment.attempts.begin(); attempt != assessment.attempts.end(); ++attempt) {
        const auto& view = attempt->effective();
        if (!turns_away(view))
            continue;
        std::string_view id;
        if (disagree(view, taking->effective()))
            id = "route.hosts-disagree";
        else if (attempt < taking && !is_about_us(view) &&
                 view.session->endpoint.preference < taking->main.session->endpoint.preference)
            id = "route.preferred-refuses";
        else
            continue;
        const auto severity = attempt < taking ? assessment.failure_weight() : Severity::warning;
        put_under(id, view, findings);
        auto seen =
            view.where() +
            (view.deciding != nullptr ? " " + answer_seen(*view.deciding) : std::string(" cannot be used")) +
            "; " + taking->main.where() + " takes the mail";
        findings.add(id, {severity, view.where(), std::move(seen), view.decided_at}).decided_by =
            "the answers of " + std::to_string(assessment.attempts.size()) + " endpoints";
    }
}

} // namespace smtpprobe
