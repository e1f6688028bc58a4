// SPDX-License-Identifier: Apache-2.0
#include "arrival/expected_place.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/ascii.hpp"
#include "base/printable.hpp"

namespace smtpprobe {
namespace {

constexpr std::uint16_t kImapsPort = 993;

constexpr std::string_view kRight =
    " is no mailbox; say maildir:PATH, imap://USER@HOST/INBOX or imaps://USER@HOST/INBOX";

Unexpected<std::string> wrong(std::string_view text, std::string_view why)
{
    return Unexpected<std::string>('"' + printable(text, 120) + '"' + std::string(why));
}

/// Nothing where an escape is broken, or gives a control character.
std::optional<std::string> percent_decoded(std::string_view text)
{
    std::string decoded;
    for (std::size_t at = 0; at < text.size(); ++at) {
        char c = text[at];
        if (c == '%') {
            unsigned value = 0;
            const auto digits = text.substr(at + 1, 2);
            const auto [end, error] =
                std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
            if (digits.size() != 2 || error != std::errc() || end != digits.data() + 2)
                return std::nullopt;
            c = static_cast<char>(value);
            at += 2;
        }
        if (static_cast<unsigned char>(c) < ' ' || c == 0x7f)
            return std::nullopt;
        decoded += c;
    }
    return decoded;
}

bool is_host(std::string_view host)
{
    const bool literal = host.starts_with('[') && host.ends_with(']');
    const auto name = literal ? host.substr(1, host.size() - 2) : host;
    return !name.empty() && name.front() != '-' && std::all_of(name.begin(), name.end(), [&](char c) {
        return is_alnum(c) || c == '.' || c == '-' || c == '_' || (literal && c == ':');
    });
}

} // namespace

Expected<ExpectedPlace, std::string> parse_expected_place(std::string_view text)
{
    constexpr std::string_view kMaildir = "maildir:";
    ExpectedPlace place;
    if (starts_with_ignoring_case(text, kMaildir)) {
        place.maildir = text.substr(kMaildir.size());
        if (place.maildir.empty() || place.maildir.find('\0') != std::string::npos)
            return wrong(text, kRight);
        return place;
    }
    place.implicit_tls = starts_with_ignoring_case(text, "imaps://");
    if (!place.implicit_tls && !starts_with_ignoring_case(text, "imap://"))
        return wrong(text, kRight);
    auto rest = text.substr(text.find("//") + 2);
    const auto slash = rest.find('/');
    const auto authority = rest.substr(0, slash);
    const auto at = authority.rfind('@');
    if (at == std::string_view::npos || at == 0)
        return wrong(text, " names no user; say imaps://USER@HOST/INBOX");
    if (authority.substr(0, at).find(':') != std::string_view::npos)
        // Not quoted: there may be a password in it.
        return Unexpected<std::string>("has a colon in the user's name; a password belongs into a file, "
                                       "--expect-password-file FILE, and a colon of the name is written %3A");
    auto host = authority.substr(at + 1);
    place.port = place.implicit_tls ? kImapsPort : place.port;
    const auto colon = host.rfind(':');
    if (colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos) {
        const auto port = parse_number<std::uint16_t>(host.substr(colon + 1));
        if (!port || *port == 0)
            return wrong(text, " has no port behind its colon; say a number from 1 to 65535");
        place.port = *port;
        host = host.substr(0, colon);
    }
    const auto user = percent_decoded(authority.substr(0, at));
    const auto folder = percent_decoded(slash == std::string_view::npos ? "" : rest.substr(slash + 1));
    if (!is_host(host) || !user || !folder)
        return wrong(text, kRight);
    place.host = host;
    place.user = *user;
    if (!folder->empty())
        place.folder = *folder;
    return place;
}

} // namespace smtpprobe
