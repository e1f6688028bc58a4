// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "smtpprobe/reply.hpp"

namespace smtpprobe {

struct ListedStatus {
    EnhancedStatus status;
    std::size_t size = 0; ///< of its text
};

/// What lists of codes print and no server sends, at the start of the text: a family (`5.1.x`, `4.X.X`),
/// any class (`X.1.1`, taken for a refusal), or a reply code of class 3 with dots (`3.5.4`).
std::optional<ListedStatus> listed_status(std::string_view text);

} // namespace smtpprobe
