// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "base/duration_text.hpp"
#include "diagnosis/refusals.hpp"

namespace smtpprobe {
namespace {

/// How long each reply took, where one command was out at a time.
std::vector<Duration> reply_times(const Session& session)
{
    std::vector<Duration> times;
    Duration asked{};
    std::size_t open = 0;
    for (const auto& event : session.transcript) {
        if (std::holds_alternative<Connected>(event.what)) {
            asked = event.at;
            open = 1;
        } else if (std::holds_alternative<Sent>(event.what)) {
            asked = event.at;
            ++open;
        } else if (std::holds_alternative<Received>(event.what)) {
            if (open == 1)
                times.push_back(event.at - asked);
            open = open > 0 ? open - 1 : 0;
        }
    }
    return times;
}

} // namespace

/// Slow lines and slow servers are uneven; what is held back on purpose is held back alike.
void find_tarpit(const SessionView& view, Findings& findings)
{
    static constexpr Duration kHeldBack = std::chrono::seconds(3);
    auto times = reply_times(*view.session);
    std::erase_if(times, [](Duration time) { return time < kHeldBack; });
    if (times.size() < 3 || view.connected_at > std::chrono::seconds(1))
        return;
    const auto [least, most] = std::minmax_element(times.begin(), times.end());
    if (*most > 2 * *least)
        return;
    findings
        .add("smtp.tarpit", {Severity::note, view.where(),
                             std::to_string(times.size()) + " replies came after " + duration_text(*least) +
                                 " to " + duration_text(*most) + " each; the connection was up in " +
                                 duration_text(view.connected_at),
                             std::nullopt})
        .decided_by = "the times of the replies";
    for (auto& finding : findings.all())
        if (finding.id == "smtp.slow-greeting" && finding.where == view.where() && finding.part_of.empty())
            finding.part_of = "smtp.tarpit";
}

} // namespace smtpprobe
