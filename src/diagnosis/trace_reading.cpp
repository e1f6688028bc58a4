// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/trace_reading.hpp"

#include <algorithm>

#include "diagnosis/connect_view.hpp"

namespace smtpprobe {
namespace {

constexpr int kMostTtl = 255;
constexpr int kFarAway = 64;       ///< the TTL of a SYN that has no limit
constexpr int kProviderBits4 = 16; ///< routers of one provider tend to share so much
constexpr int kProviderBits6 = 32;

/// A saved report may say anything.
bool is_possible(const Hop& hop) { return hop.ttl >= 1 && hop.ttl <= kMostTtl; }

bool reaches(const Hop& hop)
{
    return is_possible(hop) && (hop.answer == HopAnswer::connected || hop.answer == HopAnswer::refused);
}

bool is_answer(const Hop& hop)
{
    return is_possible(hop) && hop.answer != HopAnswer::silent && hop.answer != HopAnswer::failed;
}

/// The last hop from which a router answered.
const Hop* last_router(const Trace& trace)
{
    const Hop* last = nullptr;
    for (const auto& hop : trace.hops)
        if (is_possible(hop) && hop.answer == HopAnswer::expired)
            last = &hop;
    return last;
}

/// From how far the destination answered; kFarAway where that was not found out.
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

/// Private addresses are used at home, in companies, and by providers within their networks: 192.168/16
/// hardly by these, 10/8 and 172.16/12 only where our own address is of the same block.
bool is_own_private(const IpAddress& router, int ttl, const std::vector<IpAddress>& own)
{
    if (router.family() == Family::ipv6 || router.scope() == AddressScope::link_local || ttl == 1 ||
        router.bytes()[0] == 192)
        return true;
    return std::any_of(own.begin(), own.end(), [&](const IpAddress& address) {
        return address.scope() == AddressScope::private_use && address.family() == Family::ipv4 &&
               address.bytes()[0] == router.bytes()[0];
    });
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

/// The first hop behind `last` from which the compared trace heard anything; 0 for none.
int next_heard(const Trace* compared, int last)
{
    if (compared != nullptr)
        for (const auto& hop : compared->hops)
            if (hop.ttl > last && is_answer(hop))
                return hop.ttl;
    return 0;
}

/// The SYNs end somewhere from the last router that was heard to the next one that the other port's trace
/// heard. Routers in between that answer to nobody leave it open whose part of the way that is.
Place place_of_end(const TraceReading& reading, const Trace& trace, const Trace* compared,
                   const std::vector<IpAddress>& own)
{
    const int last = reading.last_ttl;
    const int next = next_heard(compared, last);
    const bool exact = next <= last + 1;
    if (last == 0)
        return next != 0 && exact ? Place::provider : Place::unknown;
    if (reading.host_ttl && last >= *reading.host_ttl - 1 && *reading.host_ttl > 2)
        return Place::their_side;
    const int ours = own_hops(trace, compared, own);
    if (last < ours)
        return Place::own_network;
    if (!reading.last)
        return Place::unknown;
    if (same_site(*reading.last, trace.address))
        return Place::their_side;
    const auto first_public = router_at(ours + 1, trace, compared);
    const auto is_provider = [&](int ttl) {
        const auto router = router_at(ttl, trace, compared);
        return ttl <= ours + 1 || (first_public && router && same_provider(*first_public, *router) &&
                                   !same_provider(*first_public, trace.address));
    };
    if (!is_provider(last))
        return Place::on_the_way;
    return exact || is_provider(next) ? Place::provider : Place::unknown;
}

/// How long the destination's answer took; none where there was none.
std::optional<Duration> reached_after(const Trace* trace)
{
    if (trace != nullptr)
        for (const auto& hop : trace->hops)
            if (reaches(hop))
                return hop.took;
    return std::nullopt;
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
    if (reached) {
        const bool refused = trace.hops.back().answer == HopAnswer::refused;
        if (*reached == kFarAway)
            return refused ? "are refused" : "reach it";
        return (refused ? "are refused at " : "reach it at ") + hop_text(*reached, std::nullopt);
    }
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
    if (ours || router.scope() == AddressScope::loopback)
        return Place::own_network;
    if (is_private(router) && !is_private(destination))
        return is_own_private(router, ttl, own) ? Place::own_network : Place::provider;
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
    if (const auto distance = there ? there : here; distance && *distance != kFarAway)
        reading.host_ttl = distance;
    if (here && reading.host_ttl && *here < *reading.host_ttl)
        reading.answered_early = here;
    const auto soon = reached_after(&trace);
    const auto late = reached_after(compared);
    reading.answered_sooner = soon && late && is_much_sooner(*soon, *late);
    if (const Hop* last = last_router(trace))
        reading.last_ttl = last->ttl;
    if (reading.answered_early) // a router refuses what it would pass on, so it stands one hop before
        reading.last_ttl = *reading.answered_early - 1;
    reading.last = router_at(reading.last_ttl, trace, compared);
    if (compared != nullptr)
        if (const Hop* last = last_router(*compared))
            reading.compared_last_ttl = last->ttl;
    if (!reading.reached || reading.answered_early)
        reading.place = place_of_end(reading, trace, compared, own);
    reading.at_own_border = reading.place == Place::provider &&
                            (reading.last_ttl == 0 || reading.last_ttl == own_hops(trace, compared, own));

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
