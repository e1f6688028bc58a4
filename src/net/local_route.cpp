// SPDX-License-Identifier: Apache-2.0
#include "net/local_route.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace smtpprobe {
namespace {

constexpr in_port_t kAnyPort = 25; // not sent to: connecting a UDP socket only picks a route

int connect_udp(int socket, const IpAddress& address)
{
    if (address.family() == Family::ipv4) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(kAnyPort);
        std::memcpy(&to.sin_addr, address.bytes().data(), sizeof to.sin_addr);
        return connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to);
    }
    sockaddr_in6 to{};
    to.sin6_family = AF_INET6;
    to.sin6_port = htons(kAnyPort);
    to.sin6_scope_id = address.interface();
    std::memcpy(&to.sin6_addr, address.bytes().data(), sizeof to.sin6_addr);
    return connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to);
}

} // namespace

bool has_local_route(const IpAddress& address, const std::optional<IpAddress>& source)
{
    if (source && source->family() != address.family())
        return false;
    const int socket =
        ::socket(address.family() == Family::ipv4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0)
        return errno != EAFNOSUPPORT;
    const bool reachable =
        connect_udp(socket, address) == 0 || (errno != ENETUNREACH && errno != EADDRNOTAVAIL);
    close(socket);
    return reachable;
}

} // namespace smtpprobe
