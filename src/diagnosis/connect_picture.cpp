// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/connect_picture.hpp"

#include <algorithm>

namespace smtpprobe {
namespace {

constexpr std::uint8_t kUnreachable4 = 3;
constexpr std::uint8_t kUnreachable6 = 1;
constexpr std::uint8_t kTimeExceeded4 = 11;
constexpr std::uint8_t kTimeExceeded6 = 3;

struct IcmpMeaning {
    std::uint8_t code;
    IcmpWord said;
    std::string_view words;
};

// RFC 792, RFC 1122 3.2.2.1, RFC 1812 5.2.7.1
constexpr IcmpMeaning kMeanings4[] = {
    {0, IcmpWord::no_route, "network unreachable"},
    {1, IcmpWord::host_gone, "host unreachable"},
    {2, IcmpWord::prohibited, "protocol unreachable"},
    {3, IcmpWord::port_closed, "port unreachable"},
    {5, IcmpWord::no_route, "source route failed"},
    {6, IcmpWord::no_route, "destination network unknown"},
    {7, IcmpWord::host_gone, "destination host unknown"},
    {9, IcmpWord::prohibited, "network administratively prohibited"},
    {10, IcmpWord::prohibited, "host administratively prohibited"},
    {11, IcmpWord::no_route, "network unreachable for this type of service"},
    {12, IcmpWord::host_gone, "host unreachable for this type of service"},
    {13, IcmpWord::prohibited, "communication administratively prohibited"},
    {14, IcmpWord::prohibited, "host precedence violation"},
    {15, IcmpWord::prohibited, "precedence cut-off in effect"},
};

// RFC 4443 3.1
constexpr IcmpMeaning kMeanings6[] = {
    {0, IcmpWord::no_route, "no route to destination"},
    {1, IcmpWord::prohibited, "communication administratively prohibited"},
    {2, IcmpWord::no_route, "beyond the scope of the source address"},
    {3, IcmpWord::host_gone, "address unreachable"},
    {4, IcmpWord::port_closed, "port unreachable"},
    {5, IcmpWord::prohibited, "source address failed ingress or egress policy"},
    {6, IcmpWord::prohibited, "route to destination rejected"},
};

const IcmpMeaning* meaning_of(const IcmpError& icmp)
{
    static constexpr IcmpMeaning kUnknown{0, IcmpWord::nothing, "an ICMP error"};
    const auto find = [&](const auto& meanings) -> const IcmpMeaning* {
        const auto found =
            std::find_if(std::begin(meanings), std::end(meanings),
                         [&](const IcmpMeaning& meaning) { return meaning.code == icmp.code; });
        return found == std::end(meanings) ? &kUnknown : &*found;
    };
    static constexpr IcmpMeaning kLooped{0, IcmpWord::looped, "time to live exceeded"};
    if (icmp.type == (icmp.from.family() == Family::ipv4 ? kTimeExceeded4 : kTimeExceeded6))
        return &kLooped;
    if (icmp.from.family() == Family::ipv4)
        return icmp.type == kUnreachable4 ? find(kMeanings4) : &kUnknown;
    return icmp.type == kUnreachable6 ? find(kMeanings6) : &kUnknown;
}

bool of_family(const IpAddress& address, std::optional<Family> family)
{
    return !family || address.family() == *family;
}

} // namespace

IcmpWord said_by(const IcmpError& icmp) { return meaning_of(icmp)->said; }

std::string_view words_of(const IcmpError& icmp) { return meaning_of(icmp)->words; }

void Tally::count(Reach reach)
{
    switch (reach) {
    case Reach::open: ++open; break;
    case Reach::refused: ++refused; break;
    case Reach::rejected: ++rejected; break;
    case Reach::silent: ++silent; break;
    case Reach::unknown:
    case Reach::not_settled:
    case Reach::untried: return; // says nothing
    }
    ++asked;
}

ConnectPicture::ConnectPicture(const Facts& facts)
    : facts_(&facts), approaches_(approaches_of(facts)), own_(facts.own_addresses)
{
    for (const auto& session : facts.sessions)
        for (const auto& event : session.transcript)
            if (const auto* connected = std::get_if<Connected>(&event.what))
                own_.push_back(connected->local);
    for (const auto& experiment : facts.experiments)
        if (const auto* contact = std::get_if<Contact>(&experiment.what); contact && contact->local)
            own_.push_back(*contact->local);
    if (facts.settings.source)
        own_.push_back(*facts.settings.source);
    std::sort(own_.begin(), own_.end());
    own_.erase(std::unique(own_.begin(), own_.end()), own_.end());
}

Tally ConnectPicture::controls(std::uint16_t port, std::optional<Family> family) const
{
    Tally tally;
    for (const auto* contact : made_for<Contact>(*facts_, Purpose::control))
        if (contact->port == port && of_family(contact->address, family))
            tally.count(reach_of(*contact));
    return tally;
}

bool ConnectPicture::port_works(std::uint16_t port, std::optional<Family> family) const
{
    return std::any_of(approaches_.begin(), approaches_.end(),
                       [&](const Approach& approach) {
                           const auto& endpoint = approach.endpoint();
                           return approach.reach == Reach::open && endpoint.port == port &&
                                  of_family(endpoint.address, family);
                       }) ||
           controls(port, family).open > 0;
}

template <class Good>
bool ConnectPicture::any(std::optional<Family> family, std::optional<std::uint16_t> but_port, Good good) const
{
    const auto fits = [&](Reach reach, const IpAddress& address, std::uint16_t port) {
        return good(reach) && of_family(address, family) && (!but_port || port != *but_port);
    };
    for (const auto& approach : approaches_)
        if (fits(approach.reach, approach.endpoint().address, approach.endpoint().port))
            return true;
    for (const auto& experiment : facts_->experiments)
        if (const auto* contact = std::get_if<Contact>(&experiment.what);
            contact && fits(reach_of(*contact), contact->address, contact->port))
            return true;
    return false;
}

bool ConnectPicture::life(std::optional<Family> family, std::optional<std::uint16_t> but_port) const
{
    return any(family, but_port, shows_life);
}

bool ConnectPicture::connected(std::optional<Family> family, std::optional<std::uint16_t> but_port) const
{
    return any(family, but_port, [](Reach reach) { return reach == Reach::open; });
}

Tally ConnectPicture::all_controls(std::optional<Family> family) const
{
    Tally tally;
    for (const auto* contact : made_for<Contact>(*facts_, Purpose::control))
        if (of_family(contact->address, family))
            tally.count(reach_of(*contact));
    return tally;
}

bool ConnectPicture::life_was_sought(std::uint16_t port) const
{
    const auto controls = made_for<Contact>(*facts_, Purpose::control);
    return std::any_of(controls.begin(), controls.end(),
                       [&](const Contact* contact) { return contact->port != port; });
}

std::vector<const Contact*> ConnectPicture::neighbours(const Endpoint& endpoint) const
{
    std::vector<const Contact*> found;
    for (const auto* contact : made_for<Contact>(*facts_, Purpose::other_port))
        if (contact->address == endpoint.address && contact->port != endpoint.port)
            found.push_back(contact);
    return found;
}

const Contact* ConnectPicture::second_try(const Endpoint& endpoint) const
{
    return contact_with(*facts_, Purpose::other_port, endpoint.address, endpoint.port);
}

bool ConnectPicture::is_own(const IpAddress& address) const
{
    return address.scope() == AddressScope::loopback ||
           std::find(own_.begin(), own_.end(), address) != own_.end();
}

Place ConnectPicture::place_of(const IpAddress& sender, const Endpoint& endpoint) const
{
    int ttl = 0;
    for (const auto& experiment : facts_->experiments)
        if (const auto* trace = std::get_if<Trace>(&experiment.what))
            for (const auto& hop : trace->hops)
                if (hop.answer == HopAnswer::expired && hop.from == sender)
                    ttl = hop.ttl;
    return place_of_router(sender, ttl, own_, endpoint.address);
}

std::optional<TraceReading> ConnectPicture::trace(const Endpoint& endpoint) const
{
    const auto* trace = trace_towards(*facts_, endpoint.address, endpoint.port);
    if (trace == nullptr)
        return std::nullopt;
    const Trace* compared = nullptr;
    for (const auto* other : made_for<Trace>(*facts_, Purpose::trace_compared))
        if (other->address == endpoint.address)
            compared = other;
    return read_traces(*trace, compared, own_);
}

bool ConnectPicture::dns_answers() const
{
    const auto answered = [](const Lookup& lookup) {
        return lookup.outcome != LookupOutcome::failed && !lookup.server.empty() &&
               !lookup.server.starts_with("127.") && !lookup.server.starts_with("[::1]");
    };
    const auto controls = made_for<Lookup>(*facts_, Purpose::control_lookup);
    return std::any_of(facts_->lookups.begin(), facts_->lookups.end(), answered) ||
           std::any_of(controls.begin(), controls.end(),
                       [&](const Lookup* lookup) { return answered(*lookup); });
}

bool ConnectPicture::is_near(const IpAddress& address) const
{
    const auto scope = address.scope();
    return scope == AddressScope::private_use || scope == AddressScope::link_local ||
           std::any_of(own_.begin(), own_.end(), [&](const IpAddress& own) {
               return same_network(own, address, own.family() == Family::ipv4 ? 24 : 64);
           });
}

bool ConnectPicture::dns_answers_from_beyond() const
{
    return std::any_of(facts_->lookups.begin(), facts_->lookups.end(), [&](const Lookup& lookup) {
        const auto colon = lookup.server.rfind(':');
        const auto server = IpAddress::parse(lookup.server.substr(0, colon));
        return lookup.outcome != LookupOutcome::failed && server && server->scope() == AddressScope::global &&
               !is_near(*server);
    });
}

bool ConnectPicture::control_names_unknown() const
{
    const auto controls = made_for<Lookup>(*facts_, Purpose::control_lookup);
    return controls.size() >= 2 && std::all_of(controls.begin(), controls.end(), [](const Lookup* lookup) {
               return lookup->outcome == LookupOutcome::failed;
           });
}

} // namespace smtpprobe
