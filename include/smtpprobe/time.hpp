// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace smtpprobe {

/// A span of time in microseconds; never negative in a report.
using Duration = std::chrono::microseconds;

/// A point in civil time (UTC). Only the probe reads a clock; pure code is handed an Instant.
using Instant = std::chrono::time_point<std::chrono::system_clock, Duration>;

} // namespace smtpprobe
