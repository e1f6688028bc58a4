// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/generic_name.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

/// Words that providers put into the names of lines that change hands.
constexpr std::string_view kLineWords[] = {
    "dyn",      "dynamic",   "dynip",  "dynamicip",  "dhcp",    "dsl",        "adsl",  "vdsl",
    "xdsl",     "sdsl",      "hsd",    "dial",       "dialup",  "dialin",     "dip",   "pool",
    "pools",    "ppp",       "pppoe",  "cable",      "catv",    "broadband",  "bband", "residential",
    "customer", "customers", "cust",   "client",     "clients", "subscriber", "subs",  "user",
    "users",    "home",      "ftth",   "fttx",       "fttb",    "fiber",      "fibre", "lte",
    "umts",     "gprs",      "mobile", "unassigned", "unused",  "unknown",    "nat",   "cgnat",
    "wlan",     "wifi",      "modem",  "kabel"};

/// Words of machines that are meant to send mail: numbers beside them are no harm.
constexpr std::string_view kMailWords[] = {
    "mail",    "mails", "smtp", "mx",      "mta",  "relay",  "out",     "outbound", "send", "sender",
    "mailout", "email", "post", "postfix", "exim", "mailer", "smtpout", "bounce",   "lists"};

/// Runs of letters, and runs of digits, in their order.
struct Parts {
    std::vector<std::string> words;
    std::vector<std::string> numbers;
};

Parts parts_of(std::string_view name)
{
    Parts parts;
    for (std::size_t at = 0; at < name.size();) {
        auto end = at;
        if (is_digit(name[at])) {
            while (end < name.size() && is_digit(name[end]))
                ++end;
            parts.numbers.emplace_back(name.substr(at, end - at));
        } else if (is_alpha(name[at])) {
            while (end < name.size() && is_alpha(name[end]))
                ++end;
            parts.words.emplace_back(name.substr(at, end - at));
        } else {
            ++end;
        }
        at = end;
    }
    return parts;
}

/// `007` is 7 too: some write octets with leading zeros.
std::string without_zeros(std::string_view number)
{
    const auto first = std::min(number.find_first_not_of('0'), number.size() - 1);
    return std::string(number.substr(first));
}

/// The four octets, or the last three, stand side by side in either order.
bool holds_octets(const Parts& parts, const IpAddress& address)
{
    std::vector<std::string> octets;
    for (std::size_t i = 0; i < 4; ++i)
        octets.push_back(std::to_string(address.bytes()[i]));
    std::vector<std::string> numbers;
    for (const auto& number : parts.numbers)
        numbers.push_back(without_zeros(number));
    const auto holds = [&](std::vector<std::string> wanted) {
        for (int turn = 0; turn < 2; ++turn) {
            if (std::search(numbers.begin(), numbers.end(), wanted.begin(), wanted.end()) != numbers.end())
                return true;
            std::reverse(wanted.begin(), wanted.end());
        }
        return false;
    };
    return holds(octets) || holds({octets.begin() + 1, octets.end()}) ||
           holds({octets.begin(), octets.end() - 1});
}

std::string padded(std::uint8_t octet)
{
    auto text = std::to_string(octet);
    return std::string(3 - text.size(), '0') + text;
}

std::string hex(const IpAddress& address, std::size_t from, std::size_t to)
{
    std::string text;
    for (std::size_t i = from; i < to; ++i) {
        text += kHexDigits[address.bytes()[i] >> 4];
        text += kHexDigits[address.bytes()[i] & 15];
    }
    return text;
}

/// The octets in one run: `203000113009`, `cb007109`.
bool holds_run(std::string_view name, const IpAddress& address)
{
    std::string decimal, reversed;
    for (std::size_t i = 0; i < 4; ++i) {
        decimal += padded(address.bytes()[i]);
        reversed += padded(address.bytes()[3 - i]);
    }
    return name.find(decimal) != std::string_view::npos || name.find(reversed) != std::string_view::npos ||
           name.find(hex(address, 0, 4)) != std::string_view::npos;
}

/// The whole address in hex, its network half, or its interface half, with or without separators.
bool holds_ipv6(std::string_view name, const IpAddress& address)
{
    std::string bare;
    for (const char c : name)
        if (is_alnum(c))
            bare += c;
    if (bare.find(hex(address, 0, 16)) != std::string::npos)
        return true;
    const bool telling = std::any_of(address.bytes().begin() + 8, address.bytes().begin() + 14,
                                     [](std::uint8_t byte) { return byte != 0; });
    if (telling && bare.find(hex(address, 8, 16)) != std::string::npos)
        return true;
    auto shortened = address.text();
    std::replace(shortened.begin(), shortened.end(), ':', '-');
    std::string groups; // none left out: `2001-db8-0-0-0-0-0-9`
    for (std::size_t i = 0; i < 16; i += 2)
        groups += (i == 0 ? "" : "-") + without_zeros(hex(address, i, i + 2));
    return name.find(shortened) != std::string_view::npos || name.find(groups) != std::string_view::npos;
}

template <std::size_t size> bool is_one_of(const std::string& word, const std::string_view (&words)[size])
{
    return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

/// The name without its last two labels: those name the provider, who may well be called `cable.example`.
std::string_view beneath_provider(std::string_view name)
{
    const auto last = name.rfind('.');
    if (last == std::string_view::npos || last == 0)
        return {};
    const auto before = name.rfind('.', last - 1);
    return before == std::string_view::npos ? std::string_view() : name.substr(0, before);
}

} // namespace

std::optional<std::string> generic_by(std::string_view name, const IpAddress& address)
{
    const auto lower = to_lower(name);
    const auto own = beneath_provider(lower);
    const auto parts = parts_of(own);
    const bool says_mail = std::any_of(parts.words.begin(), parts.words.end(),
                                       [](const std::string& word) { return is_one_of(word, kMailWords); });
    if (!says_mail) {
        for (const auto& word : parts.words)
            if (is_one_of(word, kLineWords))
                return "says `" + word + '`';
        const bool numbers = address.family() == Family::ipv4
                                 ? holds_octets(parts, address) || holds_run(own, address)
                                 : holds_ipv6(own, address);
        if (numbers)
            return std::string("holds the address's numbers");
    }
    return std::nullopt;
}

} // namespace smtpprobe
