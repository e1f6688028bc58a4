// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "smtpprobe/names.hpp"

namespace smtpprobe {

/// An enhanced status code, RFC 3463: class.subject.detail.
struct EnhancedStatus {
    int status_class = 0; ///< 2, 4 or 5
    int subject = 0;      ///< 0 to 999
    int detail = 0;       ///< 0 to 999

    /// A subject or detail that stands for any, as lists of codes write it: `5.1.x`. No server sends it.
    static constexpr int kAny = 1000;

    /// The whole text must be one code: `5.7.1`.
    static std::optional<EnhancedStatus> parse(std::string_view text);
    std::string text() const;
    friend bool operator==(const EnhancedStatus&, const EnhancedStatus&) = default;
};

/// A server's reply: a code from 200 to 599 and at least one line. A 5xx is a Reply, not an error.
/// Lines are the server's bytes behind code and separator, without line ends: print them escaped.
class Reply {
public:
    /// Nothing where code or lines would make it ill-formed.
    static std::optional<Reply> make(int code, std::vector<std::string> lines);

    int code() const { return code_; }
    /// First digit: 2 done, 3 go on, 4 not now, 5 no.
    int code_class() const { return code_ / 100; }
    bool positive() const { return code_ < 400; }
    const std::vector<std::string>& lines() const { return lines_; }
    /// At the start of the first line (RFC 2034), else of any line, for classes 2, 4 and 5.
    const std::optional<EnhancedStatus>& status() const { return status_; }
    /// All lines joined by single spaces, each without its enhanced status: for matching words.
    std::string words() const;
    /// As the server sent it, one line a line, `250-x\n250 y`; still raw bytes.
    std::string text() const;

    friend bool operator==(const Reply&, const Reply&) = default;

private:
    Reply() = default;
    int code_ = 0;
    std::vector<std::string> lines_;
    std::optional<EnhancedStatus> status_;
};

/// What a server did against RFC 5321 while its reply could still be read. Each becomes a finding.
enum class Breach : std::uint8_t {
    bare_line_feed,       ///< a line ended by LF alone (2.3.8)
    bare_carriage_return, ///< a CR within a line
    line_too_long,        ///< over 512 octets (4.5.3.1.5), still under our own limit
    mixed_codes,          ///< the lines of one reply differ in their code (4.2.1); the last one counts
    no_separator,         ///< neither space nor hyphen behind the code, and more text
    code_only,            ///< a code without the space; RFC 5321 4.2 wants clients to accept it
    stray_line,           ///< a line without a code within a multi-line reply
    empty_line,           ///< an empty line between replies, or within one
    nul_byte,
    control_byte,            ///< any other control byte
    non_ascii,               ///< bytes over 127 where SMTPUTF8 was not agreed on
    early_reply,             ///< it came before the command that it should answer
    status_contradicts_code, ///< 250 5.1.1, 550 2.0.0
};

template <> struct Names<Breach> {
    static constexpr std::string_view all[] = {"bare-line-feed",
                                               "bare-carriage-return",
                                               "line-too-long",
                                               "mixed-codes",
                                               "no-separator",
                                               "code-only",
                                               "stray-line",
                                               "empty-line",
                                               "nul-byte",
                                               "control-byte",
                                               "non-ascii",
                                               "early-reply",
                                               "status-contradicts-code"};
    static constexpr Breach last = Breach::status_contradicts_code;
};

} // namespace smtpprobe
