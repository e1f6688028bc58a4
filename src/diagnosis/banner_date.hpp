// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "smtpprobe/time.hpp"

namespace smtpprobe {

/// The date that a server prints in its greeting, as mail headers write it:
/// `mx.example.com ESMTP Exim 4.96 Sun, 22 Nov 2026 05:20:49 +0000`. Nothing where there is none, or its
/// zone is missing.
std::optional<Instant> banner_date(std::string_view greeting);

} // namespace smtpprobe
