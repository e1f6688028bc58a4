// SPDX-License-Identifier: Apache-2.0
#include "net/local_route.hpp"

#include <cerrno>

#include <sys/socket.h>
#include <unistd.h>

#include "net/socket_address.hpp"

namespace smtpprobe {
namespace {

constexpr std::uint16_t kAnyPort = 25; // not sent to: connecting a UDP socket only picks a route

} // namespace

bool has_local_route(const IpAddress& address, const std::optional<IpAddress>& source)
{
    if (source && source->family() != address.family())
        return false;
    const SocketAddress to = socket_address(address, kAnyPort);
    const int socket = ::socket(to.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0)
        return errno != EAFNOSUPPORT;
    const bool reachable =
        ::connect(socket, to.get(), to.size) == 0 || (errno != ENETUNREACH && errno != EADDRNOTAVAIL);
    ::close(socket);
    return reachable;
}

} // namespace smtpprobe
