// SPDX-License-Identifier: Apache-2.0
#include "probe/host_groups.hpp"

#include <map>
#include <numeric>

namespace smtpprobe {

std::vector<std::vector<std::size_t>> host_groups(const std::vector<Endpoint>& endpoints)
{
    std::vector<std::size_t> leader(endpoints.size());
    std::iota(leader.begin(), leader.end(), std::size_t{0});
    const auto leader_of = [&](std::size_t i) {
        while (leader[i] != i)
            i = leader[i];
        return i;
    };
    const auto same_host = [&](const Endpoint& a, const Endpoint& b) {
        return a.address == b.address || (!a.host.empty() && a.host == b.host);
    };
    for (std::size_t i = 0; i < endpoints.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (same_host(endpoints[i], endpoints[j])) {
                const auto a = leader_of(i);
                const auto b = leader_of(j);
                leader[std::max(a, b)] = std::min(a, b);
            }

    std::map<std::size_t, std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < endpoints.size(); ++i)
        groups[leader_of(i)].push_back(i);
    std::vector<std::vector<std::size_t>> result;
    result.reserve(groups.size());
    for (auto& group : groups)
        result.push_back(std::move(group.second));
    return result;
}

} // namespace smtpprobe
