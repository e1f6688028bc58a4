// SPDX-License-Identifier: Apache-2.0
// Servers that offer PIPELINING and lose commands, close, or answer out of step (RFC 2920).
#include <algorithm>
#include <vector>

#include "diagnosis/envelope_findings.hpp"
#include "diagnosis/evidence.hpp"

namespace smtpprobe {
namespace {

/// Commands that went out together, and their answers in the order in which they came.
struct Group {
    std::vector<const Sent*> said;
    std::vector<const Received*> answers;
    const Broken* broken = nullptr;
    bool surplus = false; ///< and then a reply came that answers none of them

    bool is_one() const { return said.size() > 1; }
};

bool is_early(const Received& received)
{
    return std::find(received.breaches.begin(), received.breaches.end(), Breach::early_reply) !=
           received.breaches.end();
}

std::vector<Group> groups_of(const Session& session)
{
    std::vector<Group> groups;
    bool open = false; // nothing was heard behind the last command yet
    for (const auto& event : session.transcript) {
        if (const auto* sent = std::get_if<Sent>(&event.what)) {
            if (!open)
                groups.emplace_back();
            groups.back().said.push_back(sent);
            open = true;
        } else if (const auto* received = std::get_if<Received>(&event.what); received && !groups.empty()) {
            open = false;
            // An early reply belongs behind the group before the command that it came too early for.
            if (is_early(*received) && groups.size() > 1)
                groups[groups.size() - 2].surplus = true;
            else
                groups.back().answers.push_back(received);
        } else if (const auto* broken = std::get_if<Broken>(&event.what); broken && !groups.empty()) {
            groups.back().broken = broken;
        }
    }
    return groups;
}

/// `3 commands in one group, from MAIL to DATA`
std::string said_text(const Group& group)
{
    return std::to_string(group.said.size()) + " commands in one group, from " +
           step_text(group.said.front()->step) + " to " + step_text(group.said.back()->step);
}

/// 354 to RCPT, 250 to DATA: the answer to another one.
bool is_out_of_step(const Group& group)
{
    return std::any_of(group.answers.begin(), group.answers.end(), [](const Received* answer) {
        const int answer_class = answer->reply.code_class();
        return answer->step == Step::data ? answer_class == 2 : answer_class == 3;
    });
}

bool ours(const Broken& broken)
{
    return broken.fault.kind == FaultKind::cancelled || broken.fault.kind == FaultKind::deadline ||
           broken.fault.kind == FaultKind::local;
}

} // namespace

void find_in_pipelining(const SessionView& view, Severity weight, Findings& findings)
{
    for (const auto& group : groups_of(*view.session)) {
        if (!group.is_one())
            continue;
        const auto answered = std::to_string(group.answers.size());
        const bool goodbye = group.said.back()->step == Step::quit; // many close there without a word
        if (group.broken != nullptr && !group.answers.empty() && !goodbye && !ours(*group.broken)) {
            const bool silent = group.broken->fault.kind == FaultKind::timed_out;
            const std::string id = silent ? "pipelining.replies-lost" : "pipelining.connection-closed";
            for (auto& finding : findings.all())
                if (finding.id.starts_with("fault.") && finding.where == view.where() &&
                    finding.part_of.empty())
                    finding.part_of = id;
            findings
                .add(id, {weight, view.where(), said_text(group) + ", " + answered + " answered",
                          group.broken->step})
                .confidence = Confidence::likely;
        } else if (group.broken == nullptr && (is_out_of_step(group) || (group.surplus && !goodbye))) {
            for (auto& finding : findings.all())
                if (finding.id == "protocol.early-reply" && finding.where == view.where())
                    finding.part_of = "pipelining.out-of-step";
            findings.add("pipelining.out-of-step",
                         {Severity::warning, view.where(),
                          said_text(group) + ", and the answers do not fit them", group.said.back()->step});
        } else {
            continue;
        }
        return;
    }
}

} // namespace smtpprobe
