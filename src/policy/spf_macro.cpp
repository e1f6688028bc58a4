// SPDX-License-Identifier: Apache-2.0
#include "policy/spf_macro.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

constexpr std::string_view kNameLetters = "slodiphv";
constexpr std::string_view kExplanationLetters = "slodiphvcrt";
constexpr std::string_view kDelimiters = ".-+,/_=";

/// Reads what stands within `%{...}`.
Expected<MacroPart, std::string> parse_macro(std::string_view inside, MacroUse use)
{
    const std::string shown = "%{" + std::string(inside) + "}";
    MacroPart part;
    const auto letters = use == MacroUse::name ? kNameLetters : kExplanationLetters;
    if (inside.empty() || letters.find(to_lower(inside.front())) == std::string_view::npos)
        return Unexpected<std::string>("no such macro here: " + shown);
    part.letter = to_lower(inside.front());
    part.url = part.letter != inside.front();
    inside.remove_prefix(1);
    const auto digits = inside.substr(0, inside.find_first_not_of("0123456789"));
    if (!digits.empty()) {
        // More parts than any name has are all of them.
        part.keep = digits.size() > 4 ? 9999 : parse_number<std::size_t>(digits).value_or(0);
        if (part.keep == 0 || digits.find_first_not_of('0') == std::string_view::npos)
            return Unexpected<std::string>("a macro that keeps no part: " + shown);
        inside.remove_prefix(digits.size());
    }
    if (!inside.empty() && to_lower(inside.front()) == 'r') {
        part.reversed = true;
        inside.remove_prefix(1);
    }
    if (inside.find_first_not_of(kDelimiters) != std::string_view::npos)
        return Unexpected<std::string>("a macro that cannot be read: " + shown);
    part.delimiters = inside;
    return part;
}

bool is_literal(char c, MacroUse use)
{
    return (c >= 0x21 && c <= 0x7e) || (c == ' ' && use == MacroUse::explanation);
}

std::vector<std::string> split_at(std::string_view text, std::string_view delimiters)
{
    std::vector<std::string> parts;
    for (;;) {
        const auto end = text.find_first_of(delimiters);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return parts;
        text.remove_prefix(end + 1);
    }
}

std::string url_escaped(std::string_view text)
{
    static constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string result;
    for (const char c : text) {
        if (is_alnum(c) || std::string_view("-._~").find(c) != std::string_view::npos) {
            result += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        result += '%';
        result += kHex[byte >> 4];
        result += kHex[byte & 15];
    }
    return result;
}

/// %{i}: dotted, IPv6 by its nibbles (section 7.3).
std::string dotted(const IpAddress& address)
{
    if (address.family() == Family::ipv4)
        return address.text();
    static constexpr std::string_view kHex = "0123456789abcdef";
    std::string text;
    for (const auto byte : address.bytes()) {
        text += kHex[byte >> 4];
        text += '.';
        text += kHex[byte & 15];
        text += '.';
    }
    text.pop_back();
    return text;
}

std::string value_of(char letter, const MacroValues& values)
{
    const auto at = values.sender.rfind('@');
    switch (letter) {
    case 's': return values.sender;
    case 'l': return values.sender.substr(0, at);
    case 'o': return at == std::string::npos ? std::string() : values.sender.substr(at + 1);
    case 'd': return values.domain;
    case 'i': return dotted(values.address);
    case 'p': return values.validated;
    case 'h': return values.helo;
    case 'v': return values.address.family() == Family::ipv4 ? "in-addr" : "ip6";
    case 'c': return values.address.text();
    case 'r': return values.receiver;
    case 't': return std::to_string(values.seconds);
    }
    return {};
}

std::string transformed(const MacroPart& part, const MacroValues& values)
{
    auto pieces = split_at(value_of(part.letter, values), part.delimiters.empty() ? "." : part.delimiters);
    if (part.reversed)
        std::reverse(pieces.begin(), pieces.end());
    if (part.keep > 0 && pieces.size() > part.keep)
        pieces.erase(pieces.begin(), pieces.end() - static_cast<std::ptrdiff_t>(part.keep));
    const auto text = joined(pieces, ".");
    return part.url ? url_escaped(text) : text;
}

bool is_top_label(std::string_view label)
{
    return !label.empty() && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(), [](char c) { return is_alnum(c) || c == '-'; }) &&
           !std::all_of(label.begin(), label.end(), is_digit);
}

} // namespace

Expected<std::vector<MacroPart>, std::string> parse_macros(std::string_view text, MacroUse use)
{
    std::vector<MacroPart> parts;
    const auto literal = [&](std::string_view bytes) {
        if (parts.empty() || parts.back().letter != 0)
            parts.emplace_back();
        parts.back().text += bytes;
    };
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] != '%') {
            if (!is_literal(text[at], use))
                return Unexpected<std::string>("a character that is not allowed here");
            literal(text.substr(at++, 1));
            continue;
        }
        const char next = at + 1 < text.size() ? text[at + 1] : '\0';
        if (next == '%' || next == '_' || next == '-') {
            literal(next == '%' ? "%" : next == '_' ? " " : "%20");
            at += 2;
            continue;
        }
        const auto end = next == '{' ? text.find('}', at) : std::string_view::npos;
        if (end == std::string_view::npos)
            return Unexpected<std::string>("a % that begins no macro (write %% for it)");
        auto part = parse_macro(text.substr(at + 2, end - at - 2), use);
        if (!part)
            return Unexpected<std::string>(part.error());
        parts.push_back(*std::move(part));
        at = end + 1;
    }
    return parts;
}

std::string domain_spec_error(std::string_view text)
{
    if (text.empty())
        return "a domain is missing";
    const auto parts = parse_macros(text, MacroUse::name);
    if (!parts)
        return parts.error();
    if (parts->back().letter != 0 || text.ends_with("%%") || text.ends_with("%_") || text.ends_with("%-"))
        return {};
    std::string_view name = parts->back().text;
    if (name.ends_with('.'))
        name.remove_suffix(1);
    const auto dot = name.rfind('.');
    if (dot == std::string_view::npos)
        return "not a whole domain name";
    return is_top_label(name.substr(dot + 1)) ? std::string()
                                              : "a domain name that ends in no top-level domain";
}

std::string expand_macros(const std::vector<MacroPart>& parts, const MacroValues& values)
{
    std::string result;
    for (const auto& part : parts) {
        result += part.letter == 0 ? part.text : transformed(part, values);
        if (result.size() > kMaxExpansion) {
            result.resize(kMaxExpansion);
            break;
        }
    }
    return result;
}

std::optional<std::string> expand_domain(std::string_view domain_spec, const MacroValues& values)
{
    const auto parts = parse_macros(domain_spec, MacroUse::name);
    if (!parts)
        return std::nullopt;
    auto name = to_lower(expand_macros(*parts, values));
    if (name.ends_with('.'))
        name.pop_back();
    while (name.size() > 253) {
        const auto dot = name.find('.');
        if (dot == std::string::npos)
            return std::nullopt;
        name.erase(0, dot + 1);
    }
    if (!is_dns_name(name))
        return std::nullopt;
    return name;
}

bool uses_letter(std::string_view text, std::string_view letters)
{
    const auto parts = parse_macros(text, MacroUse::explanation);
    return parts && std::any_of(parts->begin(), parts->end(), [&](const MacroPart& part) {
               return part.letter != 0 && letters.find(part.letter) != std::string_view::npos;
           });
}

bool is_dns_name(std::string_view name)
{
    if (name.empty() || name.size() > 253)
        return false;
    for (const auto label : split(name, '.'))
        if (label.empty() || label.size() > 63)
            return false;
    // A backslash would escape the character behind it on the way into the packet.
    return std::all_of(name.begin(), name.end(), [](char c) { return c >= 0x20 && c <= 0x7e && c != '\\'; });
}

} // namespace smtpprobe
