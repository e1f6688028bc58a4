// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace smtpprobe {

/// What was to be sent with --send, as it goes over the line.
struct MessageFacts {
    std::string id;                 ///< its Message-ID with the angle brackets, raw; empty where it has none
    std::uint64_t octets = 0;       ///< before dot-stuffing, every line ended by CRLF
    std::uint64_t longest_line = 0; ///< in octets, without CRLF
    std::uint64_t stray_carriage_returns = 0; ///< CRs without LF that became line ends, or were left out
    bool eight_bit = false;                   ///< it has octets above 127
    bool utf8_header = false;                 ///< such octets stand in its header, as UTF-8 (RFC 6532)
    bool has_nul = false;
    std::string unsendable; ///< why there is no message after all; empty where there is one
    friend bool operator==(const MessageFacts&, const MessageFacts&) = default;
};

} // namespace smtpprobe
