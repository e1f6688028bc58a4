// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "smtpprobe/names.hpp"

namespace smtpprobe {

/// What a text is.
enum class TextKind : std::uint8_t {
    replies, ///< one reply a line
    session,
    log,
    bounce,
};

template <> struct Names<TextKind> {
    static constexpr std::string_view all[] = {"replies", "session", "log", "bounce"};
    static constexpr TextKind last = TextKind::bounce;
};

/// By the beginning of the input; `whole` where that is all of it.
TextKind recognise(std::string_view head, bool whole);

/// Is all of it one reply of several lines: `550-a`, `550-b`, `550 c`? As a list it would be as many.
bool is_one_reply(std::string_view text);

} // namespace smtpprobe
