// SPDX-License-Identifier: Apache-2.0
#include "extract/returned_message.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "extract/addresses.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMostHeaderLines = 400;

// What programs write above the message that they return, without the rules drawn around it.
constexpr std::string_view kAnnouncements[] = {
    "below this line is a copy of the",
    "below is a copy of the",
    "this is a copy of the message",
    "this is a copy of your message",
    "this is a copy of the headers",
    "here is a copy of",
    "included is a copy of",
    "original message",
    "the original message follows",
    "original mail",
    "original headers",
    "message headers follow",
    "message header follows",
    "header of the original message",
    "headers of the original message",
    "the header of the original message",
    "the body of the message is",
    "unsent message follows",
    "unsent message below",
    "returned message",
    "message text follows",
    "undelivered message follows",
    "non-delivered message",
    "a copy of the original message",
    "a copy of your message",
    "copy of the message",
    "start of message",
    "message contents follow",
    "the message headers follow",
    "forwarded message",
    "message follows",
    "your original message",
    "your message follows",
    "en-tetes de message d'origine",
    "en-t\xc3\xaates de message d'origine",
    "urspr\xc3\xbcngliche nachrichtenkopf",
    "intestazioni originali del messaggio",
    "encabezados originales del mensaje",
    "encabezados de mensajes originales",
    "cabe\xc3\xa7"
    "alhos originais da mensagem",
    "oorspronkelijke berichtkop",
};

/// `   ----- Original message -----` -> `original message -----`
std::string without_rule(std::string_view line)
{
    const std::size_t first = line.find_first_not_of(" \t-=*_#>|+~.");
    return first == std::string_view::npos ? std::string() : to_lower(line.substr(first));
}

bool announces_returned(std::string_view line)
{
    if (line.size() > 200)
        return false;
    const std::string text = without_rule(line);
    for (const std::string_view announcement : kAnnouncements) {
        if (!text.starts_with(announcement))
            continue;
        // `The original message was received at …` and `Original message size: …` announce nothing.
        const std::string_view behind = std::string_view(text).substr(announcement.size());
        if (announcement != "original message" && announcement != "returned message")
            return true;
        const std::string_view next = trimmed(behind);
        return next.empty() || next.find_first_not_of("-=*_#:.") == std::string_view::npos ||
               next.starts_with("follows") || next.starts_with("headers") || next.starts_with("header") ||
               next.starts_with("body");
    }
    return false;
}

bool is_header_line(std::string_view line)
{
    const std::size_t colon = line.find(':');
    return colon != std::string_view::npos && colon > 1 &&
           std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon),
                       [](char c) { return is_alnum(c) || c == '-'; });
}

/// Headers that begin a message, and no sentence of a report.
bool begins_header(std::string_view line)
{
    for (const std::string_view name :
         {"received:", "return-path:", "x-received:", "dkim-signature:", "x-google-smtp-source:", "arc-seal:",
          "authentication-results:", "x-original-to:", "delivered-to:"})
        if (starts_with_ignoring_case(line, name))
            return true;
    return false;
}

void add(std::vector<std::string>& addresses, std::string address)
{
    if (!address.empty() && std::find(addresses.begin(), addresses.end(), address) == addresses.end())
        addresses.push_back(std::move(address));
}

/// `Received: from x by y (Postfix) … for <user@example.com>; date`
std::string recipient_of_received(std::string_view value)
{
    const std::size_t at = find_ignoring_case(value, " for ");
    if (at == std::string_view::npos)
        return {};
    const std::string_view behind = trimmed(value.substr(at + 5));
    const auto found = addresses_in(behind.substr(0, 300));
    return found.empty() || found.front().begin > 1 ? std::string() : found.front().address;
}

} // namespace

std::size_t begin_of_returned(const std::vector<std::string>& lines)
{
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (announces_returned(lines[i]))
            return i;
        if (begins_header(lines[i])) {
            // Two headers in a row, the second perhaps behind a fold.
            std::size_t next = i + 1;
            while (next < lines.size() && (lines[next].starts_with(' ') || lines[next].starts_with('\t')))
                ++next;
            if (next == lines.size() || is_header_line(lines[next]))
                return i;
        }
    }
    return lines.size();
}

std::vector<std::string> recipients_of_header(const std::vector<std::string>& lines)
{
    std::vector<std::string> certain;
    std::vector<std::string> likely;
    bool in_header = false;
    for (std::size_t i = 0; i < std::min(lines.size(), kMostHeaderLines); ++i) {
        if (lines[i].empty() && in_header)
            break;
        // Not a header, but some programs list the envelope there.
        if (starts_with_ignoring_case(trimmed(lines[i]), "rcpt to:"))
            add(certain, address_of_field(trimmed(lines[i]).substr(8)));
        if (!is_header_line(lines[i]))
            continue;
        in_header = true;
        std::string field = lines[i].substr(0, 1000);
        for (std::size_t next = i + 1; next < lines.size() && field.size() < 4000; ++next) {
            if (!lines[next].starts_with(' ') && !lines[next].starts_with('\t'))
                break;
            field += ' ';
            field += trimmed(lines[next]);
        }
        const std::string_view value = std::string_view(field).substr(field.find(':') + 1);
        if (starts_with_ignoring_case(field, "x-original-to:") ||
            starts_with_ignoring_case(field, "x-envelope-to:"))
            add(certain, address_of_field(value));
        else if (starts_with_ignoring_case(field, "received:"))
            add(certain, recipient_of_received(value));
        else if (starts_with_ignoring_case(field, "to:"))
            for (const FoundAddress& found : addresses_in(value))
                add(likely, found.address);
    }
    for (std::string& address : likely)
        add(certain, std::move(address));
    return certain;
}

} // namespace smtpprobe
