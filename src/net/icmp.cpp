// SPDX-License-Identifier: Apache-2.0
#include "net/icmp.hpp"

#include <cstring>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>
#include <sys/uio.h>

#if defined(__linux__)
#include <linux/errqueue.h>
#endif

#include "net/socket_address.hpp"

namespace smtpprobe {
namespace {

bool is(const IcmpError& error, int type4, int code4, int type6, int code6)
{
    return error.from.family() == Family::ipv4 ? error.type == type4 && error.code == code4
                                               : error.type == type6 && error.code == code6;
}

#if defined(__linux__)

// A socket is refused by one error; whatever else lies in its queue came later.
constexpr int kMostQueued = 16;

std::optional<IcmpError> read_extended(const cmsghdr& header)
{
    const bool v4 = header.cmsg_level == IPPROTO_IP && header.cmsg_type == IP_RECVERR;
    const bool v6 = header.cmsg_level == IPPROTO_IPV6 && header.cmsg_type == IPV6_RECVERR;
    if ((!v4 && !v6) || header.cmsg_len < CMSG_LEN(sizeof(sock_extended_err) + sizeof(sockaddr_in)))
        return std::nullopt;
    const unsigned char* data = CMSG_DATA(&header);
    sock_extended_err told{};
    std::memcpy(&told, data, sizeof told);
    if (told.ee_origin != SO_EE_ORIGIN_ICMP && told.ee_origin != SO_EE_ORIGIN_ICMP6)
        return std::nullopt;
    SocketAddress offender;
    const std::size_t size = header.cmsg_len - CMSG_LEN(sizeof told);
    offender.size = static_cast<socklen_t>(size < sizeof offender.storage ? size : sizeof offender.storage);
    std::memcpy(&offender.storage, data + sizeof told, offender.size);
    // Without an address of its own (0.0.0.0, AF_UNSPEC) nobody is known who could be blamed.
    if (offender.storage.ss_family != AF_INET && offender.storage.ss_family != AF_INET6)
        return std::nullopt;
    return IcmpError{ip_address(offender), told.ee_type, told.ee_code};
}

#endif

} // namespace

#if defined(__linux__)

void keep_icmp(int descriptor, Family family, bool keep)
{
    const int value = keep ? 1 : 0;
    const bool v4 = family == Family::ipv4;
    // Where it is refused, only the errno is known.
    (void)::setsockopt(descriptor, v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_RECVERR : IPV6_RECVERR, &value,
                       sizeof value);
}

std::optional<IcmpError> take_icmp(int descriptor)
{
    std::optional<IcmpError> first;
    for (int i = 0; i < kMostQueued; ++i) {
        alignas(cmsghdr) char control[512];
        char packet[64]; // the head of what was sent: of no interest
        iovec part{packet, sizeof packet};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        if (::recvmsg(descriptor, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
            break;
        for (const cmsghdr* header = CMSG_FIRSTHDR(&message); header && !first;
             header = CMSG_NXTHDR(&message, const_cast<cmsghdr*>(header)))
            first = read_extended(*header);
    }
    return first;
}

#else

void keep_icmp(int, Family, bool) {}
std::optional<IcmpError> take_icmp(int) { return std::nullopt; }

#endif

bool is_time_exceeded(const IcmpError& error)
{
    return is(error, ICMP_TIMXCEED, ICMP_TIMXCEED_INTRANS, ICMP6_TIME_EXCEEDED, ICMP6_TIME_EXCEED_TRANSIT);
}

bool is_port_unreachable(const IcmpError& error)
{
    return is(error, ICMP_UNREACH, ICMP_UNREACH_PORT, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_NOPORT);
}

bool is_prohibited(const IcmpError& error)
{
    // ICMPv6: 1 administratively prohibited, 5 source address failed the policy, 6 reject route.
    for (const int code : {ICMP6_DST_UNREACH_ADMIN, 5, 6})
        if (error.from.family() == Family::ipv6 && error.type == ICMP6_DST_UNREACH && error.code == code)
            return true;
    for (const int code : {ICMP_UNREACH_NET_PROHIB, ICMP_UNREACH_HOST_PROHIB, ICMP_UNREACH_FILTER_PROHIB})
        if (error.from.family() == Family::ipv4 && error.type == ICMP_UNREACH && error.code == code)
            return true;
    return false;
}

} // namespace smtpprobe
