// SPDX-License-Identifier: Apache-2.0
#include "smtp/xtext.hpp"

namespace smtpprobe {

std::string to_xtext(std::string_view text)
{
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string xtext;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > 0x20 && byte < 0x7f && c != '+' && c != '=') {
            xtext += c;
            continue;
        }
        xtext += '+';
        xtext += kDigits[byte >> 4];
        xtext += kDigits[byte & 15];
    }
    return xtext;
}

std::string attribute_in_xtext(std::string_view given)
{
    const auto equals = given.find('=');
    if (equals == std::string_view::npos)
        return std::string(given);
    return std::string(given.substr(0, equals + 1)) + to_xtext(given.substr(equals + 1));
}

} // namespace smtpprobe
