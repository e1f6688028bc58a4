// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "dialogue/conversation.hpp"

namespace smtpprobe {

// A conversation is one client's script. A server that plays it must answer any client, in any order
// and more than once, so its C: lines are read as the entries of an answer book.

/// The C: line that `said` matches: the next one from `position` on, else one before it. Lines on the
/// same side of <TLS> as `position` come first, so that an EHLO said twice before STARTTLS does not
/// get the answer from behind it.
std::optional<std::size_t> find_answer(const Conversation& conversation, std::size_t position,
                                       std::string_view said);

} // namespace smtpprobe
