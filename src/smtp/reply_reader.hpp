// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "smtp/limits.hpp"
#include "smtpprobe/fault.hpp"
#include "smtpprobe/reply.hpp"
#include "smtpprobe/time.hpp"

namespace smtpprobe {

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
    std::string bytes;                     ///< the first of them, at most kMaxEvidence; raw
    friend bool operator==(const Unreadable&, const Unreadable&) = default;
};

/// Turns bytes into replies (RFC 5321 4.2), however they are cut. Bounded memory whatever comes: see
/// smtp/limits.hpp.
///
/// A line is read when it begins with a code from 200 to 599 that is followed by a hyphen (more lines
/// come), a space, nothing, or any text but a digit. Within a reply lines without a code are read too. What
/// begins a reply in another way (`SSH-2.0-…`, `* OK`, `+OK`, `HTTP/1.1 400`, `100 …`) is Unreadable.
class ReplyReader {
public:
    void feed(std::string_view bytes);

    /// The next whole reply, or why there will never be one (and then that for ever), or nothing yet.
    std::optional<std::variant<HeardReply, Unreadable>> next();

    /// To be called when a command goes out and the replies to all earlier ones were taken. What was
    /// fed until then cannot be the answer: the reply that begins in it gets Breach::early_reply.
    void command_sent();

    /// The next reply may be a challenge of AUTH, whose lines may be longer: kMaxChallengeLine.
    void challenge_may_come(bool may) { longest_line_ = may ? kMaxChallengeLine : kMaxReplyLine; }

    /// Is anything unread or half read? What it is, raw, at most kMaxEvidence bytes of it.
    bool empty() const;
    std::string pending() const;
    /// Forgets unread bytes (after STARTTLS: nothing from before TLS may count behind it).
    void clear();

private:
    bool read_line(std::string_view line);
    void note_bytes(std::string_view text);
    void note(Breach breach) { breaches_ |= 1u << static_cast<unsigned>(breach); }
    void keep_evidence(std::string_view bytes);
    void give_up(FaultKind kind, std::string why);
    std::optional<HeardReply> finish();
    void forget_reply();

    std::string_view unread() const { return std::string_view(buffer_).substr(taken_); }

    std::string buffer_;
    std::size_t taken_ = 0;       ///< of buffer_: read already
    std::size_t scanned_ = 0;     ///< of unread(): known to hold no line end
    std::size_t fed_ = 0;         ///< bytes of the whole session
    std::size_t early_until_ = 0; ///< in the same count
    std::size_t longest_line_ = kMaxReplyLine;
    bool overfed_ = false;

    std::vector<std::string> lines_; ///< of the reply that is being read
    std::size_t reply_bytes_ = 0;
    std::size_t reply_lines_ = 0; ///< empty ones too
    std::optional<std::size_t> began_at_;
    int code_ = 0;
    unsigned breaches_ = 0;
    std::string evidence_;

    std::optional<Unreadable> unreadable_;
};

} // namespace smtpprobe
