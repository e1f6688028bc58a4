// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "smtpprobe/address.hpp"
#include "smtpprobe/names.hpp"
#include "smtpprobe/secret.hpp"

namespace smtpprobe {

enum class ProxyKind : std::uint8_t { socks5, http_connect };

template <> struct Names<ProxyKind> {
    static constexpr std::string_view all[] = {"socks5", "http-connect"};
    static constexpr ProxyKind last = ProxyKind::http_connect;
};

/// --proxy: what carries the connection (RFC 1928, RFC 9110 9.3.6).
struct Proxy {
    ProxyKind kind = ProxyKind::socks5;
    std::string host;                 ///< as it was given
    std::optional<IpAddress> address; ///< where `host` is one
    std::uint16_t port = 1080;
    std::string user;
    Secret password;
    bool resolves = false; ///< --proxy-dns: it looks up the target's name, and nobody here does
    friend bool operator==(const Proxy&, const Proxy&) = default;
};

/// --proxy-header: whom the server is told to take us for (haproxy's PROXY protocol).
struct ProxyHeader {
    int version = 1;    ///< 1 or 2
    bool local = false; ///< UNKNOWN in version 1, LOCAL in version 2: no addresses
    std::optional<IpAddress> source;
    std::uint16_t source_port = 0;
    std::optional<IpAddress> destination; ///< none: the endpoint's
    std::uint16_t destination_port = 0;
    friend bool operator==(const ProxyHeader&, const ProxyHeader&) = default;
};

/// How the connection is made, and whom it is made for.
struct WaySettings {
    std::string interface; ///< --interface: leave by it (SO_BINDTODEVICE)
    std::optional<Proxy> proxy;
    std::optional<ProxyHeader> proxy_header;
    std::vector<std::string> xclient;  ///< NAME=value, before xtext (Postfix XCLIENT_README)
    std::vector<std::string> xforward; ///< NAME=value, before xtext
    friend bool operator==(const WaySettings&, const WaySettings&) = default;
};

} // namespace smtpprobe
