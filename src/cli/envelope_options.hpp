// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/options.hpp"
#include "smtpprobe/expected.hpp"

namespace CLI {
class App;
}

namespace smtpprobe {

// The values of the options below; each error is half a sentence that goes behind the option's name.

/// 7bit, 8bitmime, binarymime; as it is sent.
Expected<std::string, std::string> parse_body_type(std::string_view text);
/// never, or some of success, failure, delay (RFC 3461 4.1).
Expected<std::string, std::string> parse_notify(std::string_view text);
/// full, hdrs
Expected<std::string, std::string> parse_ret(std::string_view text);
/// RFC 3461 4.4: at most 100 printable characters.
Expected<std::string, std::string> parse_envid(std::string_view text);
/// `rfc822;user@example.com`; the type may be left out.
Expected<std::string, std::string> parse_orcpt(std::string_view text);
/// -9 to 9 (RFC 6710)
Expected<int, std::string> parse_priority(std::string_view text);
/// `120;R`, `-60;N`, `3600;RT` (RFC 2852 section 4)
Expected<std::string, std::string> parse_deliver_by(std::string_view text);
/// Seconds, or 30m, 2h, 7d; at most nine digits of seconds (RFC 4865).
Expected<std::uint64_t, std::string> parse_hold_for(std::string_view text);
/// `2026-12-24T18:00:00Z` (RFC 3339)
Expected<std::string, std::string> parse_hold_until(std::string_view text);
/// `HELP`, or `rcpt:HELP`: a step, behind which the line is said.
Expected<ExtraVerb, std::string> parse_extra_verb(std::string_view text);

/// What MAIL and RCPT say beside the addresses, and further commands.
void add_envelope_options(CLI::App& app, Settings& settings);

/// What does not go together; empty where all does.
std::string wrong_with_envelope(const CommandLine& line);

} // namespace smtpprobe
