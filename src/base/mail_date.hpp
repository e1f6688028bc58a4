// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "smtpprobe/time.hpp"

namespace smtpprobe {

/// The first date in a text that is written as mail headers write it (RFC 5322 3.3), as servers also do in
/// their greeting: `mx.example.com ESMTP Exim 4.96 Sun, 22 Nov 2026 05:20:49 +0000`. Nothing where there is
/// none, or its zone is missing. Of a long text the first 1000 bytes are read.
std::optional<Instant> mail_date(std::string_view text);

/// As RFC 5322 3.3 wants it, in UTC: `Sun, 22 Nov 2026 05:20:49 +0000`.
std::string mail_date_text(Instant instant);

} // namespace smtpprobe
