// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace smtpprobe {

/// The message within the bounds of message_bounds.hpp, as GMime reads it best: without mbox's `From `
/// line, a byte order mark and empty lines before it, with LF as line end and without NUL.
/// Headers with addresses get a veil before their names: GMime parses addresses at once, by recursion
/// without a bound (`To: a:a:a:…`), and adds those of a repeated header to the first. Lines of texts that
/// look like such headers get it too.
std::string tidied(std::string_view bytes);

/// Without the veils: a header's name (with its colon), or a text.
std::string unveiled(std::string text);

/// The first line looks like a header's: `Name:`.
bool begins_with_header(std::string_view message);

} // namespace smtpprobe
