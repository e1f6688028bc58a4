// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "smtpprobe/route.hpp"

namespace smtpprobe {

/// Endpoints (by their index) that are one host: they share a name or an address, directly or
/// through others. Never two connections within one group at once.
std::vector<std::vector<std::size_t>> host_groups(const std::vector<Endpoint>& endpoints);

} // namespace smtpprobe
