// SPDX-License-Identifier: Apache-2.0
#include "net/own_addresses.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/socket_address.hpp"

namespace smtpprobe {
namespace {

constexpr std::uint16_t kAnyPort = 25; // not sent to: connecting a UDP socket only picks a route

/// Somewhere far away: A.ROOT-SERVERS.NET, by both families.
constexpr const char* kFarAway[] = {"198.41.0.4", "2001:503:ba3e::2:30"};

} // namespace

std::optional<IpAddress> source_towards(const IpAddress& there)
{
    const SocketAddress to = socket_address(there, kAnyPort);
    const int socket = ::socket(to.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0)
        return std::nullopt;
    std::optional<IpAddress> source;
    SocketAddress here;
    here.size = sizeof here.storage;
    if (::connect(socket, to.get(), to.size) == 0 && ::getsockname(socket, here.get(), &here.size) == 0)
        source = ip_address(here);
    ::close(socket);
    if (source && source->scope() == AddressScope::unspecified)
        return std::nullopt;
    return source;
}

std::vector<IpAddress> own_addresses()
{
    std::vector<IpAddress> found;
    for (const char* far_away : kFarAway)
        if (const auto source = source_towards(*IpAddress::parse(far_away)))
            found.push_back(*source);
    return found;
}

bool is_own_address(const IpAddress& address)
{
    // A machine talks to itself from the very address that it talks to, but for 127.0.0.0/8, which is
    // all its own.
    return address.scope() == AddressScope::loopback || source_towards(address) == address;
}

} // namespace smtpprobe
