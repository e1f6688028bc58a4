// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace smtpprobe {

// ASCII alone, whatever the locale: SMTP, DNS and options compare so.

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_alnum(char c) { return is_digit(c) || is_alpha(c); }
constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr char to_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);
/// Where `needle` begins in `text`, or npos.
std::size_t find_ignoring_case(std::string_view text, std::string_view needle);

/// Without spaces and tabs at both ends.
std::string_view trimmed(std::string_view text);
/// The words between runs of spaces and tabs.
std::vector<std::string_view> words_of(std::string_view text);
/// All parts between separators; empty ones too. An empty text is one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);
std::string joined(const std::vector<std::string>& parts, std::string_view separator);

/// The whole text must be one decimal number without a sign that fits.
template <class Number> std::optional<Number> parse_number(std::string_view text)
{
    Number value{};
    if (text.empty() || !is_digit(text.front()))
        return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

} // namespace smtpprobe
