// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "smtpprobe/address.hpp"
#include "smtpprobe/fault.hpp"
#include "smtpprobe/lookup.hpp"
#include "smtpprobe/names.hpp"
#include "smtpprobe/sender_policy.hpp"
#include "smtpprobe/time.hpp"
#include "smtpprobe/transcript.hpp"

namespace smtpprobe {

/// What an experiment was made for: the question that the route's own lookups and sessions left open.
enum class Purpose : std::uint8_t {
    // Where an endpoint does not connect
    other_port,     ///< Contact: does the host answer on 587, 465 or 443?
    control_lookup, ///< Lookup: the address of a control target
    control,        ///< Contact: does anybody's port 25 answer from here? Session: where are we seen from?
    trace,          ///< Trace: how far SYNs to the endpoint's port get
    trace_compared, ///< Trace: the same towards a port of that host that answers, or that others use
    // Where a session stalls or dies
    implicit_tls,       ///< Session: TLS from the first byte, where no greeting came
    without_tls,        ///< Session: in plain, where implicit TLS found no TLS
    proxy_header,       ///< Session: begun with a proxy's header, where no greeting came
    small_segments,     ///< Session: with a small MSS, where large packets seem to get lost
    fresh_session,      ///< Session: once more the same, to see whether it fails each time
    lhlo,               ///< Session: begun with LHLO, where neither EHLO nor HELO is known
    starttls_unoffered, ///< Session: STARTTLS said though it is not offered
    // Where a server says "later"
    later, ///< Session: the same mail again after a wait (--retry-greylist)
    // Where DNS fails or may lie
    resolver_check,      ///< Lookup: a question whose true answer is known, to our own resolver
    checking_disabled,   ///< Lookup: the same with CD set, so that DNSSEC is not checked (RFC 4035 3.2.2)
    over_tcp,            ///< Lookup: the same over TCP
    delegation,          ///< Lookup: NS of a zone or its parent, of the resolver or of a parent's server
    name_server_address, ///< Lookup: the address of a name server
    authoritative,       ///< Lookup: asked of one authoritative server itself
    signatures,          ///< Lookup: DS, DNSKEY, RRSIG of the zone
    // Our own side
    own_name,    ///< Lookup: PTR of an address of ours
    own_address, ///< Lookup: an address of that name, of our EHLO name, of our sender domain; its MX
    own_policy,  ///< PolicyCheck: SPF of our sender domain for an address of ours
    own_dmarc,   ///< Lookup: DMARC record of our sender domain
    block_list,  ///< Lookup: is an address or name of ours listed?
    // The domain's own records
    domain_policy, ///< PolicyCheck: SPF record of the target
    domain_dmarc,  ///< Lookup: its DMARC record
    host_name,     ///< Lookup: PTR of a mail host's address
    host_address,  ///< Lookup: an address of the name that PTR, banner or EHLO reply gave
    postmaster,    ///< Session: RCPT postmaster, of a domain whose recipient is asked about
    // What the user asked for
    each_mechanism,    ///< Session: AUTH by one mechanism (--auth-all)
    check_relay,       ///< Session: MAIL and RCPT that only an open relay takes
    check_vrfy,        ///< Session: VRFY and EXPN
    check_catch_all,   ///< Session: RCPT of a local part that cannot exist
    check_postmaster,  ///< Session: RCPT of postmaster and abuse
    check_null_sender, ///< Session: MAIL FROM:<>
    check_smuggling,   ///< Session: a message that ends with something else than CRLF . CRLF
    check_starttls,    ///< Session: MAIL, or AUTH, without STARTTLS
    check_size,        ///< Session: MAIL with a SIZE above the announced limit
};

template <> struct Names<Purpose> {
    static constexpr std::string_view all[] = {"other-port",
                                               "control-lookup",
                                               "control",
                                               "trace",
                                               "trace-compared",
                                               "implicit-tls",
                                               "without-tls",
                                               "proxy-header",
                                               "small-segments",
                                               "fresh-session",
                                               "lhlo",
                                               "starttls-unoffered",
                                               "later",
                                               "resolver-check",
                                               "checking-disabled",
                                               "over-tcp",
                                               "delegation",
                                               "name-server-address",
                                               "authoritative",
                                               "signatures",
                                               "own-name",
                                               "own-address",
                                               "own-policy",
                                               "own-dmarc",
                                               "block-list",
                                               "domain-policy",
                                               "domain-dmarc",
                                               "host-name",
                                               "host-address",
                                               "postmaster",
                                               "each-mechanism",
                                               "check-relay",
                                               "check-vrfy",
                                               "check-catch-all",
                                               "check-postmaster",
                                               "check-null-sender",
                                               "check-smuggling",
                                               "check-starttls",
                                               "check-size"};
    static constexpr Purpose last = Purpose::check_size;
};

/// A connection that was opened only to see whether it can be. Nothing but QUIT is said on it.
struct Contact {
    std::string host; ///< the name it came from; may be empty
    IpAddress address;
    std::uint16_t port = 25;
    std::optional<IpAddress> local; ///< our own end, once connected
    Duration connected_after{};     ///< until TCP was up, or until `fault`
    std::optional<Fault> fault;     ///< none: it connected
    std::string greeting;           ///< first line heard, where one was waited for; raw, at most 512 bytes
    friend bool operator==(const Contact&, const Contact&) = default;
};

/// What came back when a SYN was sent with a limited TTL.
enum class HopAnswer : std::uint8_t {
    silent,      ///< nothing, in the time that was given
    expired,     ///< ICMP time exceeded: a router on the way
    connected,   ///< the destination took the connection
    refused,     ///< a RST, or ICMP port unreachable
    unreachable, ///< another ICMP unreachable: see Hop::icmp
    failed,      ///< our own system would not send it
};

template <> struct Names<HopAnswer> {
    static constexpr std::string_view all[] = {"silent",  "expired",     "connected",
                                               "refused", "unreachable", "failed"};
    static constexpr HopAnswer last = HopAnswer::failed;
};

struct Hop {
    int ttl = 0;
    HopAnswer answer = HopAnswer::silent;
    std::optional<IpAddress> from; ///< who said so, where the system tells
    std::optional<IcmpError> icmp; ///< of `unreachable`
    Duration took{};
    friend bool operator==(const Hop&, const Hop&) = default;
};

/// TCP connects to one port with rising TTL: how far the SYNs get.
struct Trace {
    IpAddress address;
    std::uint16_t port = 25;
    std::vector<Hop> hops; ///< by TTL, from 1; ends with the first that is neither silent nor expired
    friend bool operator==(const Trace&, const Trace&) = default;
};

/// Something tried beyond the route's own lookups and conversations, because these left a question
/// open. Facts hold them in the order in which they began.
struct Experiment {
    Purpose purpose{};
    Duration began{}; ///< since the probe began
    Duration took{};
    std::variant<Contact, Trace, Lookup, Session, PolicyCheck> what;
    friend bool operator==(const Experiment&, const Experiment&) = default;
};

} // namespace smtpprobe
