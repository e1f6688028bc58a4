// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace smtpprobe {

/// A message that is sent piece by piece, and never held whole. Its octets come as they may be sent but for
/// dot-stuffing: every line ends in CRLF, the last one too, and neither CR nor LF stands alone
/// (MessageLines). One source is one delivery: who delivers again opens another one.
class MessageSource {
public:
    MessageSource() = default;
    MessageSource(const MessageSource&) = delete;
    MessageSource& operator=(const MessageSource&) = delete;
    virtual ~MessageSource() = default;

    /// Fills up to `room` octets, at least one while there are any left. 0: that was all. It does not block
    /// beyond reading a local file, and throws nothing: a file that ends early or cannot be read any more
    /// is failed().
    virtual std::size_t read(char* into, std::size_t room) = 0;
    /// Why the octets that were given are not the whole message, or nullptr. What was not ended by then must
    /// not be ended: half a message is never delivered.
    virtual const char* failed() const { return nullptr; }

    /// Octets of all of it, with its CRLFs and without dot-stuffing, as SIZE= counts them (RFC 1870 3).
    std::optional<std::uint64_t> size;
    bool eight_bit = false; ///< needs BODY=8BITMIME (RFC 6152)
    bool utf8 = false;      ///< its header needs SMTPUTF8 (RFC 6532)
};

} // namespace smtpprobe
