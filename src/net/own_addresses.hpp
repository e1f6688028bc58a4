// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "smtpprobe/address.hpp"

namespace smtpprobe {

// Asked of the kernel's routing: nothing is sent, and nothing blocks.

/// What this machine would send from towards `there`. None where it has no way there.
std::optional<IpAddress> source_towards(const IpAddress& there);

/// What it would send from towards the Internet: one a family at most, IPv4 first. Behind address
/// translation these are not what a server sees.
std::vector<IpAddress> own_addresses();

/// Is it one of this machine's own?
bool is_own_address(const IpAddress& address);

} // namespace smtpprobe
