// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace smtpprobe {

/// RFC 3461 section 4: octets outside `!` to `~`, and `+` and `=`, become +HH. Postfix' XCLIENT and XFORWARD
/// use the same.
std::string to_xtext(std::string_view text);

} // namespace smtpprobe
