// SPDX-License-Identifier: Apache-2.0
#include "route/plan_route.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "route/known_lookups.hpp"
#include "route/mail_hosts.hpp"
#include "route/mx_list.hpp"

namespace smtpprobe {
namespace {

constexpr std::uint16_t kSmtpPort = 25;
constexpr std::uint16_t kLmtpPort = 24;
constexpr std::uint16_t kSmtpsPort = 465;

/// How to speak to every endpoint of a route.
struct Speech {
    std::uint16_t port = kSmtpPort;
    Protocol protocol = Protocol::smtp;
    TlsMode tls = TlsMode::may;
};

Speech speech_of(const Target& target, const Settings& settings)
{
    Speech speech;
    speech.protocol = target.protocol;
    const auto asked = settings.tls ? settings.tls : target.tls;
    if (settings.port)
        speech.port = *settings.port;
    else if (target.port)
        speech.port = *target.port;
    else if (target.protocol == Protocol::lmtp)
        speech.port = kLmtpPort;
    else if (asked == TlsMode::implicit)
        speech.port = kSmtpsPort;
    speech.tls = asked.value_or(speech.port == kSmtpsPort ? TlsMode::implicit : TlsMode::may);
    return speech;
}

Endpoint endpoint_of(const Speech& speech, const IpAddress& address)
{
    Endpoint endpoint;
    endpoint.address = address;
    endpoint.port = speech.port;
    endpoint.protocol = speech.protocol;
    endpoint.tls = speech.tls;
    return endpoint;
}

void add_endpoints(Route& route, const Speech& speech, const Settings& settings)
{
    const bool named_by_user = route.kind == RouteKind::host;
    for (const auto& host : route.hosts) {
        std::size_t tried = 0;
        for (const auto& address : host.addresses) {
            if ((!named_by_user && !may_connect(address, settings)) || tried == kMaxHostAddresses)
                continue;
            const auto same = std::find_if(route.endpoints.begin(), route.endpoints.end(),
                                           [&](const Endpoint& other) { return other.address == address; });
            if (same != route.endpoints.end()) {
                route.notes.push_back({RouteNoteKind::address_duplicate, host.name, address.text()});
                continue;
            }
            auto endpoint = endpoint_of(speech, address);
            endpoint.host = host.name;
            endpoint.preference = host.preference;
            route.endpoints.push_back(std::move(endpoint));
            ++tried;
        }
    }
}

void note_alias(Route& route, const KnownLookups& known)
{
    for (const auto type : {RecordType::mx, RecordType::a, RecordType::aaaa}) {
        const auto* lookup = known.find(route.domain, type);
        if (lookup && !lookup->aliases.empty()) {
            route.notes.push_back(
                {RouteNoteKind::domain_is_alias, route.domain, lookup->aliases.back().name});
            return;
        }
    }
}

void plan_by_mx(Route& route, const Lookup& mx, const KnownLookups& known, const Settings& settings)
{
    auto list = read_mx(mx);
    route.kind = list.null ? RouteKind::null_mx : RouteKind::mx;
    route.notes.insert(route.notes.end(), list.notes.begin(), list.notes.end());
    for (const auto& host : list.hosts)
        route.hosts.push_back(mail_host(host, route, known, settings));
}

void plan_by_addresses(Route& route, const KnownLookups& known, const Settings& settings)
{
    auto addresses = addresses_of(route.domain, known, settings);
    if (addresses.empty())
        return; // the lookups say why
    route.kind = RouteKind::implicit_mx;
    route.notes.push_back({RouteNoteKind::implicit_mx, route.domain, {}});
    note_addresses(route, route.domain, addresses, settings);
    route.hosts.push_back({route.domain, 0, std::move(addresses)});
}

void plan_mail_domain(Route& route, const KnownLookups& known, const Settings& settings)
{
    note_alias(route, known);
    const auto* mx = known.find(route.domain, RecordType::mx);
    if (!mx) {
        route.notes.push_back({RouteNoteKind::mx_lookup_failed, route.domain, {}});
        return;
    }
    switch (mx->outcome) {
    case LookupOutcome::found: plan_by_mx(route, *mx, known, settings); return;
    case LookupOutcome::no_records: plan_by_addresses(route, known, settings); return;
    case LookupOutcome::no_such_domain: return;
    case LookupOutcome::failed:
        // RFC 5321 5.1: the domain may well have MX records, and then its addresses are not for mail.
        route.notes.push_back(
            {RouteNoteKind::mx_lookup_failed, route.domain, std::string(name(mx->failure))});
        return;
    }
}

void plan_host(Route& route, const KnownLookups& known, const Settings& settings)
{
    auto addresses = addresses_of(route.domain, known, settings);
    if (addresses.empty())
        return;
    route.kind = RouteKind::host;
    // A forbidden scope is no news here: the user named the host, so it is connected to.
    std::vector<IpAddress> noted;
    for (const auto& address : addresses)
        if (may_connect(address, settings))
            noted.push_back(address);
    note_addresses(route, route.domain, noted, settings);
    route.hosts.push_back({route.domain, 0, std::move(addresses)});
}

void ask_addresses(std::vector<Question>& open, const std::string& host, const KnownLookups& known,
                   const Settings& settings)
{
    for (const auto type : address_types(settings))
        known.ask_unless_known(open, host, type);
}

bool needs_no_lookup(const Target& target, const Settings& settings)
{
    return target.kind == TargetKind::address || target.kind == TargetKind::socket ||
           target.kind == TargetKind::process || (settings.way.proxy && settings.way.proxy->resolves);
}

/// What is no address: a socket, a command, and a name that only the proxy looks up.
void plan_without_address(Route& route, const Speech& speech, const Target& target)
{
    auto endpoint = endpoint_of(speech, {});
    const bool by_name = target.kind != TargetKind::socket && target.kind != TargetKind::process;
    route.kind = by_name ? RouteKind::host : RouteKind::place;
    endpoint.carrier = by_name                             ? Carrier::tcp_by_name
                       : target.kind == TargetKind::socket ? Carrier::socket
                                                           : Carrier::process;
    endpoint.host = target.name;
    endpoint.path = target.path;
    route.endpoints.push_back(std::move(endpoint));
}

} // namespace

bool uses_mx(const Target& target, const Settings& settings)
{
    if (settings.way.proxy && settings.way.proxy->resolves)
        return false;
    switch (target.kind) {
    case TargetKind::self:
    case TargetKind::socket:
    case TargetKind::process:
    case TargetKind::address: return false;
    case TargetKind::host: return settings.use_mx.value_or(false);
    case TargetKind::domain: return settings.use_mx.value_or(true);
    case TargetKind::mailbox:
        // user@localhost: a name of one label is a machine, as it is without the `user@`.
        return settings.use_mx.value_or(target.name.find('.') != std::string::npos);
    }
    return false;
}

std::vector<Question> questions(const Target& target, const Settings& settings,
                                const std::vector<Lookup>& lookups)
{
    std::vector<Question> open;
    if (needs_no_lookup(target, settings))
        return open;
    const KnownLookups known(lookups);
    if (!uses_mx(target, settings)) {
        if (!known.in_hosts_file(target.name))
            ask_addresses(open, target.name, known, settings);
        return open;
    }
    const auto* mx = known.find(target.name, RecordType::mx);
    if (!mx || mx->outcome == LookupOutcome::no_records) {
        known.ask_unless_known(open, target.name, RecordType::mx);
        ask_addresses(open, target.name, known, settings);
    } else if (mx->outcome == LookupOutcome::found) {
        for (const auto& host : read_mx(*mx).hosts) {
            ask_addresses(open, host.name, known, settings);
            // Does the name exist that was probably meant? It is not tried: the lookup tells the user.
            if (const auto meant = meant_name(host.name, target.name, known); !meant.empty())
                ask_addresses(open, meant, known, settings);
        }
    }
    return open;
}

Wait wait_for(const Question& asked, const Target& target, const Settings& settings,
              const std::vector<Lookup>& lookups)
{
    const KnownLookups known(lookups);
    if (asked.type == RecordType::mx)
        return Wait::yes;
    const auto* mx = uses_mx(target, settings) ? known.find(target.name, RecordType::mx) : nullptr;
    if (mx && asked.name == target.name) {
        const auto hosts = read_mx(*mx).hosts;
        const bool is_mail_host = std::any_of(hosts.begin(), hosts.end(),
                                              [&](const MxHost& host) { return host.name == asked.name; });
        if (!hosts.empty() && !is_mail_host)
            return Wait::no;
        if (mx->outcome != LookupOutcome::no_records && !is_mail_host)
            return Wait::briefly; // no address can help now
    }
    const auto other = asked.type == RecordType::a ? RecordType::aaaa : RecordType::a;
    const auto* same_host = known.find(asked.name, other);
    // NXDOMAIN holds for every type.
    return same_host && (same_host->outcome == LookupOutcome::found ||
                         same_host->outcome == LookupOutcome::no_such_domain)
               ? Wait::briefly
               : Wait::yes;
}

Route plan_route(const Target& target, const Settings& settings, const std::vector<Lookup>& lookups)
{
    Route route;
    route.domain = target.name;
    const auto speech = speech_of(target, settings);
    if (target.kind == TargetKind::address) {
        route.kind = RouteKind::address;
        route.endpoints.push_back(endpoint_of(speech, target.address));
        return route;
    }
    if (needs_no_lookup(target, settings)) {
        plan_without_address(route, speech, target);
        return route;
    }
    const KnownLookups known(lookups);
    if (uses_mx(target, settings))
        plan_mail_domain(route, known, settings);
    else
        plan_host(route, known, settings);
    add_endpoints(route, speech, settings);
    return route;
}

bool may_connect(const IpAddress& address, const Settings& settings)
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

} // namespace smtpprobe
