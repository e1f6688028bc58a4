// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <sys/socket.h>

#include "smtpprobe/address.hpp"

namespace smtpprobe {

/// An address and port as the socket calls take it.
struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;

    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

/// A link-local IPv6 address keeps its interface (the scope id).
SocketAddress socket_address(const IpAddress& address, std::uint16_t port);
IpAddress ip_address(const SocketAddress& address);

} // namespace smtpprobe
