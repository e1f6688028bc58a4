// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/connect_cause.hpp"

#include <cerrno>

#include "diagnosis/connect_case.hpp"

namespace smtpprobe {
namespace {

using namespace std::chrono_literals;

/// The system itself says no within this time, without a packet.
constexpr Duration kAtOnce = 5ms;
/// Nobody answers to ARP or neighbour discovery: the system gives up after some three tries, a second each.
constexpr Duration kNeighbourGivesUp = 800ms;

/// A refusal so soon comes from this machine or its router, if others take much longer.
constexpr Duration kFromNearby = 1ms;

constexpr std::uint16_t kRelay = 25;
constexpr std::uint16_t kSubmission = 587;

ConnectCause ours(std::string_view id, Confidence confidence, std::string decided_by)
{
    return {id, confidence, std::move(decided_by), std::nullopt, true};
}

ConnectCause theirs(std::string_view id, Confidence confidence, std::string decided_by)
{
    return {id, confidence, std::move(decided_by), std::nullopt, false};
}

/// Nothing says whose fault it is.
ConnectCause unsure(ConnectCause cause)
{
    cause.confidence = Confidence::guess;
    cause.who = Actor::unknown;
    return cause;
}

Confidence sure_if(bool proven) { return proven ? Confidence::sure : Confidence::likely; }

ConnectCause blocked(const ConnectCase& one)
{
    return ours(one.port() == kRelay ? "probe.port-25-blocked-here" : "connect.port-blocked-here",
                sure_if(one.picture().connected(one.family(), one.port())),
                one.controls_text() +
                    (one.neighbours_open() ? ", " + one.open_text() : ", other ports work from here"));
}

/// Neither the port nor submission, but the web: networks of guests and companies are so, more than
/// providers'.
ConnectCause web_alone(const ConnectCase& one)
{
    const auto submission = one.picture().controls(kSubmission);
    return ours("connect.only-web-gets-out", Confidence::likely,
                one.controls_text() + "; on port " + std::to_string(kSubmission) + " " +
                    std::to_string(submission.open) + " of " + std::to_string(submission.asked) +
                    "; port 443 works");
}

ConnectCause blocked_in_own_network(std::string decided_by)
{
    return ours("connect.blocked-in-your-network", Confidence::likely, std::move(decided_by));
}

/// ARP found nobody: the host itself in our own network, or the gateway to all others.
ConnectCause neighbour_silent(const ConnectCase& one, Confidence confidence)
{
    const auto* decided_by = "the link: nobody answers for the address";
    if (!one.picture().is_near(one.endpoint().address)) {
        const bool others = one.picture().life(one.family()) || one.picture().dns_answers_from_beyond();
        return ours(others ? "connect.gateway-silent" : "connect.network-dead-here", confidence,
                    "the link: nobody answers for the gateway's address");
    }
    if (one.picture().life(one.family()) || one.picture().dns_answers())
        return theirs("connect.neighbour-silent", confidence, decided_by);
    return ours("connect.network-dead-here", confidence, decided_by);
}

/// Our own system said no, or our own link is dead towards that address.
std::optional<ConnectCause> in_this_machine(const ConnectCase& one)
{
    const auto& fault = one.fault();
    const auto after = one.approach().after;
    if (!fault.icmp && fault.system_error == EINVAL)
        return ours("connect.dead-route-here", Confidence::sure, "the system's error: invalid argument");
    if (fault.icmp) {
        if (!one.picture().is_own(fault.icmp->from))
            return std::nullopt;
        if (one.said() == IcmpWord::host_gone && after >= kNeighbourGivesUp)
            return neighbour_silent(one, Confidence::sure);
        return ours("connect.forbidden-here", Confidence::sure, "ICMP from this machine itself");
    }
    const bool at_once = after < kAtOnce;
    if (fault.kind == FaultKind::prohibited)
        return ours("connect.forbidden-here", Confidence::sure, "the system's error");
    if (at_once &&
        (fault.kind == FaultKind::host_unreachable || fault.kind == FaultKind::network_unreachable))
        return ours("connect.dead-route-here", Confidence::likely, "the system's error, without any wait");
    if (fault.kind == FaultKind::host_unreachable && after >= kNeighbourGivesUp)
        return neighbour_silent(one, Confidence::likely);
    return std::nullopt;
}

/// Nothing answers, whatever is tried.
std::optional<ConnectCause> in_all_the_network(const ConnectCase& one)
{
    const auto& picture = one.picture();
    if (picture.life(std::nullopt))
        return std::nullopt;
    const bool all_asked = picture.all_controls().none_of_several() && picture.life_was_sought(one.port());
    if (!all_asked && !picture.control_names_unknown())
        return std::nullopt;
    const auto decided_by =
        all_asked ? one.all_controls_text() : std::string("no name of a control target could be looked up");
    if (one.fault().icmp && one.said() == IcmpWord::no_route)
        return ours("connect.no-way-out", Confidence::sure, one.said_text() + "; " + decided_by);
    return ours("connect.network-dead-here", Confidence::likely, decided_by);
}

/// One family leads nowhere, the other one works.
std::optional<ConnectCause> in_this_family(const ConnectCase& one)
{
    const auto& picture = one.picture();
    const auto other = one.family() == Family::ipv4 ? Family::ipv6 : Family::ipv4;
    if (!picture.connected(other) || picture.life(one.family()))
        return std::nullopt;
    const auto id = "connect.family-broken-here";
    const auto works = std::string(other == Family::ipv4 ? "IPv4" : "IPv6") + " works";
    const auto controls = picture.all_controls(one.family());
    if (controls.none_of_several())
        return ours(id, Confidence::sure, one.controls_text() + ", and " + works);
    if (controls.asked > 0) // life() says that it does not answer
        return ours(id, Confidence::likely, "a control, which does not answer either; " + works);
    if (one.fault().icmp && one.place_of_sender() == Place::own_network)
        return ours(id, Confidence::likely, "ICMP from your own network");
    if (one.unrelated_sites_dead() >= 2)
        return unsure(ours(id, Confidence::guess, "hosts of several networks are dead, and " + works));
    const auto place = one.place_of_end();
    if (one.trace() && !one.trace()->compared_reached &&
        (place == Place::own_network || place == Place::provider))
        return ours(id, Confidence::guess, "the trace, and " + works);
    return std::nullopt;
}

/// The trace has met the refusal before the host.
ConnectCause refused_early(const ConnectCase& one)
{
    auto decided_by = "the trace: the refusal comes from hop " + std::to_string(*one.trace()->answered_early);
    switch (one.place_of_end()) {
    case Place::own_network: return blocked_in_own_network(std::move(decided_by));
    case Place::provider: {
        auto cause = blocked(one);
        cause.confidence = Confidence::likely;
        cause.decided_by = std::move(decided_by);
        return cause;
    }
    case Place::unknown:
    case Place::on_the_way:
    case Place::their_side: break;
    }
    return theirs("connect.refused-by-firewall", Confidence::sure, std::move(decided_by));
}

ConnectCause of_refusal(const ConnectCase& one)
{
    const auto* again = one.picture().second_try(one.endpoint());
    if (again != nullptr && reach_of(*again) == Reach::open)
        return theirs("connect.refused-at-times", Confidence::sure, "a second connection, which was made");
    if (one.trace() && one.trace()->answered_early)
        return refused_early(one);
    if (one.blocked_here())
        return one.refused_nearby(kFromNearby)
                   ? blocked_in_own_network(one.controls_text() +
                                            ", all refused within 1 ms; others take longer")
                   : blocked(one);
    // Twice, at two moments: any single answer may be late.
    if (const auto port = refused_before(one.picture().facts(), one.approach());
        port != 0 && one.trace() && one.trace()->answered_sooner)
        return theirs("connect.refused-by-firewall", Confidence::likely,
                      "the refusal came sooner than the host's answer on port " + std::to_string(port) +
                          ", in the trace as well");
    if (!one.neighbours_asked())
        return {};
    return theirs("connect.nothing-listens", sure_if(one.neighbours_open()),
                  one.neighbours_open() ? one.open_text() : "the refusal itself");
}

/// A firewall may speak in the words of a router: a host that answers on another port is not gone, and
/// there is a way to it.
ConnectCause of_rejection(const ConnectCase& one)
{
    const bool only_this_port = one.neighbours_open();
    const auto place = one.place_of_sender();
    if (!one.fault().icmp && !one.neighbours_asked())
        return {};
    if (one.blocked_here() && one.picture().connected(one.family(), one.port()))
        return place == Place::own_network ? blocked_in_own_network("ICMP from your own network")
                                           : blocked(one);
    const bool far = !one.picture().is_near(one.endpoint().address);
    const bool by_own_router = place == Place::own_network && far && !only_this_port;
    if (one.said() == IcmpWord::host_gone && by_own_router)
        return ours("connect.router-has-no-way", Confidence::likely, one.others_text(one.said_text()));
    if (one.said() == IcmpWord::host_gone && !only_this_port) {
        // Only the last router can know that nobody is there.
        const bool by_last_router =
            one.fault().icmp && same_site(one.fault().icmp->from, one.endpoint().address);
        return theirs("connect.host-down", sure_if(by_last_router && one.others_work()), one.said_text());
    }
    if (one.said() == IcmpWord::no_route && !only_this_port) {
        if (place == Place::own_network && !one.others_work())
            return ours("connect.no-way-out", Confidence::likely, one.said_text());
        if (by_own_router)
            return ours("connect.router-has-no-way", Confidence::likely, one.others_text(one.said_text()));
        return theirs("connect.no-route-there", sure_if(one.others_work()), one.others_text(one.said_text()));
    }
    if (one.said() == IcmpWord::looped)
        return one.others_work()
                   ? theirs("connect.routing-loop", Confidence::sure, one.others_text(one.said_text()))
                   : theirs("connect.routing-loop", Confidence::likely, one.said_text());
    if (place == Place::own_network)
        return blocked_in_own_network("ICMP from your own network");
    if (place == Place::their_side)
        return theirs("connect.rejected-there", Confidence::sure, one.said_text());
    if (one.others_work())
        return theirs("connect.rejected-there", Confidence::likely, one.others_text(one.said_text()));
    return theirs("connect.rejected-on-the-way", Confidence::guess, one.said_text());
}

ConnectCause of_silence(const ConnectCase& one)
{
    const auto place = one.place_of_end();
    const bool alive = one.host_alive();
    if (one.blocked_here()) {
        if (place == Place::own_network)
            return blocked_in_own_network(blocked(one).decided_by + ", and the trace");
        return one.only_web_works() ? web_alone(one) : blocked(one);
    }
    if (!alive && !one.neighbours_asked())
        return {}; // nothing is known beyond the silence
    if (alive && place == Place::own_network)
        return blocked_in_own_network(one.alive_text() + ", and the trace");
    if (one.others_work())
        return alive ? theirs("connect.filtered-there",
                              sure_if(place != Place::provider && !one.answers_before_the_host()),
                              one.others_text(one.alive_text()))
                     : theirs("connect.host-silent", Confidence::likely,
                              one.others_text("no other port of the host answers"));
    if (!alive && one.controls().asked > 0 && one.picture().life(std::nullopt, one.port())) {
        auto cause = blocked(one); // one control alone, but it speaks for that
        cause.confidence = Confidence::likely;
        return cause;
    }
    if (!alive)
        return unsure(theirs("connect.host-silent", Confidence::guess,
                             "no other port of the host answers; nobody else was asked on this port"));
    const auto by_trace = one.alive_text() + ", and the trace";
    if (place == Place::provider) {
        auto cause = blocked(one);
        cause.confidence = Confidence::likely;
        cause.decided_by = by_trace;
        return cause;
    }
    if (place == Place::their_side || place == Place::on_the_way)
        return theirs("connect.filtered-there", Confidence::likely, by_trace);
    return theirs("connect.filtered-somewhere", Confidence::guess, one.alive_text());
}

} // namespace

ConnectCause cause_of(const Approach& approach, const ConnectPicture& picture)
{
    const ConnectCase one(approach, picture);
    for (const auto ask : {in_this_machine, in_all_the_network, in_this_family})
        if (auto cause = ask(one))
            return *cause;
    switch (approach.reach) {
    case Reach::refused: return of_refusal(one);
    case Reach::rejected: return of_rejection(one);
    case Reach::silent: return of_silence(one);
    case Reach::open:
    case Reach::unknown:
    case Reach::not_settled:
    case Reach::untried: break;
    }
    return {};
}

} // namespace smtpprobe
