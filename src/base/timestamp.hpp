// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "smtpprobe/time.hpp"

namespace smtpprobe {

/// RFC 3339 in UTC: `2026-01-02T03:04:05Z`, with six digits behind the second where they are not all
/// zero. Years before 0 and after 9999 become the nearest that can be written.
std::string timestamp(Instant instant);

/// Reads what `timestamp` wrote. Other zones than Z are not read.
std::optional<Instant> parse_timestamp(std::string_view text);

/// For people: `2026-01-02 03:04 UTC`.
std::string date_text(Instant instant);

} // namespace smtpprobe
