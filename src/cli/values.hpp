// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/options.hpp"
#include "smtpprobe/expected.hpp"
#include "smtpprobe/settings.hpp"

namespace smtpprobe {

// The values of options. Each error is half a sentence that goes behind the option's name:
// `"x" is not a duration; say 30s, 500ms, 2m or 1h`.

/// `30` and `30s` are seconds; `500ms`, `2m`, `1h`, `1.5s`. More than zero, at most a day.
Expected<Duration, std::string> parse_duration(std::string_view text);
Expected<std::uint16_t, std::string> parse_port(std::string_view text);
Expected<IpAddress, std::string> parse_address(std::string_view text);
/// `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53`, `[2001:db8::53]:5353`
Expected<NameServer, std::string> parse_name_server(std::string_view text);
/// `mx.example.net`, `mx.example.net:587`, `192.0.2.1`, `[2001:db8::1]:25`
Expected<ControlTarget, std::string> parse_control(std::string_view text);
Expected<TlsMode, std::string> parse_tls_mode(std::string_view text);
/// The steps behind which a probe may stop; `banner` and `helo` are understood too.
Expected<Step, std::string> parse_quit_after(std::string_view text);
/// A name or an `[address literal]` for EHLO.
Expected<std::string, std::string> parse_helo(std::string_view text);
/// plain, swaks, sysexits
Expected<ExitStyle, std::string> parse_exit_style(std::string_view text);
/// text, json, ndjson
Expected<Format, std::string> parse_format(std::string_view text);
/// auto, always, never
Expected<Colour, std::string> parse_colour(std::string_view text);
/// What the text of explain is: replies, session, log, bounce.
Expected<TextKind, std::string> parse_text_kind(std::string_view text);
Expected<Cause, std::string> parse_class(std::string_view text);
/// Anything but nothing.
Expected<std::string, std::string> parse_text(std::string_view text);

} // namespace smtpprobe
