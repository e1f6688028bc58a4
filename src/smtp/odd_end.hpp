// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace smtpprobe {

/// What some servers took for the end of a message (SMTP smuggling: CVE-2023-51764, -51765, -51766), though
/// RFC 5321 4.1.1.4 knows <CR><LF>.<CR><LF> alone. --check smuggling sends these octets, and nothing else
/// that we send holds a CR or LF that stands alone.
enum class OddEnd : std::uint8_t {
    lf_dot_lf,
    lf_dot_crlf,
    cr_dot_cr,
    cr_dot_crlf,
    crlf_dot_lf,
    crlf_dot_cr,
    crlf_nul_dot_crlf,
};

inline constexpr OddEnd kOddEnds[] = {
    OddEnd::lf_dot_lf,   OddEnd::lf_dot_crlf, OddEnd::cr_dot_cr,         OddEnd::cr_dot_crlf,
    OddEnd::crlf_dot_lf, OddEnd::crlf_dot_cr, OddEnd::crlf_nul_dot_crlf,
};

/// `<LF>.<CR><LF>`
std::string_view spelled(OddEnd odd);

/// Behind the lines of a message: the odd end, one more line of the message, and the proper end. Where the
/// odd one is taken for the end, that line and the last dot are commands that no server knows. Neither can
/// be mail, and the extra answers show it.
std::string odd_ending(OddEnd odd);
/// The same as a transcript shows it.
std::string shown_ending(OddEnd odd);

} // namespace smtpprobe
