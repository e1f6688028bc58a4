// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "extract/mention.hpp"
#include "extract/message.hpp"
#include "smtpprobe/names.hpp"

namespace smtpprobe {

/// What a message that a program wrote is.
enum class BounceKind : std::uint8_t {
    none,            ///< an ordinary message, or nothing that is known here
    bounce,          ///< it says what became of a message: failed, delayed or delivered
    auto_reply,      ///< out of office and the like (RFC 3834): the message arrived
    feedback_report, ///< a complaint or another report of RFC 5965: the message arrived
};

template <> struct Names<BounceKind> {
    static constexpr std::string_view all[] = {"none", "bounce", "auto-reply", "feedback-report"};
    static constexpr BounceKind last = BounceKind::feedback_report;
};

struct Bounce {
    BounceKind kind = BounceKind::none;
    /// One a recipient, in the order of the report; only of a bounce. `status` is the report's own where
    /// that says something, else the reply's; `text` is what the evidence was read from.
    std::vector<Mention> mentions;
};

/// What a message says became of another one. Any message; the number of recipients read is bounded.
Bounce read_bounce(const MessagePart& message);

} // namespace smtpprobe
