// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace smtpprobe {

/// RFC 5321 4.5.3.1.6: 1000 octets with the CRLF.
inline constexpr std::uint64_t kLongestTextLine = 998;

/// The lines of a message as they may be sent (RFC 5321 2.3.8): each ends in CRLF, the last one too, and
/// neither CR nor LF stands alone. What ended a line before does not matter: CRLF, LF, CR; CRs in front of
/// an LF belong to it, since that is what a second conversion of line ends leaves behind. All other octets
/// stay as they are. A streaming filter: the pieces may be cut anywhere.
class MessageLines {
public:
    /// Appends to `out` at most twice as many octets as come in, and those of CRs that were held back.
    void take(std::string_view bytes, std::string& out);
    /// After the last piece: appends the missing line end, if there is one.
    void finish(std::string& out);

    /// Octets that were given out.
    std::uint64_t octets() const { return octets_; }
    /// Of the longest line, without its CRLF.
    std::uint64_t longest_line() const { return longest_; }
    bool eight_bit() const { return eight_bit_; }
    bool has_nul() const { return has_nul_; }
    /// CRs that were no line end together with an LF: each is one now, or was left out before an LF.
    std::uint64_t stray_carriage_returns() const { return stray_; }

private:
    void end_line(std::string& out);

    std::uint64_t held_ = 0; ///< CRs that came and were not given out
    std::uint64_t line_ = 0; ///< octets of the line that is open
    std::uint64_t longest_ = 0;
    std::uint64_t octets_ = 0;
    std::uint64_t stray_ = 0;
    bool eight_bit_ = false;
    bool has_nul_ = false;
};

/// RFC 5321 4.5.2: a line that begins with a dot gets another one. For lines that end in CRLF; the pieces
/// may be cut anywhere.
class DotStuffing {
public:
    /// Appends to `out`.
    void take(std::string_view lines, std::string& out);

private:
    bool at_line_start_ = true;
};

/// Ends the message of DATA. Behind lines that all end in CRLF; alone it is an empty message.
inline constexpr std::string_view kFinalDot = ".\r\n";

} // namespace smtpprobe
