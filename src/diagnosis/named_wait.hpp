// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "smtpprobe/time.hpp"

namespace smtpprobe {

/// The wait that a server asks for in its words: `try again in 300 seconds`, `Greylisted for 5 minutes`,
/// `come back in 00:04:59`, `retry=120`. Never zero, never above a week; none where no wait is named.
std::optional<Duration> named_wait(std::string_view words);

} // namespace smtpprobe
