// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/findings.hpp"

#include <algorithm>
#include <utility>

namespace smtpprobe {
namespace {

Finding worded(const Explanation& entry, Observation&& observation)
{
    Finding finding;
    finding.id = entry.id;
    finding.severity = observation.severity;
    finding.where = std::move(observation.where);
    finding.title = entry.title;
    finding.seen = std::move(observation.seen);
    finding.means = entry.means;
    if (!entry.cause.empty()) {
        finding.means += ' ';
        finding.means += entry.cause;
    }
    finding.who = entry.who;
    finding.retry = entry.retry;
    finding.fix.assign(entry.fix.begin(), entry.fix.end());
    finding.source.assign(entry.source.begin(), entry.source.end());
    finding.step = observation.step;
    return finding;
}

/// The same thing seen at several places is one finding with all of them.
std::vector<Finding> merged(std::vector<Finding> findings)
{
    std::vector<Finding> result;
    for (auto& finding : findings) {
        const auto same = std::find_if(result.begin(), result.end(), [&](const Finding& other) {
            return other.id == finding.id && other.severity == finding.severity &&
                   other.seen == finding.seen && other.step == finding.step &&
                   other.part_of == finding.part_of;
        });
        if (same == result.end())
            result.push_back(std::move(finding));
        else if (same->where != finding.where)
            same->where += ", " + finding.where;
    }
    return result;
}

} // namespace

Finding& Findings::add(std::string_view id, Observation observation)
{
    const Explanation* entry = find_explanation(id);
    static constexpr Explanation kUnwritten{};
    auto& finding = all_.emplace_back(worded(entry != nullptr ? *entry : kUnwritten, std::move(observation)));
    finding.id = id;
    finding.decided_by = "observation";
    return finding;
}

Finding& Findings::add(const Explained& explained, Observation observation)
{
    auto& finding = all_.emplace_back(worded(*explained.entry, std::move(observation)));
    finding.confidence = explained.confidence;
    finding.decided_by = name(explained.decided_by);
    return finding;
}

std::vector<Finding> ordered(std::vector<Finding> findings, const std::string& leading_id)
{
    auto result = merged(std::move(findings));
    const auto rank = [&](const Finding& finding) {
        const bool leads = finding.id == leading_id;
        const bool follows = !finding.part_of.empty();
        const int weight = static_cast<int>(Severity::problem) - static_cast<int>(finding.severity);
        return std::pair(leads ? -1 : weight, follows);
    };
    std::stable_sort(result.begin(), result.end(),
                     [&](const Finding& a, const Finding& b) { return rank(a) < rank(b); });
    return result;
}

} // namespace smtpprobe
