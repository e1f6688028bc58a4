// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace smtpprobe {

// Server bytes are kept raw as evidence, and pass one of these two where they are shown. What comes
// out is valid UTF-8 without control characters, line separators, or characters that turn the
// direction of text (they can make a line read differently from what it says).

/// For people: everything else becomes `\xHH`. Longer text is cut after about `limit` bytes, with an
/// ellipsis. A backslash stays as it is, so this cannot be undone.
std::string printable(std::string_view bytes, std::size_t limit = std::string_view::npos);

/// For machines: the same, and a backslash becomes `\\`, so that `unescaped` gives the bytes back.
std::string escaped(std::string_view bytes);

/// Undoes `escaped`. Nothing where the text is not of that form.
std::optional<std::string> unescaped(std::string_view text);

/// The length of the well-formed UTF-8 sequence that `bytes` begins with; 0 where there is none.
std::size_t utf8_sequence_length(std::string_view bytes);

/// How many terminal columns this printable text takes (wide East Asian characters take two).
std::size_t columns(std::string_view text);

} // namespace smtpprobe
