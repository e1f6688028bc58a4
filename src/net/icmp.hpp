// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "smtpprobe/address.hpp"
#include "smtpprobe/fault.hpp"

namespace smtpprobe {

/// Has the system keep the ICMP errors that a socket gets, or keep them no longer. Needs no privilege.
void keep_icmp(int descriptor, Family family, bool keep);

/// The first ICMP error that was kept. The queue is empty then.
std::optional<IcmpError> take_icmp(int descriptor);

/// A router says that the packet came too far (time exceeded in transit).
bool is_time_exceeded(const IcmpError& error);
/// The host says that nobody listens on that port.
bool is_port_unreachable(const IcmpError& error);
/// A filter says that this is forbidden (RFC 1812 5.2.7.1, RFC 4443 3.1).
bool is_prohibited(const IcmpError& error);

} // namespace smtpprobe
