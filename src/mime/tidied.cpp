// SPDX-License-Identifier: Apache-2.0
#include "mime/tidied.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "mime/message_bounds.hpp"

namespace smtpprobe {
namespace {

constexpr char kVeil = '~';

std::string_view take_line(std::string_view& rest)
{
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    while (!line.empty() && line.back() == '\r')
        line.remove_suffix(1);
    return line;
}

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

/// Behind as many veils as it may have come with.
bool begins_with_address_header(std::string_view line)
{
    line.remove_prefix(std::min(line.find_first_not_of(kVeil), line.size()));
    for (const std::string_view name : {"to", "cc", "bcc", "from", "sender", "reply-to"})
        if (starts_with_ignoring_case(line, name) && trimmed(line.substr(name.size())).starts_with(':'))
            return true;
    return false;
}

std::string_view without_preamble(std::string_view rest)
{
    if (rest.starts_with("\xEF\xBB\xBF"))
        rest.remove_prefix(3);
    while (!rest.empty()) {
        std::string_view next = rest;
        const std::string_view line = take_line(next);
        if (!is_blank(line) && !line.starts_with("From ") && !line.starts_with(">From "))
            break;
        rest = next;
    }
    return rest;
}

} // namespace

std::string tidied(std::string_view bytes)
{
    std::string_view rest = without_preamble(bytes.substr(0, kMostMessageBytes));
    std::string message;
    message.reserve(rest.size());
    std::size_t run = 0; // bytes of a line and of the indented ones behind it: a folded header, perhaps
    for (std::size_t lines = 0; !rest.empty() && lines < kMostMessageLines; ++lines) {
        std::string_view line = take_line(rest);
        line = line.substr(0, kMostLineBytes);
        const bool indented = !line.empty() && (line.front() == ' ' || line.front() == '\t');
        run = indented ? run + line.size() : line.size();
        if (run > kMostHeaderBytes)
            continue;
        if (begins_with_address_header(line))
            message += kVeil;
        std::copy_if(line.begin(), line.end(), std::back_inserter(message), [](char c) { return c != '\0'; });
        message += '\n';
    }
    return message;
}

bool begins_with_header(std::string_view message)
{
    const std::string_view line = message.substr(0, message.find('\n'));
    const std::size_t colon = line.find(':');
    return colon != std::string_view::npos && colon > 0 &&
           std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon),
                       [](char c) { return c > ' ' && c < 0x7f; });
}

std::string unveiled(std::string text)
{
    std::size_t to = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool line_begins = at == 0 || text[at - 1] == '\n';
        if (!(line_begins && text[at] == kVeil &&
              begins_with_address_header(std::string_view(text).substr(at + 1, 32))))
            text[to++] = text[at];
    }
    text.resize(to);
    return text;
}

} // namespace smtpprobe
