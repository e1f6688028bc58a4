// SPDX-License-Identifier: Apache-2.0
#include "route/mail_hosts.hpp"

#include <algorithm>
#include <optional>

#include "route/plan_route.hpp"

namespace smtpprobe {
namespace {

std::optional<RouteNoteKind> note_of(AddressScope scope)
{
    switch (scope) {
    case AddressScope::global: return std::nullopt;
    case AddressScope::unspecified: return RouteNoteKind::address_unspecified;
    case AddressScope::loopback: return RouteNoteKind::address_loopback;
    case AddressScope::link_local: return RouteNoteKind::address_link_local;
    case AddressScope::multicast: return RouteNoteKind::address_multicast;
    case AddressScope::private_use: return RouteNoteKind::address_private;
    case AddressScope::shared: return RouteNoteKind::address_shared;
    case AddressScope::documentation: return RouteNoteKind::address_documentation;
    case AddressScope::reserved: return RouteNoteKind::address_reserved;
    }
    return std::nullopt;
}

/// IPv6 first, then by value.
bool before(const IpAddress& a, const IpAddress& b)
{
    return a.family() != b.family() ? a.family() == Family::ipv6 : a < b;
}

/// Why a host has no address, as its lookups together say.
RouteNote absence_of(const std::string& host, const KnownLookups& known, const Settings& settings)
{
    const auto types = address_types(settings);
    std::string alias;
    std::optional<std::string> failed;
    bool missing = false;
    for (const auto type : types) {
        const auto* lookup = known.find(host, type);
        if (!lookup) {
            failed = failed.value_or("");
            continue;
        }
        if (!lookup->aliases.empty())
            alias = lookup->aliases.back().name;
        if (lookup->outcome == LookupOutcome::no_such_domain)
            missing = true;
        // A loop is what the alias leads to, not a lookup that did not work.
        if (lookup->outcome == LookupOutcome::failed && lookup->failure != LookupFailure::cname_loop)
            failed = failed && !failed->empty() ? *failed : std::string(name(lookup->failure));
    }
    // NXDOMAIN holds for all types; anything else is known only when every lookup got its answer.
    if (missing && alias.empty())
        return {RouteNoteKind::mx_host_missing, host, {}};
    if (failed && !missing)
        return {RouteNoteKind::mx_host_lookup_failed, host, *failed};
    if (!alias.empty())
        return {RouteNoteKind::mx_alias_dangling, host, alias};
    return {RouteNoteKind::mx_host_without_address, host,
            types.size() == 1 ? std::string(name(types.front())) : std::string()};
}

} // namespace

std::vector<IpAddress> addresses_of(const std::string& host, const KnownLookups& known,
                                    const Settings& settings)
{
    std::vector<IpAddress> addresses;
    for (const auto type : address_types(settings))
        if (const auto* lookup = known.find(host, type))
            for (const auto& record : lookup->records)
                if (record.type == type)
                    addresses.push_back(record.address);
    std::sort(addresses.begin(), addresses.end(), before);
    addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
    return addresses;
}

void note_addresses(Route& route, const std::string& host, const std::vector<IpAddress>& addresses,
                    const Settings& settings)
{
    Settings strict = settings;
    strict.allow_loopback = false;
    for (const auto& address : addresses) {
        const bool allowed_by_option = settings.allow_loopback && !may_connect(address, strict);
        if (const auto kind = note_of(address.scope()); kind && !allowed_by_option)
            route.notes.push_back({*kind, host, address.text()});
    }
}

std::string meant_name(const std::string& host, const std::string& domain, const KnownLookups& known)
{
    if (auto meant = undoubled(host, domain); !meant.empty())
        return meant;
    for (const auto type : {RecordType::a, RecordType::aaaa}) {
        const auto* lookup = known.find(host, type);
        if (lookup && lookup->outcome == LookupOutcome::no_such_domain && lookup->aliases.empty())
            return without_appended_zone(host, domain);
    }
    return {};
}

MailHost mail_host(const MxHost& host, Route& route, const KnownLookups& known, const Settings& settings)
{
    MailHost found;
    found.name = host.name;
    found.preference = host.preference;
    found.addresses = addresses_of(host.name, known, settings);
    if (auto meant = meant_name(host.name, route.domain, known); !meant.empty())
        route.notes.push_back({RouteNoteKind::mx_name_doubled, host.name, std::move(meant)});
    if (found.addresses.empty()) {
        route.notes.push_back(absence_of(host.name, known, settings));
        return found;
    }
    for (const auto type : address_types(settings)) {
        const auto* lookup = known.find(host.name, type);
        if (lookup && !lookup->aliases.empty()) {
            route.notes.push_back({RouteNoteKind::mx_is_alias, host.name, lookup->aliases.back().name});
            break;
        }
    }
    note_addresses(route, host.name, found.addresses, settings);
    return found;
}

} // namespace smtpprobe
