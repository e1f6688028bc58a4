// SPDX-License-Identifier: Apache-2.0
#include "session/message_feed.hpp"

#include <algorithm>

#include "smtp/command.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kPiece = std::size_t{32} * 1024;

} // namespace

/// Appends up to `room` octets; fewer only where the source has no more.
void MessageFeed::read(std::string& into, std::size_t room)
{
    while (room > 0 && !ended_) {
        const auto size = into.size();
        into.resize(size + std::min(room, kPiece));
        const auto got = std::min(source_.read(into.data() + size, into.size() - size), into.size() - size);
        into.resize(size + got);
        room -= got;
        ended_ = got == 0;
    }
}

std::string MessageFeed::next_lines()
{
    std::string wire;
    if (ended_)
        return wire;
    std::string lines;
    read(lines, kPiece);
    octets_ += lines.size();
    stuffing_.take(lines, wire);
    if (ended_ && failed() == nullptr)
        wire += odd_end_ ? odd_ending(*odd_end_) : std::string(kFinalDot);
    return wire;
}

std::string MessageFeed::next_chunk(std::uint64_t limit)
{
    std::string chunk = std::move(ahead_);
    ahead_.clear();
    const auto room = static_cast<std::size_t>(std::max<std::uint64_t>(limit, 1));
    read(chunk, room - std::min(room, chunk.size()));
    read(ahead_, 1);
    octets_ = chunk.size();
    return Command::bdat(octets_, ended_ && ahead_.empty()).wire() + "\r\n" + chunk;
}

} // namespace smtpprobe
