// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "smtpprobe/address.hpp"
#include "smtpprobe/fault.hpp"
#include "smtpprobe/way_settings.hpp"

namespace smtpprobe {

/// Where a proxy is asked to connect to.
struct Destination {
    std::string host; ///< where the proxy looks the name up; empty: `address` counts
    IpAddress address;
    std::uint16_t port = 25;

    /// `192.0.2.1:25`, `[2001:db8::1]:25`, `mx.example.com:25`
    std::string text() const;
};

/// Send this to the proxy.
struct TunnelSays {
    std::string bytes;
    std::string shown; ///< the same in words, without the password
};
/// Read more, and feed() it.
struct TunnelReads {};
/// The connection is made. `rest` came behind the proxy's answer: the server's first bytes.
struct TunnelUp {
    std::string rest;
};
/// It is not, and will not be. The detail of the fault begins with what the proxy said, in words that
/// the catalogue knows; server bytes in it are raw, and may quote the login.
struct TunnelFailed {
    Fault fault;
    std::string partial; ///< what came instead of an answer; raw, at most 512 bytes
};

using TunnelStep = std::variant<TunnelSays, TunnelReads, TunnelUp, TunnelFailed>;

/// What is said to a proxy before the conversation, without the wire: SOCKS5 (RFC 1928, RFC 1929) or HTTP
/// CONNECT (RFC 9110 9.3.6). However much is fed, it reaches TunnelUp or TunnelFailed after a bounded
/// number of bytes.
class Tunnel {
public:
    Tunnel(const Proxy& proxy, Destination destination);

    /// Gives TunnelReads until more was fed, and the end again and again.
    TunnelStep next();
    void feed(std::string_view bytes);

private:
    enum class State : std::uint8_t { begins, chose_method, logged_in, asked, up, failed };

    // socks5.cpp
    TunnelStep next_of_socks();
    TunnelStep read_method();
    TunnelStep read_login();
    TunnelStep read_socks_answer();
    TunnelStep ask_socks();

    // http_connect.cpp
    TunnelStep next_of_http();
    TunnelStep ask_http();
    TunnelStep read_http_answer();

    TunnelStep up(std::size_t answer_size);
    TunnelStep fail(FaultKind kind, std::string detail);
    TunnelStep no_proxy(std::string_view why);

    Proxy proxy_;
    Destination destination_;
    State state_ = State::begins;
    std::string unread_;
    std::size_t interim_ = 0; ///< HTTP answers of the class 1xx so far
    TunnelFailed why_;
};

} // namespace smtpprobe
