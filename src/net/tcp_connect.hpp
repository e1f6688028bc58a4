// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "smtpprobe/address.hpp"
#include "smtpprobe/fault.hpp"

namespace smtpprobe {

/// Where a connection goes, and from where.
struct ConnectTo {
    IpAddress address;
    std::uint16_t port = 25;
    std::optional<IpAddress> source;
    int max_segment = 0;                   ///< TCP MSS in bytes, both ways; 0: the system's
    int hop_limit = 0;                     ///< TTL; 0: the system's
    std::string interface = {};            ///< leave by this one; empty: the one that the route says
    std::string socket = {};               ///< a unix socket's path, instead of all above
    std::vector<std::string> command = {}; ///< a command to start, instead of all above; for Transport alone
};

/// A socket that does not block and whose SYN is out. Whoever has it closes it.
struct Connecting {
    int descriptor = -1;
    std::optional<Fault> fault; ///< why there is none
};

Connecting begin_connect(const ConnectTo& to);

/// The same for a unix socket. It is up at once, or not at all.
Connecting connect_socket(const std::string& path);

/// The socket has become writable, or failed: the errno that says why, 0 where the connection is up.
int connect_error(int descriptor);

/// What that errno means for a connection to `there`: with the ICMP error that caused it, where the
/// system tells (Linux from 5.8 on).
Fault connect_fault(int descriptor, int error, const IpAddress& there);

/// ICMP errors that end the attempt to connect are kept for connect_fault(), from begin_connect() on.
/// They must not end a connection that is up, which TCP's retransmissions can save: call this then.
void forget_icmp(int descriptor, Family family);

/// Did this machine drop the repeated SYNs by itself, as a silent rule of its own firewall does? A
/// connection that is still not up is asked; no answer is had before the first SYN was repeated, which
/// takes a second.
bool dropped_here(int descriptor);

} // namespace smtpprobe
