// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/connect_case.hpp"

#include <algorithm>

namespace smtpprobe {
namespace {

std::string counted(const Tally& tally)
{
    return std::to_string(tally.open) + " of " + std::to_string(tally.asked) + " controls " +
           (tally.open == 1 ? "answers" : "answer");
}

} // namespace
ConnectCase::ConnectCase(const Approach& approach, const ConnectPicture& picture)
    : approach_(approach), picture_(picture), controls_(picture.controls(port(), family())),
      trace_(picture.trace(endpoint()))
{
}

IcmpWord ConnectCase::said() const
{
    if (fault().icmp)
        return said_by(*fault().icmp);
    if (fault().kind == FaultKind::host_unreachable)
        return IcmpWord::host_gone;
    return fault().kind == FaultKind::network_unreachable ? IcmpWord::no_route : IcmpWord::prohibited;
}

Place ConnectCase::place_of_sender() const
{
    return fault().icmp ? picture_.place_of(fault().icmp->from, endpoint()) : Place::unknown;
}

bool ConnectCase::blocked_here() const
{
    return controls_.none_of_several() && !others_work() && picture_.life(std::nullopt, port());
}

bool ConnectCase::host_alive() const
{
    return neighbours_open() || port_that(Reach::refused) != 0 || (trace_ && trace_->compared_reached);
}

bool ConnectCase::refused_nearby(Duration within) const
{
    auto latest = approach_.after;
    for (const auto* contact : made_for<Contact>(picture_.facts(), Purpose::control)) {
        if (contact->port != port() || contact->address.family() != family())
            continue;
        if (reach_of(*contact) != Reach::refused)
            return false;
        latest = std::max(latest, contact->connected_after);
    }
    std::optional<Duration> soonest;
    for (const auto& experiment : picture_.facts().experiments)
        if (const auto* contact = std::get_if<Contact>(&experiment.what);
            contact != nullptr && reach_of(*contact) == Reach::open && contact->port != port())
            soonest = std::min(soonest.value_or(contact->connected_after), contact->connected_after);
    return latest <= within && soonest && is_much_sooner(latest, *soonest);
}

bool ConnectCase::answers_before_the_host() const
{
    return trace_ && trace_->compared_reached && !trace_->reached && trace_->host_ttl &&
           trace_->last_ttl >= *trace_->host_ttl;
}

bool ConnectCase::only_web_works() const
{
    constexpr std::uint16_t kSubmission = 587;
    constexpr std::uint16_t kHttps = 443;
    const auto near = picture_.neighbours(endpoint());
    const bool mail_gets_out = std::any_of(near.begin(), near.end(), [](const Contact* contact) {
        return contact->port != kHttps && shows_life(reach_of(*contact));
    });
    return port() != kSubmission && !mail_gets_out && picture_.controls(kSubmission).none_of_several() &&
           picture_.connected(std::nullopt, port());
}

int ConnectCase::unrelated_sites_dead() const
{
    std::vector<const IpAddress*> sites;
    for (const auto& other : picture_.approaches()) {
        const auto& address = other.endpoint().address;
        if (!failed(other.reach) || address.family() != family())
            continue;
        const bool known = std::any_of(sites.begin(), sites.end(),
                                       [&](const IpAddress* site) { return same_site(*site, address); });
        if (!known)
            sites.push_back(&address);
    }
    return static_cast<int>(sites.size());
}

std::uint16_t ConnectCase::port_that(Reach reach) const
{
    for (const auto* contact : picture_.neighbours(endpoint()))
        if (reach_of(*contact) == reach)
            return contact->port;
    return 0;
}

std::string ConnectCase::controls_text() const
{
    return counted(controls_.asked > 0 ? controls_ : picture_.controls(port()));
}

std::string ConnectCase::all_controls_text() const
{
    return counted(picture_.all_controls()) + ", on any port";
}

std::string ConnectCase::others_text(std::string first) const
{
    if (controls_.asked > 0)
        return std::move(first) + "; " + controls_text();
    return others_work() ? std::move(first) + "; another endpoint answers" : first;
}

std::string ConnectCase::said_text() const
{
    return fault().icmp ? "ICMP from " + fault().icmp->from.text() : "the system's error";
}

std::string ConnectCase::open_text() const
{
    return "port " + std::to_string(port_that(Reach::open)) + " of the same host answers";
}

std::string ConnectCase::alive_text() const
{
    if (neighbours_open())
        return open_text();
    if (const auto refused = port_that(Reach::refused); refused != 0)
        return "port " + std::to_string(refused) + " of the same host is refused, so it is up";
    return "the host answers on another port";
}

} // namespace smtpprobe
