// SPDX-License-Identifier: Apache-2.0
#include "net/socket_address.hpp"

#include <array>
#include <cstring>

#include <netinet/in.h>

namespace smtpprobe {

SocketAddress socket_address(const IpAddress& address, std::uint16_t port)
{
    SocketAddress made;
    if (address.family() == Family::ipv4) {
        sockaddr_in in{};
        in.sin_family = AF_INET;
        in.sin_port = htons(port);
        std::memcpy(&in.sin_addr, address.bytes().data(), sizeof in.sin_addr);
        std::memcpy(&made.storage, &in, sizeof in);
        made.size = sizeof in;
    } else {
        sockaddr_in6 in6{};
        in6.sin6_family = AF_INET6;
        in6.sin6_port = htons(port);
        in6.sin6_scope_id = address.interface();
        std::memcpy(&in6.sin6_addr, address.bytes().data(), sizeof in6.sin6_addr);
        std::memcpy(&made.storage, &in6, sizeof in6);
        made.size = sizeof in6;
    }
    return made;
}

IpAddress ip_address(const SocketAddress& address)
{
    if (address.storage.ss_family == AF_INET) {
        sockaddr_in in{};
        std::memcpy(&in, &address.storage, sizeof in);
        std::array<std::uint8_t, 4> bytes{};
        std::memcpy(bytes.data(), &in.sin_addr, bytes.size());
        return IpAddress::v4(bytes);
    }
    if (address.storage.ss_family == AF_INET6) {
        sockaddr_in6 in6{};
        std::memcpy(&in6, &address.storage, sizeof in6);
        std::array<std::uint8_t, 16> bytes{};
        std::memcpy(bytes.data(), &in6.sin6_addr, bytes.size());
        return IpAddress::v6(bytes, in6.sin6_scope_id);
    }
    return {};
}

} // namespace smtpprobe
