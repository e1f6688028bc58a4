// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/trace_reading.hpp"

#include <algorithm>

#include "diagnosis/connect_view.hpp"

namespace smtpprobe {
namespace {

constexpr int kProviderBits4 = 16; ///< routers of one provider tend to share so much
constexpr int kProviderBits6 = 32;

bool reaches(const Hop& hop)
{
    return hop.answer == HopAnswer::connected || hop.answer == HopAnswer::refused;
}

bool is_answer(const Hop& hop) { return hop.answer != HopAnswer::silent && hop.answer != HopAnswer::failed; }

/// The last hop from which a router answered.
const Hop* last_router(const Trace& trace)
{
    const Hop* last = nullptr;
    for (const auto& hop : trace.hops)
        if (hop.answer == HopAnswer::expired)
            last = &hop;
    return last;
}

std::optional<int> reached_at(const Trace& trace)
{
    for (const auto& hop : trace.hops)
        if (reaches(hop))
            return hop.ttl;
    return std::nullopt;
}

/// The router at that distance, from either trace.
std::optional<IpAddress> router_at(int ttl, const Trace& trace, const Trace* compared)
{
    for (const auto* one : {&trace, compared}) {
        if (one == nullptr)
            continue;
        for (const auto& hop : one->hops)
            if (hop.ttl == ttl && hop.answer == HopAnswer::expired && hop.from)
                return hop.from;
    }
    return std::nullopt;
}

bool is_private(const IpAddress& address)
{
    const auto scope = address.scope();
    return scope == AddressScope::private_use || scope == AddressScope::link_local;
}

/// How many of the first hops are ours: private addresses further out are somebody else's.
int own_hops(const Trace& trace, const Trace* compared, const std::vector<IpAddress>& own)
{
    const auto longest = std::max(trace.hops.size(), compared != nullptr ? compared->hops.size() : 0);
    int count = 0;
    for (int ttl = 1; ttl <= static_cast<int>(longest); ++ttl) {
        const auto router = router_at(ttl, trace, compared);
        if (router && place_of_router(*router, ttl, own, trace.address) != Place::own_network)
            break;
        if (router)
            count = ttl;
    }
    return count;
}

bool same_provider(const IpAddress& one, const IpAddress& other)
{
    return same_network(one, other, one.family() == Family::ipv4 ? kProviderBits4 : kProviderBits6);
}

Place place_of_end(const TraceReading& reading, const Trace& trace, const Trace* compared,
                   const std::vector<IpAddress>& own)
{
    const int last = reading.last_ttl;
    if (last == 0) // the other port's routers are heard: it is not that they keep silent
        return reading.compared_last_ttl > 0 || reading.compared_reached ? Place::own_network
                                                                         : Place::unknown;
    if (reading.host_ttl && last >= *reading.host_ttl - 1 && *reading.host_ttl > 2)
        return Place::their_side;
    const int ours = own_hops(trace, compared, own);
    if (!reading.last)
        return Place::unknown;
    if (same_site(*reading.last, trace.address))
        return Place::their_side;
    if (last < ours || (last == ours && last + 1 == reading.host_ttl.value_or(0)))
        return Place::own_network;
    if (last <= ours + 1)
        return Place::provider;
    const auto first_public = router_at(ours + 1, trace, compared);
    const bool of_provider = first_public && same_provider(*first_public, *reading.last) &&
                             !same_provider(*first_public, trace.address);
    return of_provider ? Place::provider : Place::on_the_way;
}

std::string hop_text(int ttl, const std::optional<IpAddress>& router)
{
    return "hop " + std::to_string(ttl) + (router ? " (" + router->text() + ")" : "");
}

std::string port_text(const Trace& trace) { return "port " + std::to_string(trace.port); }

std::string way_text(const Trace& trace)
{
    const auto reached = reached_at(trace);
    const Hop* last = last_router(trace);
    if (reached)
        return (trace.hops.back().answer == HopAnswer::refused ? "are refused at " : "reach it at ") +
               hop_text(*reached, std::nullopt);
    if (!trace.hops.empty() && trace.hops.back().answer == HopAnswer::unreachable) {
        const auto& end = trace.hops.back();
        return "are turned back at " + hop_text(end.ttl, end.from);
    }
    if (last == nullptr)
        return "are answered by no router";
    return "get as far as " + hop_text(last->ttl, last->from);
}

} // namespace

Place place_of_router(const IpAddress& router, int ttl, const std::vector<IpAddress>& own,
                      const IpAddress& destination)
{
    if (router == destination)
        return Place::their_side;
    const bool ours = std::any_of(own.begin(), own.end(), [&](const IpAddress& address) {
        return address == router || same_network(address, router, address.family() == Family::ipv4 ? 24 : 64);
    });
    if (ours || router.scope() == AddressScope::loopback || (is_private(router) && !is_private(destination)))
        return Place::own_network;
    if (same_site(router, destination))
        return Place::their_side;
    if (router.scope() == AddressScope::shared || (ttl > 0 && ttl <= 2))
        return Place::provider;
    return Place::unknown;
}

TraceReading read_traces(const Trace& trace, const Trace* compared, const std::vector<IpAddress>& own)
{
    TraceReading reading;
    const auto here = reached_at(trace);
    const auto there = compared != nullptr ? reached_at(*compared) : std::nullopt;
    reading.reached = here.has_value();
    reading.compared_reached = there.has_value();
    reading.host_ttl = there ? there : here;
    if (here && there && *here < *there)
        reading.answered_early = here;
    if (const Hop* last = last_router(trace)) {
        reading.last_ttl = last->ttl;
        reading.last = last->from ? last->from : router_at(last->ttl, trace, compared);
    }
    if (compared != nullptr)
        if (const Hop* last = last_router(*compared))
            reading.compared_last_ttl = last->ttl;
    if (!reading.reached || reading.answered_early)
        reading.place = place_of_end(reading, trace, compared, own);
    reading.at_own_border = reading.place == Place::provider && reading.last &&
                            reading.last_ttl == own_hops(trace, compared, own);

    const bool heard =
        std::any_of(trace.hops.begin(), trace.hops.end(), is_answer) ||
        (compared != nullptr && std::any_of(compared->hops.begin(), compared->hops.end(), is_answer));
    if (!heard)
        return reading;
    reading.text = "SYNs to " + port_text(trace) + ' ' + way_text(trace);
    if (compared != nullptr)
        reading.text += ", those to " + port_text(*compared) + ' ' + way_text(*compared);
    return reading;
}

} // namespace smtpprobe
