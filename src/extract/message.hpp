// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.hpp"

namespace smtpprobe {

struct MessageHeader {
    std::string name;  ///< as written
    std::string value; ///< unfolded, RFC 2047 decoded, UTF-8
    std::string raw;   ///< the message's own bytes behind the colon
};

/// A message or a part of one (RFC 2045). A message within a message (message/rfc822) has that one as
/// its only child.
struct MessagePart {
    std::string type = "text/plain"; ///< lower case, without parameters
    std::vector<MessageHeader> headers;
    /// Of a part without children: its content, decoded, UTF-8 where it is text, lines end in LF. Of a
    /// multipart: what stands before its first part. Bounded.
    std::string text;
    std::vector<MessagePart> children;

    /// The value of the first header of that name, in any case; empty where there is none.
    std::string_view header(std::string_view name) const
    {
        for (const MessageHeader& each : headers)
            if (equal_ignoring_case(each.name, name))
                return each.value;
        return {};
    }
};

} // namespace smtpprobe
