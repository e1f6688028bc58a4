// SPDX-License-Identifier: Apache-2.0
#include "render/endpoint_rows.hpp"

#include <algorithm>

#include "base/duration_text.hpp"
#include "base/printable.hpp"
#include "render/phases.hpp"

namespace smtpprobe {
namespace {

std::string time_text(const std::optional<Duration>& span) { return span ? duration_text(*span) : "-"; }

Times times_of(const Session& session)
{
    const auto phases = measure_phases(session.transcript);
    if (session.transcript.empty())
        return {};
    return {time_text(phases[Phase::connect]), time_text(phases[Phase::greeting]),
            time_text(phases[Phase::ehlo]), time_text(phases[Phase::tls]), duration_text(session.took)};
}

std::string address_text(const Endpoint& endpoint)
{
    if (endpoint.carrier == Carrier::tcp_by_name)
        return "port " + std::to_string(endpoint.port); // its address is the proxy's business
    if (endpoint.carrier != Carrier::tcp)
        return endpoint.text();
    if (endpoint.port == 25)
        return endpoint.address.text();
    const bool brackets = endpoint.address.family() == Family::ipv6;
    return (brackets ? '[' + endpoint.address.text() + ']' : endpoint.address.text()) + ':' +
           std::to_string(endpoint.port);
}

/// What a host without an endpoint lacks.
std::string lacking(const Route& route, const std::string& host)
{
    for (const auto& note : route.notes) {
        if (note.host != host)
            continue;
        switch (note.kind) {
        case RouteNoteKind::mx_host_missing: return "does not exist";
        case RouteNoteKind::mx_alias_dangling: return "is an alias of nothing";
        case RouteNoteKind::mx_host_lookup_failed: return "its lookup failed";
        case RouteNoteKind::mx_is_address_text: return "is an address, not a name";
        case RouteNoteKind::mx_name_invalid: return "is not a host name";
        case RouteNoteKind::too_many_hosts: return "left out: too many hosts";
        case RouteNoteKind::address_loopback:
        case RouteNoteKind::address_unspecified:
        case RouteNoteKind::address_link_local:
        case RouteNoteKind::address_multicast: return printable(note.detail, 60) + ", not connected to";
        default: break;
        }
    }
    return "has no address";
}

} // namespace

std::vector<EndpointRow> rows_of(const Facts& facts)
{
    const auto& route = facts.route;
    const bool by_mx = route.kind == RouteKind::mx;
    std::vector<EndpointRow> rows;
    std::vector<bool> listed(facts.sessions.size());
    const auto preference_text = [&](std::uint16_t preference) {
        return by_mx ? std::to_string(preference) : std::string();
    };
    const auto add = [&](const Endpoint& endpoint, const Session* session) {
        rows.push_back({preference_text(endpoint.preference), printable(endpoint.host),
                        address_text(endpoint),
                        session != nullptr ? summarise(*session) : EndpointResult{"not tried", Tone::faint},
                        session != nullptr ? times_of(*session) : Times{}});
    };
    const auto add_endpoint = [&](const Endpoint& endpoint) {
        for (std::size_t i = 0; i < facts.sessions.size(); ++i)
            if (!listed[i] && facts.sessions[i].endpoint == endpoint) {
                listed[i] = true;
                return add(endpoint, &facts.sessions[i]);
            }
        add(endpoint, nullptr);
    };

    for (const auto& host : route.hosts) {
        const auto before = rows.size();
        for (const auto& endpoint : route.endpoints)
            if (endpoint.host == host.name)
                add_endpoint(endpoint);
        if (rows.size() == before)
            rows.push_back({preference_text(host.preference),
                            host.name.empty() ? "." : printable(host.name), // the root, as DNS spells it
                            "",
                            {lacking(route, host.name), Tone::bad},
                            {}});
    }
    for (const auto& endpoint : route.endpoints)
        if (std::none_of(route.hosts.begin(), route.hosts.end(),
                         [&](const MailHost& host) { return host.name == endpoint.host; }))
            add_endpoint(endpoint);
    for (std::size_t i = 0; i < facts.sessions.size(); ++i)
        if (!listed[i])
            add(facts.sessions[i].endpoint, &facts.sessions[i]);
    return rows;
}

} // namespace smtpprobe
