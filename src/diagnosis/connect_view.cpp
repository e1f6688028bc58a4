// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/connect_view.hpp"

#include <algorithm>
#include <cerrno>

namespace smtpprobe {
namespace {

using namespace std::chrono_literals;

/// A refusal so much sooner than another answer of the same host did not come from the host.
constexpr Duration kNearerBy = 5ms;
constexpr int kNearerTimes = 2;

constexpr int kSiteBits4 = 24;
constexpr int kSiteBits6 = 48;

bool repeats(const Session& later, const Session& earlier)
{
    return later.endpoint.address == earlier.endpoint.address &&
           later.endpoint.port == earlier.endpoint.port && later.endpoint.host == earlier.endpoint.host;
}

Approach approach_of(const Session& session)
{
    Approach approach{&session};
    if (session.endpoint.carrier != Carrier::tcp) {
        approach.reach = Reach::unknown; // nothing of it is a matter of the network
        return approach;
    }
    if (session.not_tried != NotTried::tried) {
        approach.reach = Reach::untried;
        return approach;
    }
    for (const auto& event : session.transcript) {
        const auto* broken = std::get_if<Broken>(&event.what);
        if (broken != nullptr && broken->step == Step::connect) {
            approach.reach = reach_of(broken->fault);
            approach.fault = &broken->fault;
        } else if (std::holds_alternative<Connected>(event.what)) {
            approach.reach = Reach::open;
        } else {
            continue;
        }
        approach.after = event.at;
        break;
    }
    return approach;
}

} // namespace

Reach reach_of(const Fault& fault)
{
    switch (fault.kind) {
    case FaultKind::refused: return fault.icmp ? Reach::rejected : Reach::refused;
    case FaultKind::reset: return Reach::refused;
    case FaultKind::timed_out: return Reach::silent;
    case FaultKind::deadline: return Reach::silent; // who kept silent until our time was up is silent
    case FaultKind::host_unreachable:
    case FaultKind::network_unreachable:
    case FaultKind::prohibited: return Reach::rejected;
    case FaultKind::local: // EINVAL is what a blackhole route gives
        return fault.icmp || fault.system_error == EINVAL ? Reach::rejected : Reach::unknown;
    case FaultKind::no_local_address:
    case FaultKind::closed:
    case FaultKind::malformed:
    case FaultKind::too_long:
    case FaultKind::injected:
    case FaultKind::handshake:
    case FaultKind::not_tls:
    case FaultKind::cancelled: return Reach::unknown;
    }
    return Reach::unknown;
}

Reach reach_of(const Contact& contact) { return contact.fault ? reach_of(*contact.fault) : Reach::open; }

std::vector<Approach> approaches_of(const Facts& facts)
{
    std::vector<Approach> approaches;
    for (const auto& session : facts.sessions)
        if (approaches.empty() || !repeats(session, *approaches.back().session))
            approaches.push_back(approach_of(session));
    return approaches;
}

const Contact* contact_with(const Facts& facts, Purpose purpose, const IpAddress& address, std::uint16_t port)
{
    for (const auto* contact : made_for<Contact>(facts, purpose))
        if (contact->address == address && contact->port == port)
            return contact;
    return nullptr;
}

const Trace* trace_towards(const Facts& facts, const IpAddress& address, std::uint16_t port)
{
    for (const auto& experiment : facts.experiments)
        if (const auto* trace = std::get_if<Trace>(&experiment.what);
            trace != nullptr && trace->address == address && trace->port == port)
            return trace;
    return nullptr;
}

bool is_much_sooner(Duration soon, Duration late)
{
    return late / kNearerTimes > soon && late - soon > kNearerBy;
}

std::uint16_t refused_before(const Facts& facts, const Approach& approach)
{
    if (approach.reach != Reach::refused)
        return 0;
    // A moment in which this machine is busy makes answers late: the soonest of them counts, against the
    // refusal of a second try that was made in the same moment.
    auto refused_after = approach.after;
    const Contact* soonest = nullptr;
    for (const auto* contact : made_for<Contact>(facts, Purpose::other_port)) {
        if (contact->address != approach.endpoint().address || !shows_life(reach_of(*contact)))
            continue;
        if (contact->port == approach.endpoint().port)
            refused_after = std::max(refused_after, contact->connected_after);
        else if (soonest == nullptr || contact->connected_after < soonest->connected_after)
            soonest = contact;
    }
    return soonest != nullptr && is_much_sooner(refused_after, soonest->connected_after) ? soonest->port : 0;
}

std::vector<std::uint16_t> other_ports(std::uint16_t port)
{
    std::vector<std::uint16_t> ports;
    if (port != 25)
        ports.push_back(25);
    for (const auto other : kNeighbourPorts)
        if (other != port)
            ports.push_back(other);
    return ports;
}

bool same_network(const IpAddress& one, const IpAddress& other, int bits)
{
    if (one.family() != other.family())
        return false;
    for (int bit = 0; bit < bits; ++bit) {
        const auto byte = static_cast<std::size_t>(bit / 8);
        const int mask = 0x80 >> (bit % 8);
        if (((one.bytes()[byte] ^ other.bytes()[byte]) & mask) != 0)
            return false;
    }
    return true;
}

bool same_site(const IpAddress& one, const IpAddress& other)
{
    return same_network(one, other, one.family() == Family::ipv4 ? kSiteBits4 : kSiteBits6);
}

} // namespace smtpprobe
