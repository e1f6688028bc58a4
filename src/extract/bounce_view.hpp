// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "extract/message.hpp"

namespace smtpprobe {

/// A bounce laid out: what a person reads of it, what a program reads, and what came back.
struct BounceView {
    const MessagePart* root = nullptr;
    std::vector<std::string> report;       ///< the lines for people, without the message that came back
    std::vector<std::string> status_parts; ///< texts of message/delivery-status
    std::vector<std::string> failed;       ///< X-Failed-Recipients
    std::vector<std::string> returned_to;  ///< whom the returned message was for, most certain first
    std::string sender;                    ///< whom the bounce was sent to: who sent the message
    bool has_returned = false;             ///< a message came back with it, or its header
};

BounceView view_of(const MessagePart& message);

/// A part of that type, however deep; a message within the message is not looked into.
bool has_part(const MessagePart& message, std::string_view type);

} // namespace smtpprobe
