// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "extract/message.hpp"
#include "smtpprobe/expected.hpp"

namespace smtpprobe {

/// A message (RFC 5322, MIME) as its parts, or a sentence that says why it cannot be read: only that
/// the library for it, GMime, is not installed. Any bytes are a message: CRLF or LF, with or without
/// mbox's `From ` line; without headers they are one text. Of a message that goes over the bounds of
/// message_bounds.hpp the rest is left out.
Expected<MessagePart, std::string> read_message(std::string_view bytes);

} // namespace smtpprobe
