// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace smtpprobe {

/// A line of a log, taken apart so far as all programs agree.
struct LogLine {
    std::string_view when;    ///< as it stands there
    std::string_view program; ///< `postfix/smtpd`, without its process number; empty where none is named
    std::string_view text;    ///< what the program wrote
};

/// What syslog, rsyslog, journald and Postfix's own log put before a line: `Nov 22 01:28:40 host program[1]:
/// `, with an ISO time, with a `<priority>`, in RFC 5424's form. Nothing where the line does not begin so.
std::optional<LogLine> syslog_line(std::string_view line);

/// The length of a time at the start: `2026-11-22 01:28:13.123 +0000`, `2026-11-22T01:28:13Z`,
/// `Nov 22 01:28:40`, `5/13/00 2:36:27 PM`. 0 for none.
std::size_t time_length(std::string_view line);

} // namespace smtpprobe
