// SPDX-License-Identifier: Apache-2.0
#include "base/printable.hpp"

#include <cstdint>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

void append_hex(std::string& to, char byte)
{
    const auto value = static_cast<unsigned char>(byte);
    to += "\\x";
    to += kHexDigits[value >> 4];
    to += kHexDigits[value & 15];
}

std::uint32_t code_point(std::string_view sequence)
{
    const auto byte = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(sequence[i]));
    };
    switch (sequence.size()) {
    case 1: return byte(0);
    case 2: return (byte(0) & 0x1f) << 6 | (byte(1) & 0x3f);
    case 3: return (byte(0) & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
    default:
        return (byte(0) & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f);
    }
}

/// Characters that are invisible, turn the direction of text, or end a line.
bool deceives(std::uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || c == 0x180e ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
           c == 0xfeff || (c >= 0xfff0 && c <= 0xfffb) || (c >= 0xfe00 && c <= 0xfe0f) ||
           (c & 0xfffe) == 0xfffe || (c >= 0xe0000 && c <= 0xe0fff);
}

bool wide(std::uint32_t c)
{
    return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) ||
           (c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
           (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd);
}

/// Appends the first character of `bytes`, escaped where it must be; gives how many bytes it took.
std::size_t append_safe(std::string& to, std::string_view bytes)
{
    const auto length = utf8_sequence_length(bytes);
    if (length == 0) {
        append_hex(to, bytes.front());
        return 1;
    }
    const auto sequence = bytes.substr(0, length);
    if (!deceives(code_point(sequence)))
        to += sequence;
    else
        for (const char byte : sequence)
            append_hex(to, byte);
    return length;
}

int hex_value(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

} // namespace

std::size_t utf8_sequence_length(std::string_view bytes)
{
    if (bytes.empty())
        return 0;
    const auto first = static_cast<unsigned char>(bytes[0]);
    if (first < 0x80)
        return 1;
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || bytes.size() < length)
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((static_cast<unsigned char>(bytes[i]) & 0xc0) != 0x80)
            return 0;
    const auto c = code_point(bytes.substr(0, length));
    const bool overlong = (length == 3 && c < 0x800) || (length == 4 && c < 0x10000);
    const bool surrogate = c >= 0xd800 && c <= 0xdfff;
    return overlong || surrogate || c > 0x10ffff ? 0 : length;
}

std::string printable(std::string_view bytes, std::size_t limit)
{
    std::string text;
    while (!bytes.empty()) {
        if (text.size() >= limit)
            return text += "…";
        bytes.remove_prefix(append_safe(text, bytes));
    }
    return text;
}

std::string escaped(std::string_view bytes)
{
    std::string text;
    while (!bytes.empty()) {
        if (bytes.front() == '\\') {
            text += "\\\\";
            bytes.remove_prefix(1);
        } else {
            bytes.remove_prefix(append_safe(text, bytes));
        }
    }
    return text;
}

std::optional<std::string> unescaped(std::string_view text)
{
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            bytes += text[i];
        } else if (i + 1 < text.size() && text[i + 1] == '\\') {
            bytes += '\\';
            i += 1;
        } else if (i + 3 < text.size() && text[i + 1] == 'x' && hex_value(text[i + 2]) >= 0 &&
                   hex_value(text[i + 3]) >= 0) {
            bytes += static_cast<char>(hex_value(text[i + 2]) * 16 + hex_value(text[i + 3]));
            i += 3;
        } else {
            return std::nullopt;
        }
    }
    return bytes;
}

std::size_t columns(std::string_view text)
{
    std::size_t count = 0;
    while (!text.empty()) {
        const auto length = utf8_sequence_length(text);
        count += length > 2 && wide(code_point(text.substr(0, length))) ? 2u : 1u;
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return count;
}

} // namespace smtpprobe
