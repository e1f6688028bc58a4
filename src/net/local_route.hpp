// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "smtpprobe/address.hpp"

namespace smtpprobe {

/// Has this machine a route and a source address towards `address`? Asks the kernel; sends nothing.
/// False tells a missing address family here from a host that cannot be reached.
bool has_local_route(const IpAddress& address, const std::optional<IpAddress>& source);

} // namespace smtpprobe
