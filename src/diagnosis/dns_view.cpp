// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/dns_view.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/printable.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMaxDoubts = 3;

/// Is the address one that DNS may send us to?
bool may_ask(const IpAddress& address, const Settings& settings)
{
    switch (address.scope()) {
    case AddressScope::unspecified:
    case AddressScope::loopback:
    case AddressScope::link_local:
    case AddressScope::multicast: return settings.allow_loopback;
    case AddressScope::global:
    case AddressScope::private_use:
    case AddressScope::shared:
    case AddressScope::documentation:
    case AddressScope::reserved: return true;
    }
    return true;
}

AuthorityState state_of(const Lookup& answer)
{
    switch (answer.failure) {
    case LookupFailure::none: break;
    case LookupFailure::server_failure: return AuthorityState::server_failure;
    case LookupFailure::refused: return AuthorityState::refused;
    case LookupFailure::not_implemented:
    case LookupFailure::format_error:
    case LookupFailure::other_rcode:
    case LookupFailure::malformed: return AuthorityState::garbled;
    case LookupFailure::timed_out: return AuthorityState::silent;
    case LookupFailure::connection_refused: return AuthorityState::closed;
    case LookupFailure::unreachable: return AuthorityState::unreachable;
    case LookupFailure::truncated: return AuthorityState::no_tcp;
    case LookupFailure::cname_loop: return AuthorityState::good;
    case LookupFailure::no_servers:
    case LookupFailure::cancelled: return AuthorityState::unasked;
    }
    return answer.authoritative ? AuthorityState::good : AuthorityState::lame;
}

/// Why the route's own lookup calls for a closer look; 0: it does not.
int doubt_weight(const Lookup& lookup, bool resolver_is_quick)
{
    switch (lookup.failure) {
    case LookupFailure::server_failure: return 4;
    case LookupFailure::refused:
    case LookupFailure::not_implemented:
    case LookupFailure::format_error:
    case LookupFailure::other_rcode:
    case LookupFailure::malformed:
    case LookupFailure::truncated:
    case LookupFailure::timed_out: return 3;
    case LookupFailure::connection_refused: // nobody there to ask further
    case LookupFailure::unreachable:
    case LookupFailure::no_servers:
    case LookupFailure::cancelled:
    case LookupFailure::cname_loop: return 0;
    case LookupFailure::none: break;
    }
    if (may_be_hidden(lookup))
        return 2;
    // A query that got lost between us and the resolver is nothing about the zone.
    return lookup.took >= kSlowLookup && (lookup.attempts <= 1 || resolver_is_quick) ? 1 : 0;
}

/// Is it a lookup that mail can do without? Where MX records name hosts, the domain's own address is for
/// others.
bool is_beside_the_route(const Lookup& lookup, const Route& route)
{
    return route.kind == RouteKind::mx && lookup.type != RecordType::mx && lookup.name == route.domain &&
           std::none_of(route.hosts.begin(), route.hosts.end(),
                        [&](const MailHost& host) { return host.name == lookup.name; });
}

void add_name(std::vector<std::string>& names, const std::string& name)
{
    if (names.size() < kMaxAuthorities && std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(name);
}

} // namespace

std::string Authority::text() const
{
    return printable(name, 100) + (address ? " [" + address->text() + "]" : "");
}

DnsView::DnsView(const Facts& facts) : facts_(&facts)
{
    for (const auto& lookup : facts.lookups)
        if (!lookup.from_hosts_file && lookup.failure != LookupFailure::cancelled)
            own_.push_back(&lookup);
}

const Lookup* DnsView::made(Purpose purpose, const std::string& name, RecordType type) const
{
    for (const auto& experiment : facts_->experiments) {
        const auto* lookup = std::get_if<Lookup>(&experiment.what);
        if (lookup && experiment.purpose == purpose && !lookup->direct && lookup->type == type &&
            equal_ignoring_case(lookup->name, name))
            return lookup;
    }
    return nullptr;
}

std::vector<const Lookup*> DnsView::all(Purpose purpose) const
{
    std::vector<const Lookup*> found;
    for (const auto& experiment : facts_->experiments)
        if (const auto* lookup = std::get_if<Lookup>(&experiment.what);
            lookup && experiment.purpose == purpose)
            found.push_back(lookup);
    return found;
}

std::optional<IpAddress> DnsView::address_of(const std::string& server, AuthorityState& state) const
{
    std::vector<IpAddress> addresses;
    bool failed = false;
    bool absent = false;
    const bool ipv6_first = facts_->settings.families == Families::ipv6_only;
    for (const auto type :
         {ipv6_first ? RecordType::aaaa : RecordType::a, ipv6_first ? RecordType::a : RecordType::aaaa}) {
        for (const auto* lookup : all(Purpose::delegation))
            for (const auto& record : lookup->referral)
                if (record.type == type && record.owner == server)
                    addresses.push_back(record.address);
        const auto* lookup = made(Purpose::name_server_address, server, type);
        if (!lookup)
            continue;
        for (const auto& record : lookup->records)
            addresses.push_back(record.address);
        failed = failed || lookup->outcome == LookupOutcome::failed;
        absent = absent || is_answer(*lookup);
    }
    std::optional<IpAddress> chosen;
    for (const auto& address : addresses)
        if (may_ask(address, facts_->settings) && (!chosen || is_unreachable(*chosen)))
            chosen = address;
    if (chosen)
        return chosen;
    if (!addresses.empty())
        state = AuthorityState::forbidden;
    else if (failed)
        state = AuthorityState::address_failed;
    else if (absent)
        state = AuthorityState::no_address;
    return std::nullopt;
}

bool DnsView::is_unreachable(const IpAddress& server) const
{
    for (const auto purpose : {Purpose::delegation, Purpose::authoritative})
        for (const auto* lookup : all(purpose))
            if (lookup->direct && lookup->failure == LookupFailure::unreachable &&
                address_in(lookup->server) == server)
                return true;
    return false;
}

std::vector<Doubt> DnsView::doubts() const
{
    const auto* root = made(Purpose::resolver_check, "", RecordType::ns);
    const bool quick = root && is_answer(*root) && root->attempts <= 1 && root->took < kSlowLookup;
    std::vector<const Lookup*> chosen;
    for (const int weight : {4, 3, 2, 1})
        for (const auto* lookup : own_) {
            if (doubt_weight(*lookup, quick) != weight || chosen.size() == kMaxDoubts ||
                is_beside_the_route(*lookup, facts_->route))
                continue;
            const bool known = std::any_of(chosen.begin(), chosen.end(),
                                           [&](const Lookup* other) { return other->name == lookup->name; });
            if (!known && (weight > 1 || chosen.empty()))
                chosen.push_back(lookup);
        }
    std::vector<Doubt> doubts;
    for (const auto* lookup : chosen) {
        doubts.push_back(doubt_about(*lookup));
        // Its alias leads into another zone, and that is where it fails.
        for (const auto& server : doubts.back().servers)
            if (lookup->outcome == LookupOutcome::failed && server.answer &&
                !server.answer->aliases.empty() && server.answer->outcome == LookupOutcome::no_records) {
                Lookup behind = *lookup;
                behind.aliases = server.answer->aliases;
                auto doubt = doubt_about(behind);
                doubt.lookup = lookup;
                if (doubt.question.name != doubts.back().question.name)
                    doubts.back() = std::move(doubt);
                break;
            }
    }
    return doubts;
}

Doubt DnsView::doubt_about(const Lookup& lookup) const
{
    Doubt doubt;
    doubt.lookup = &lookup;
    doubt.question.name = to_lower(lookup.aliases.empty() ? lookup.name : lookup.aliases.back().name);
    doubt.question.type = lookup.type;
    doubt.unchecked = made(Purpose::checking_disabled, lookup.name, lookup.type);
    find_zone(doubt);
    find_servers(doubt);
    return doubt;
}

void DnsView::find_zone(Doubt& doubt) const
{
    const auto& name = doubt.question.name;
    const auto names_of = [](const Lookup& lookup) {
        std::vector<std::string> names;
        for (const auto& record : lookup.records)
            add_name(names, record.name);
        return names;
    };
    const Lookup* here = nullptr;
    const Lookup* above = nullptr;
    for (const auto& suffix : suffixes_of(name)) {
        const auto* lookup = made(Purpose::delegation, suffix, RecordType::ns);
        if (suffix == name)
            here = lookup;
        else if (lookup && lookup->outcome == LookupOutcome::found && !above)
            above = lookup;
    }
    if (!above && name.find('.') == std::string::npos)
        above = made(Purpose::resolver_check, "", RecordType::ns);
    std::vector<std::string> servers;
    if (above) {
        doubt.parent = above->name;
        doubt.parent_servers = names_of(*above);
    }
    const auto take_zone = [&](const std::string& zone) {
        doubt.zone = zone;
        doubt.zone_known = true;
    };
    // The parent's own servers say whom they refer to, whatever the resolver hides.
    for (const auto* answer : all(Purpose::delegation)) {
        if (!answer->direct || !equal_ignoring_case(answer->name, name))
            continue;
        if (answer->failure == LookupFailure::cname_loop)
            doubt.circle = answer;
        if (!is_answer(*answer))
            continue;
        for (const auto& record : answer->referral)
            if (record.type == RecordType::ns && is_within(name, record.owner) &&
                record.owner.size() > doubt.parent.size()) {
                take_zone(record.owner);
                add_name(servers, record.name);
            }
        if (answer->authoritative && !doubt.zone_known)
            take_zone(answer->outcome == LookupOutcome::found ? name : doubt.parent);
    }
    if (!doubt.zone_known && here && is_answer(*here))
        take_zone(here->outcome == LookupOutcome::found ? name : doubt.parent);
    if (here && doubt.zone_known && doubt.zone == name)
        for (const auto& server : names_of(*here))
            add_name(servers, server);
    if (doubt.zone_known && doubt.zone == doubt.parent)
        servers = doubt.parent_servers;
    for (const auto& server : servers) {
        Authority authority;
        authority.name = server;
        doubt.servers.push_back(std::move(authority));
    }
}

void DnsView::find_servers(Doubt& doubt) const
{
    const auto answers = all(Purpose::authoritative);
    for (auto& server : doubt.servers) {
        server.address = address_of(server.name, server.state);
        for (const auto* answer : answers)
            if (server.address && equal_ignoring_case(answer->name, doubt.question.name) &&
                answer->type == doubt.question.type && address_in(answer->server) == server.address) {
                server.answer = answer;
                server.state = state_of(*answer);
                if (answer->failure == LookupFailure::cname_loop)
                    doubt.circle = answer;
            }
    }
}

} // namespace smtpprobe
