// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "smtpprobe/report.hpp"

namespace smtpprobe {

/// How it went to connect to an address and port.
enum class Reach {
    open,        ///< the connection was made
    refused,     ///< RST: from the host, or in its name
    rejected,    ///< an ICMP error, or our own system, said no
    silent,      ///< nothing came
    unknown,     ///< we ended it, or our own system failed
    not_settled, ///< still under way, or not begun
    untried,     ///< it was left alone: see Session::not_tried
};

/// What one fault of a connect amounts to.
Reach reach_of(const Fault& fault);
Reach reach_of(const Contact& contact);
/// Somebody is there.
inline bool shows_life(Reach reach) { return reach == Reach::open || reach == Reach::refused; }
inline bool failed(Reach reach)
{
    return reach == Reach::refused || reach == Reach::rejected || reach == Reach::silent;
}

/// One endpoint of the route, seen from the connection alone.
struct Approach {
    const Session* session = nullptr;
    Reach reach = Reach::not_settled;
    const Fault* fault = nullptr; ///< of refused, rejected, silent and unknown
    Duration after{};             ///< until it was open, or until the fault

    const Endpoint& endpoint() const { return session->endpoint; }
};

/// All endpoints, in the route's order; a repeat without TLS is no approach of its own.
std::vector<Approach> approaches_of(const Facts& facts);

/// Experiments of one purpose and kind.
template <class Kind> std::vector<const Kind*> made_for(const Facts& facts, Purpose purpose)
{
    std::vector<const Kind*> found;
    for (const auto& experiment : facts.experiments)
        if (const auto* what = std::get_if<Kind>(&experiment.what);
            what != nullptr && experiment.purpose == purpose)
            found.push_back(what);
    return found;
}

/// The contact made with that address and port for that purpose; none if it was not made (yet).
const Contact* contact_with(const Facts& facts, Purpose purpose, const IpAddress& address,
                            std::uint16_t port);
const Trace* trace_towards(const Facts& facts, const IpAddress& address, std::uint16_t port);

/// Too much sooner for both to come from one place.
bool is_much_sooner(Duration soon, Duration late);
/// A port of the same host that answered so much later than a refusal came that the refusal was not the
/// host's own; 0 for none.
std::uint16_t refused_before(const Facts& facts, const Approach& approach);

/// Ports that mail hosts tend to have open, and those to try where `port` does not answer.
inline constexpr std::uint16_t kNeighbourPorts[] = {587, 465, 443};
std::vector<std::uint16_t> other_ports(std::uint16_t port);

/// Do the first `bits` of two addresses of one family agree?
bool same_network(const IpAddress& one, const IpAddress& other, int bits);
/// What one operator's network commonly is, seen from outside: a /24, a /48.
bool same_site(const IpAddress& one, const IpAddress& other);

} // namespace smtpprobe
