// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dialogue/dialogue.hpp"
#include "smtp/message_lines.hpp"
#include "smtp/message_source.hpp"
#include "smtp/odd_end.hpp"

namespace smtpprobe {

/// A message on its way to the wire, in pieces.
class MessageFeed {
public:
    /// With `odd_end` that stands between the lines and the final dot.
    explicit MessageFeed(MessageSource& source, std::optional<OddEnd> odd_end = {})
        : source_(source), odd_end_(odd_end)
    {
    }

    /// For DATA: the next octets of the message, dot-stuffed, and behind the last ones the final dot. Empty:
    /// all is out, or failed().
    std::string next_lines();
    /// For BDAT: the command and a chunk of at most so many octets.
    std::string next_chunk(std::uint64_t limit);
    /// What the last call gave, as Dialogue::streamed() wants it; of next_lines(): all calls together.
    Streamed streamed() const { return {octets_, ended_}; }
    const char* failed() const { return source_.failed(); }

private:
    void read(std::string& into, std::size_t room);

    MessageSource& source_;
    std::optional<OddEnd> odd_end_;
    DotStuffing stuffing_;
    std::string ahead_; ///< an octet that was read to see whether there is one
    std::uint64_t octets_ = 0;
    bool ended_ = false;
};

} // namespace smtpprobe
