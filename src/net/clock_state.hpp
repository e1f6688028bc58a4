// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

namespace smtpprobe {

/// Is the system's clock kept right, by NTP or the like? Nothing where the system does not tell. False
/// says that nobody has told the kernel so: the clock may be right all the same, as in a virtual machine
/// that takes its host's.
std::optional<bool> clock_synchronised();

} // namespace smtpprobe
