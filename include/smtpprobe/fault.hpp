// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "smtpprobe/address.hpp"
#include "smtpprobe/names.hpp"

namespace smtpprobe {

/// Why there was no usable reply.
enum class FaultKind : std::uint8_t {
    refused,             ///< TCP connect: ECONNREFUSED
    timed_out,           ///< connect or step time limit, without an answer
    host_unreachable,    ///< EHOSTUNREACH: ICMP host or admin prohibited, or ARP failed
    network_unreachable, ///< ENETUNREACH: no route, here or on the way
    prohibited,          ///< EACCES/EPERM: a local firewall forbids it
    no_local_address,    ///< the source address cannot be used here, or no address of that family
    reset,               ///< RST within the connection
    closed,              ///< orderly end where more was due
    malformed,           ///< bytes that cannot be read as a reply
    too_long,            ///< a line, a reply or a session over our documented limits
    injected,            ///< plaintext behind the 220 to STARTTLS, before the handshake
    handshake,           ///< TLS: alert, protocol or certificate form error
    not_tls,             ///< TLS: the answer to our ClientHello was not TLS
    cancelled,           ///< the user interrupted
    deadline,            ///< --deadline ran out
    local,               ///< out of descriptors or memory, an errno without a better name
};

template <> struct Names<FaultKind> {
    static constexpr std::string_view all[] = {"refused",
                                               "timed-out",
                                               "host-unreachable",
                                               "network-unreachable",
                                               "prohibited",
                                               "no-local-address",
                                               "reset",
                                               "closed",
                                               "malformed",
                                               "too-long",
                                               "injected",
                                               "handshake",
                                               "not-tls",
                                               "cancelled",
                                               "deadline",
                                               "local"};
    static constexpr FaultKind last = FaultKind::local;
};

/// An ICMP or ICMPv6 error that ended an attempt, and who sent it.
struct IcmpError {
    IpAddress from;        ///< a router, a firewall, the host itself, or our own machine
    std::uint8_t type = 0; ///< of ICMP for an IPv4 `from`, of ICMPv6 otherwise
    std::uint8_t code = 0;
    friend bool operator==(const IcmpError&, const IcmpError&) = default;
};

struct Fault {
    FaultKind kind{};
    /// The error of the system or of OpenSSL in words, or a few bytes of what came instead; raw.
    std::string detail;
    int system_error = 0;               ///< errno, or 0
    int tls_alert = -1;                 ///< the alert that the server sent (RFC 8446 section 6), or -1
    std::optional<IcmpError> icmp = {}; ///< where the system tells of one
    friend bool operator==(const Fault&, const Fault&) = default;
};

} // namespace smtpprobe
