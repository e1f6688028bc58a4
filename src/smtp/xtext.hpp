// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace smtpprobe {

/// RFC 3461 section 4: octets outside `!` to `~`, and `+` and `=`, become +HH. Postfix' XCLIENT and XFORWARD
/// use the same.
std::string to_xtext(std::string_view text);

/// Of `NAME=value`, as XCLIENT and XFORWARD want it: the value in xtext.
std::string attribute_in_xtext(std::string_view given);

/// RFC 5321 4.5.3.1.4: a command line has 512 octets, with its CRLF.
inline constexpr std::size_t kLongestCommand = 510;

} // namespace smtpprobe
