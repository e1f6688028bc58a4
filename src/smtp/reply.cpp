// SPDX-License-Identifier: Apache-2.0
#include "smtpprobe/reply.hpp"

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

struct Prefix {
    EnhancedStatus status;
    std::size_t size = 0; ///< of the code alone
};

/// A number of one to three digits at `at`, which is moved behind it.
std::optional<int> take_number(std::string_view text, std::size_t& at)
{
    const auto begin = at;
    int value = 0;
    while (at < text.size() && is_digit(text[at]) && at - begin < 3)
        value = value * 10 + (text[at++] - '0');
    return at == begin ? std::nullopt : std::optional(value);
}

/// The enhanced status that the text begins with. Not one: `5.7.1.2`, which is an address, or `5.7.1st`.
std::optional<Prefix> status_prefix(std::string_view text)
{
    if (text.size() < 5 || (text[0] != '2' && text[0] != '4' && text[0] != '5') || text[1] != '.')
        return std::nullopt;
    std::size_t at = 2;
    const auto subject = take_number(text, at);
    if (!subject || at == text.size() || text[at] != '.')
        return std::nullopt;
    ++at;
    const auto detail = take_number(text, at);
    if (!detail)
        return std::nullopt;
    const auto rest = text.substr(at);
    if (!rest.empty() && is_alnum(rest[0]))
        return std::nullopt;
    if (rest.size() > 1 && rest[0] == '.' && is_digit(rest[1]))
        return std::nullopt;
    return Prefix{{text[0] - '0', *subject, *detail}, at};
}

std::optional<EnhancedStatus> status_of(int code, const std::vector<std::string>& lines)
{
    if (code / 100 == 3) // RFC 2034 section 4: none there
        return std::nullopt;
    for (const auto& line : lines)
        if (const auto prefix = status_prefix(line))
            return prefix->status;
    // qmail and its kin: `sorry, no mailbox here by that name (#5.1.1)`
    for (const std::string_view line : lines) {
        const auto mark = line.find("(#");
        if (mark == std::string_view::npos)
            continue;
        const auto inner = line.substr(mark + 2);
        if (const auto prefix = status_prefix(inner); prefix && inner.substr(prefix->size).starts_with(')'))
            return prefix->status;
    }
    return std::nullopt;
}

} // namespace

std::optional<EnhancedStatus> EnhancedStatus::parse(std::string_view text)
{
    const auto prefix = status_prefix(text);
    return prefix && prefix->size == text.size() ? std::optional(prefix->status) : std::nullopt;
}

std::string EnhancedStatus::text() const
{
    const auto shown = [](int part) { return part == kAny ? std::string("x") : std::to_string(part); };
    return std::to_string(status_class) + '.' + shown(subject) + '.' + shown(detail);
}

std::optional<Reply> Reply::make(int code, std::vector<std::string> lines)
{
    if (code < 200 || code > 599 || lines.empty())
        return std::nullopt;
    for (const auto& line : lines)
        if (line.find('\n') != std::string::npos)
            return std::nullopt;
    Reply reply;
    reply.code_ = code;
    reply.status_ = status_of(code, lines);
    reply.lines_ = std::move(lines);
    return reply;
}

std::string Reply::words() const
{
    std::string words;
    for (const std::string_view line : lines_) {
        const auto prefix = status_prefix(line);
        const auto text = trimmed(prefix ? line.substr(prefix->size) : line);
        if (!words.empty() && !text.empty())
            words += ' ';
        words += text;
    }
    return words;
}

std::string Reply::text() const
{
    std::string text;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        const bool last = i + 1 == lines_.size();
        text += std::to_string(code_);
        text += last ? ' ' : '-';
        text += lines_[i];
        if (!last)
            text += '\n';
    }
    return text;
}

} // namespace smtpprobe
