// SPDX-License-Identifier: Apache-2.0
#include "smtp/odd_end.hpp"

namespace smtpprobe {
namespace {

constexpr std::string_view kBefore = "The odd end of this message stands behind this line.";
// No colon behind the first word: Postfix hangs up on what looks like a header field.
constexpr std::string_view kBehind = "XSMTPPROBE this line still belongs to the message";

struct Spelling {
    std::string_view octets;
    std::string_view text;
};

Spelling spelling(OddEnd odd)
{
    using std::string_view_literals::operator""sv;
    switch (odd) {
    case OddEnd::lf_dot_lf: return {"\n.\n", "<LF>.<LF>"};
    case OddEnd::lf_dot_crlf: return {"\n.\r\n", "<LF>.<CR><LF>"};
    case OddEnd::cr_dot_cr: return {"\r.\r", "<CR>.<CR>"};
    case OddEnd::cr_dot_crlf: return {"\r.\r\n", "<CR>.<CR><LF>"};
    case OddEnd::crlf_dot_lf: return {"\r\n.\n", "<CR><LF>.<LF>"};
    case OddEnd::crlf_dot_cr: return {"\r\n.\r", "<CR><LF>.<CR>"};
    case OddEnd::crlf_nul_dot_crlf: return {"\r\n\0.\r\n"sv, "<CR><LF><NUL>.<CR><LF>"};
    }
    return {};
}

} // namespace

std::string_view spelled(OddEnd odd) { return spelling(odd).text; }

std::string odd_ending(OddEnd odd)
{
    return std::string(kBefore).append(spelling(odd).octets).append(kBehind) + "\r\n.\r\n";
}

std::string shown_ending(OddEnd odd) { return std::string(spelling(odd).text).append(kBehind) + "<CR><LF>."; }

} // namespace smtpprobe
