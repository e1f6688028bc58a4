// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "smtpprobe/address.hpp"
#include "smtpprobe/names.hpp"
#include "smtpprobe/target.hpp"

namespace smtpprobe {

/// How the endpoints came about (RFC 5321 section 5.1).
enum class RouteKind : std::uint8_t {
    mx,          ///< the domain's MX records
    implicit_mx, ///< no MX record: the domain's own addresses
    null_mx,     ///< `MX 0 .`: takes no mail, by intent (RFC 7505)
    host,        ///< the user named a host
    address,     ///< the user named an address
    place,       ///< the user named a socket or a command
    none,        ///< no way: the lookups say why
};

template <> struct Names<RouteKind> {
    static constexpr std::string_view all[] = {"mx",      "implicit-mx", "null-mx", "host",
                                               "address", "place",       "none"};
    static constexpr RouteKind last = RouteKind::none;
};

/// What carries the conversation.
enum class Carrier : std::uint8_t {
    tcp,
    tcp_by_name, ///< TCP to `host`, whose address only the proxy looks up
    socket,      ///< a unix socket at `path`
    process,     ///< the standard input and output of the command in `path`
};

template <> struct Names<Carrier> {
    static constexpr std::string_view all[] = {"tcp", "tcp-by-name", "socket", "process"};
    static constexpr Carrier last = Carrier::process;
};

/// One address of one host, and how to speak to it.
struct Endpoint {
    std::string host; ///< the name it came from; empty when the user named an address
    IpAddress address;
    std::uint16_t port = 25;
    Protocol protocol = Protocol::smtp;
    TlsMode tls = TlsMode::may;
    std::uint16_t preference = 0;   ///< of the MX record; 0 otherwise
    Carrier carrier = Carrier::tcp; ///< `address` counts for tcp alone
    std::string path = {};          ///< of a socket; the command of a process

    /// `mx.example.com [192.0.2.1]:25`, `mx.example.com:25`, `unix:/run/lmtp`, `command "exim -bs"`
    std::string text() const;
    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// One mail host of the route, with or without usable addresses.
struct MailHost {
    std::string name;
    std::uint16_t preference = 0;
    std::vector<IpAddress> addresses; ///< sorted, IPv6 first, so that rotation changes nothing
    friend bool operator==(const MailHost&, const MailHost&) = default;
};

/// What is odd about a route. Each becomes a finding; its weight is the diagnosis' business.
enum class RouteNoteKind : std::uint8_t {
    null_mx_with_others,     ///< RFC 7505 section 3: a null MX must stand alone
    null_mx_with_preference, ///< `MX 10 .`: preference should be 0
    mx_is_alias,             ///< the host of an MX is a CNAME (RFC 5321 5.1, RFC 2181 10.3)
    mx_alias_dangling,       ///< and the alias leads to nothing
    mx_is_address_text,      ///< `MX 10 192.0.2.1.`
    mx_name_doubled,         ///< `mx.example.com.example.com`: a final dot was forgotten
    mx_host_missing,         ///< NXDOMAIN
    mx_host_without_address, ///< exists, but no A or AAAA
    mx_host_lookup_failed,   ///< neither address lookup gave an answer
    mx_name_invalid,         ///< underscore, empty label, or no host name
    mx_duplicate,            ///< the same host twice
    address_duplicate,       ///< one address behind two hosts
    address_loopback,        ///< not connected to unless asked
    address_unspecified,
    address_link_local,
    address_multicast,
    address_private, ///< connected to: internal networks are legitimate
    address_shared,
    address_documentation,
    address_reserved,
    too_many_hosts,   ///< more than kMaxRouteHosts: the rest was left out
    domain_is_alias,  ///< the domain itself is a CNAME
    implicit_mx,      ///< no MX record
    mx_lookup_failed, ///< so the addresses must not be used instead
};

template <> struct Names<RouteNoteKind> {
    static constexpr std::string_view all[] = {"null-mx-with-others",   "null-mx-with-preference",
                                               "mx-is-alias",           "mx-alias-dangling",
                                               "mx-is-address-text",    "mx-name-doubled",
                                               "mx-host-missing",       "mx-host-without-address",
                                               "mx-host-lookup-failed", "mx-name-invalid",
                                               "mx-duplicate",          "address-duplicate",
                                               "address-loopback",      "address-unspecified",
                                               "address-link-local",    "address-multicast",
                                               "address-private",       "address-shared",
                                               "address-documentation", "address-reserved",
                                               "too-many-hosts",        "domain-is-alias",
                                               "implicit-mx",           "mx-lookup-failed"};
    static constexpr RouteNoteKind last = RouteNoteKind::mx_lookup_failed;
};

struct RouteNote {
    RouteNoteKind kind{};
    std::string host;   ///< the host or domain that it is about
    std::string detail; ///< the address, the alias' target, the name that was meant; may be empty
    friend bool operator==(const RouteNote&, const RouteNote&) = default;
};

/// The endpoints to try, in order, and how they came about.
struct Route {
    RouteKind kind = RouteKind::none;
    std::string domain;
    std::vector<MailHost> hosts; ///< by preference; equal ones by name, so that rotation changes nothing
    std::vector<Endpoint> endpoints;
    std::vector<RouteNote> notes;
    friend bool operator==(const Route&, const Route&) = default;
};

} // namespace smtpprobe
