// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace smtpprobe {

/// Base64 (RFC 4648 section 4) on one line, with padding.
std::string to_base64(std::string_view bytes);

/// The bytes behind it. Nothing where the text is not Base64 of that form: a character that does not belong
/// to it (line ends and spaces too), padding that is missing or stands elsewhere, bits after the last byte.
std::optional<std::string> from_base64(std::string_view text);

} // namespace smtpprobe
