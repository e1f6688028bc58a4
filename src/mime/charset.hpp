// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace smtpprobe {

/// UTF-8 of these bytes. `charset` is what the message calls it: any case, empty, unknown or wrong. What
/// does not fit it becomes U+FFFD; where the name tells nothing, UTF-8, ISO-2022-JP and at last
/// ISO-8859-1 are tried.
std::string to_utf8(std::string_view bytes, std::string_view charset);

} // namespace smtpprobe
