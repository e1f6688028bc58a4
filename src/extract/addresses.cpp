// SPDX-License-Identifier: Apache-2.0
#include "extract/addresses.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMostAddresses = 50;
constexpr std::size_t kMostLocal = 256;
constexpr std::size_t kMostDomain = 255;

bool is_local_byte(char c)
{
    return is_alnum(c) || static_cast<unsigned char>(c) >= 0x80 ||
           std::string_view("!#$%&*+-./=?^_{|}~").find(c) != std::string_view::npos;
}

bool is_domain_byte(char c)
{
    return is_alnum(c) || c == '-' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

std::size_t begin_of_local(std::string_view line, std::size_t at)
{
    if (at > 0 && line[at - 1] == '"') { // "john doe"@example.com
        const std::size_t open = at > 1 ? line.rfind('"', at - 2) : std::string_view::npos;
        if (open != std::string_view::npos && at - open <= kMostLocal)
            return open;
    }
    std::size_t begin = at;
    while (begin > 0 && at - begin < kMostLocal && is_local_byte(line[begin - 1]))
        --begin;
    // `...user@` and `--user@` are marks in front of an address, not a part of it.
    while (begin < at && (line[begin] == '.' || line[begin] == '-' || line[begin] == '*'))
        ++begin;
    // `dda:SMTP=user@example.com`
    const std::size_t smtp = find_ignoring_case(line.substr(begin, at - begin), "smtp=");
    return smtp == std::string_view::npos ? begin : begin + smtp + 5;
}

std::size_t end_of_domain(std::string_view line, std::size_t at)
{
    if (at < line.size() && line[at] == '[') { // user@[192.0.2.1]
        const std::size_t close = line.find(']', at);
        return close == std::string_view::npos || close - at > kMostDomain ? at : close + 1;
    }
    std::size_t end = at;
    while (end < line.size() && end - at < kMostDomain && is_domain_byte(line[end]))
        ++end;
    // `user@example.com... User unknown`
    while (end > at && (line[end - 1] == '.' || line[end - 1] == '-'))
        --end;
    return end;
}

} // namespace

std::vector<FoundAddress> addresses_in(std::string_view line)
{
    std::vector<FoundAddress> found;
    for (std::size_t at = line.find('@'); at != std::string_view::npos && found.size() < kMostAddresses;
         at = line.find('@', at + 1)) {
        const std::size_t begin = begin_of_local(line, at);
        const std::size_t end = end_of_domain(line, at + 1);
        if (begin == at || end == at + 1 || (!found.empty() && begin < found.back().end))
            continue;
        found.push_back({std::string(line.substr(begin, end - begin)), begin, end});
    }
    return found;
}

std::string address_of_field(std::string_view field)
{
    field = trimmed(field);
    const std::size_t semicolon = field.find(';');
    if (semicolon != std::string_view::npos && field.substr(0, semicolon).find('@') == std::string_view::npos)
        field = trimmed(field.substr(semicolon + 1));
    // x400 and the like hold no mailbox; what looks like one there is part of something else.
    const auto found = addresses_in(field);
    if (!found.empty())
        return found.front().address;
    while (!field.empty() && (field.front() == '<' || field.front() == '"'))
        field.remove_prefix(1);
    while (!field.empty() && (field.back() == '>' || field.back() == '"' || field.back() == ';'))
        field.remove_suffix(1);
    return std::string(trimmed(field));
}

bool is_role_address(std::string_view address)
{
    return starts_with_ignoring_case(address, "postmaster@") ||
           starts_with_ignoring_case(address, "mailer-daemon@") ||
           starts_with_ignoring_case(address, "abuse@") || starts_with_ignoring_case(address, "support@") ||
           starts_with_ignoring_case(address, "helpdesk@");
}

} // namespace smtpprobe
