// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "smtpprobe/fault.hpp"
#include "smtpprobe/reply.hpp"
#include "smtpprobe/time.hpp"

namespace smtpprobe
{

/// A reply as it was read, with what was wrong about it.
struct HeardReply {
    Reply reply;
    std::vector<Breach> breaches; ///< each once, in the order of the enum
    Duration first_byte_at{};     ///< filled in by the driver
};

/// Bytes that are no reply: the connection is of no more use.
struct Unreadable {
    FaultKind kind = FaultKind::malformed; ///< malformed or too_long
    std::string why;                       ///< a few words
    std::string bytes;                     ///< the first of them, at most 512; raw
};

/// Turns bytes into replies (RFC 5321 4.2), however they are cut. Bounded memory whatever comes.
class ReplyReader
{
public:
    void feed(std::string_view bytes);

    /// The next whole reply, or why there will never be one, or nothing yet.
    std::optional<std::variant<HeardReply, Unreadable>> next();

    /// Is anything unread or half read? What it is, raw, at most 512 bytes of it.
    bool empty() const;
    std::string pending() const;
    /// Forgets unread bytes (after STARTTLS: nothing from before TLS may count behind it).
    void clear();
};

} // namespace smtpprobe
