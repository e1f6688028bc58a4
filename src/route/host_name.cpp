// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include <idn2.h>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "route/target_parts.hpp"
#include "smtpprobe/target.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMaxName = 253;
constexpr std::size_t kMaxLabel = 63;
constexpr std::size_t kMaxShown = 80;

using Error = Unexpected<std::string>;

bool is_ascii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
}

bool is_utf8(std::string_view text)
{
    while (!text.empty()) {
        const auto length = utf8_sequence_length(text);
        if (length == 0)
            return false;
        text.remove_prefix(length);
    }
    return true;
}

/// A-labels of a name with other letters than ASCII's.
Expected<std::string, std::string> to_a_labels(const std::string& text)
{
    if (!is_utf8(text))
        return Error(in_quotes(text) + " is not valid UTF-8");
    char* ascii = nullptr;
    int status = idn2_to_ascii_8z(text.c_str(), &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    // Some names of IDNA 2003, with symbols in them, are still registered; browsers take them so too.
    if (status == IDN2_DISALLOWED)
        status = idn2_to_ascii_8z(text.c_str(), &ascii, IDN2_NFC_INPUT | IDN2_TRANSITIONAL);
    const std::unique_ptr<char, void (*)(void*)> owner(ascii, idn2_free);
    if (status != IDN2_OK)
        return Error(in_quotes(text) + " is no internationalised name: " + idn2_strerror(status));
    return std::string(ascii);
}

std::string check_label(std::string_view label, std::string_view whole)
{
    if (label.empty())
        return in_quotes(whole) + " has an empty label: two dots in a row, or one at its beginning";
    if (label.size() > kMaxLabel)
        return "the label " + in_quotes(label) + " is longer than 63 octets";
    for (const char c : label)
        if (!is_alnum(c) && c != '-' && c != '_')
            return in_quotes(std::string_view(&c, 1)) + " cannot stand in a host name: " + in_quotes(whole);
    if (label.front() == '-' || label.back() == '-')
        return "the label " + in_quotes(label) + " begins or ends with a hyphen";
    return {};
}

bool is_number(std::string_view label) { return std::all_of(label.begin(), label.end(), is_digit); }

} // namespace

std::string in_quotes(std::string_view text) { return "'" + printable(text, kMaxShown) + "'"; }

Expected<std::string, std::string> parse_host_name(std::string_view text)
{
    if (text.empty())
        return Error("a host name is missing");
    auto name = std::string(text);
    if (name.find_first_of(" \t") != std::string::npos)
        return Error(in_quotes(text) + " has a space inside: a host name has none");
    if (name.find('\0') != std::string::npos)
        return Error(in_quotes(text) + " has a NUL byte inside");
    if (!is_ascii(name)) {
        auto labels = to_a_labels(name);
        if (!labels)
            return labels;
        name = *labels;
    }
    if (name.ends_with('.'))
        name.pop_back();
    if (name.empty())
        return Error(in_quotes(text) + " is the root of all names, not a host");
    if (name.size() > kMaxName)
        return Error(in_quotes(text) + " is longer than a name can be: 253 octets");
    const auto labels = split(name, '.');
    for (const auto label : labels)
        if (auto wrong = check_label(label, text); !wrong.empty())
            return Error(std::move(wrong));
    if (is_number(labels.back()))
        return Error(in_quotes(text) + (IpAddress::parse(name)
                                            ? " is an address where a host name is due"
                                            : " is neither an address nor a name: no name ends in a number"));
    return to_lower(name);
}

std::string readable_name(const std::string& name)
{
    if (name.find("xn--") == std::string::npos)
        return name;
    char* unicode = nullptr;
    const int status = idn2_to_unicode_8z8z(name.c_str(), &unicode, 0);
    const std::unique_ptr<char, void (*)(void*)> owner(unicode, idn2_free);
    if (status != IDN2_OK)
        return name;
    // libidn2 takes some texts apart that are no A-labels: only what leads back is the same name.
    std::string readable(unicode);
    const auto back = parse_host_name(readable);
    return back && *back == name ? readable : name;
}

} // namespace smtpprobe
