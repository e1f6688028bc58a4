// SPDX-License-Identifier: Apache-2.0
#include "net/tcp_connect.hpp"

#include <cerrno>
#include <cstddef>
#include <cstring>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/icmp.hpp"
#include "net/own_addresses.hpp"
#include "net/socket_address.hpp"
#include "net/system_fault.hpp"

namespace smtpprobe {
namespace {

bool set_option(int descriptor, int level, int option, int value)
{
    return ::setsockopt(descriptor, level, option, &value, sizeof value) == 0;
}

std::optional<Fault> bind_to(int descriptor, const IpAddress& source, Family family)
{
    if (source.family() != family) {
        Fault fault;
        fault.kind = FaultKind::no_local_address;
        fault.detail = "the source address is of the other family";
        return fault;
    }
    // The port is chosen at connect(), when the destination is known: more of them can be had.
    (void)set_option(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    const SocketAddress here = socket_address(source, 0);
    if (::bind(descriptor, here.get(), here.size) != 0)
        return system_fault(errno);
    return std::nullopt;
}

bool limit(int descriptor, const ConnectTo& to)
{
    const bool v4 = to.address.family() == Family::ipv4;
    if (to.max_segment > 0 && !set_option(descriptor, IPPROTO_TCP, TCP_MAXSEG, to.max_segment))
        return false;
    return to.hop_limit <= 0 || set_option(descriptor, v4 ? IPPROTO_IP : IPPROTO_IPV6,
                                           v4 ? IP_TTL : IPV6_UNICAST_HOPS, to.hop_limit);
}

std::optional<Fault> leave_by(int descriptor, const std::string& interface)
{
    if (interface.empty() || ::setsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, interface.data(),
                                          static_cast<socklen_t>(interface.size())) == 0)
        return std::nullopt;
    Fault fault = system_fault(errno);
    fault.kind = FaultKind::no_local_address;
    fault.detail = "interface " + interface + ": " + fault.detail;
    return fault;
}

std::optional<Fault> start(int descriptor, const ConnectTo& to)
{
    // Nagle's algorithm would hold EHLO back until the server has acknowledged our TLS Finished: a
    // round trip.
    (void)set_option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
    keep_icmp(descriptor, to.address.family(), true);
    if (!limit(descriptor, to))
        return system_fault(errno);
    if (auto fault = leave_by(descriptor, to.interface))
        return fault;
    if (to.source)
        if (auto fault = bind_to(descriptor, *to.source, to.address.family()))
            return fault;
    const SocketAddress there = socket_address(to.address, to.port);
    if (::connect(descriptor, there.get(), there.size) != 0 && errno != EINPROGRESS)
        return connect_fault(descriptor, errno, to.address);
    return std::nullopt;
}

} // namespace

Connecting begin_connect(const ConnectTo& to)
{
    Connecting made;
    const int family = to.address.family() == Family::ipv4 ? AF_INET : AF_INET6;
    made.descriptor = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    made.fault = made.descriptor < 0 ? system_fault(errno) : start(made.descriptor, to);
    if (made.fault && made.descriptor >= 0) {
        ::close(made.descriptor);
        made.descriptor = -1;
    }
    return made;
}

Connecting connect_socket(const std::string& path)
{
    Connecting made;
    sockaddr_un there{};
    there.sun_family = AF_UNIX;
    if (path.size() >= sizeof there.sun_path) {
        made.fault = system_fault(ENAMETOOLONG);
        return made;
    }
    std::memcpy(there.sun_path, path.data(), path.size());
    made.descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (made.descriptor >= 0 &&
        ::connect(made.descriptor, reinterpret_cast<const sockaddr*>(&there), sizeof there) == 0)
        return made;
    const int error = errno;
    if (made.descriptor >= 0)
        ::close(made.descriptor);
    made.descriptor = -1;
    made.fault = system_fault(error);
    if (error == ENOENT || error == ENOTDIR)
        made.fault->detail = "no socket there";
    else
        made.fault->detail = "the socket: " + made.fault->detail;
    if (error == EAGAIN) // its queue is full
        made.fault->kind = FaultKind::timed_out;
    return made;
}

int connect_error(int descriptor)
{
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

Fault connect_fault(int descriptor, int error, const IpAddress& there)
{
    Fault fault = system_fault(error);
    fault.icmp = take_icmp(descriptor);
    if (!fault.icmp) {
        // A route that swallows all (`ip route add blackhole`). A link-local address without interface
        // gives the same errno.
        if (error == EINVAL && there.scope() != AddressScope::link_local) {
            fault.kind = FaultKind::network_unreachable;
            fault.detail = "a route of this machine throws it away";
        }
        return fault;
    }
    // Where a filter speaks in the name of this machine it is this machine's own, unless the
    // destination is this machine. Also ARP that fails speaks so, but as "host unreachable".
    const bool filter = is_prohibited(*fault.icmp) || is_port_unreachable(*fault.icmp);
    if (filter && fault.icmp->from != there && is_own_address(fault.icmp->from)) {
        fault.kind = FaultKind::prohibited;
        fault.detail = "this machine rejects what it sends there";
    } else if (fault.kind == FaultKind::prohibited || fault.kind == FaultKind::local) {
        // ICMPv6's EACCES is not ours; and some ICMP codes have an errno of their own.
        fault.kind = FaultKind::host_unreachable;
        if (is_prohibited(*fault.icmp))
            fault.detail = "administratively prohibited";
    }
    return fault;
}

void forget_icmp(int descriptor, Family family) { keep_icmp(descriptor, family, false); }

bool dropped_here(int descriptor)
{
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
        size < offsetof(tcp_info, tcpi_total_retrans) + sizeof info.tcpi_total_retrans)
        return false;
    // Each repetition counts as tried (total_retrans), and as out (retrans) only where the way down to
    // the network card took it. One that was not even tried, since the SYN before still waits for ARP,
    // counts only in `retransmits`.
    return info.tcpi_retransmits > 0 && info.tcpi_total_retrans >= info.tcpi_retransmits &&
           info.tcpi_retrans == 0;
}

} // namespace smtpprobe
