// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace smtpprobe {

/// Where in a report's lines the message begins that came back, or the number of lines.
std::size_t begin_of_returned(const std::vector<std::string>& lines);

/// Whom a message was for, by its header's lines: `X-Original-To:`, `for <x>` of `Received:`, `To:`.
std::vector<std::string> recipients_of_header(const std::vector<std::string>& lines);

} // namespace smtpprobe
