// SPDX-License-Identifier: Apache-2.0
#include "dialogue/conversation.hpp"

#include <algorithm>
#include <optional>

#include "base/ascii.hpp"
#include "base/printable.hpp"

namespace smtpprobe {
namespace {

constexpr Duration kMaxPause = std::chrono::hours(1);

using Trouble = std::optional<std::string>;

std::optional<int> hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    const char lower = to_lower(c);
    return lower >= 'a' && lower <= 'f' ? std::optional(lower - 'a' + 10) : std::nullopt;
}

std::optional<std::string> with_escapes_resolved(std::string_view text)
{
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            bytes += text[i];
            continue;
        }
        if (++i == text.size())
            return std::nullopt;
        switch (text[i]) {
        case 'r': bytes += '\r'; break;
        case 'n': bytes += '\n'; break;
        case 't': bytes += '\t'; break;
        case '0': bytes += '\0'; break;
        case '\\': bytes += '\\'; break;
        case 'x': {
            if (text.size() - i < 3)
                return std::nullopt;
            const auto high = hex_digit(text[i + 1]);
            const auto low = hex_digit(text[i + 2]);
            if (!high || !low)
                return std::nullopt;
            bytes += static_cast<char>(*high * 16 + *low);
            i += 2;
            break;
        }
        default: return std::nullopt;
        }
    }
    return bytes;
}

std::optional<Duration> parse_pause(std::string_view text)
{
    const auto digits = static_cast<std::size_t>(
        std::find_if_not(text.begin(), text.end(), [](char c) { return is_digit(c); }) - text.begin());
    const auto number = parse_number<std::uint32_t>(text.substr(0, digits));
    if (!number)
        return std::nullopt;
    const auto unit = text.substr(digits);
    Duration pause{};
    if (unit == "ms")
        pause = std::chrono::milliseconds(*number);
    else if (unit == "s")
        pause = std::chrono::seconds(*number);
    else if (unit == "m")
        pause = std::chrono::minutes(*number);
    else
        return std::nullopt;
    return pause <= kMaxPause ? std::optional(pause) : std::nullopt;
}

/// One space behind the colon belongs to the notation; more are the text's own.
std::string_view without_first_space(std::string_view text)
{
    return text.starts_with(' ') ? text.substr(1) : text;
}

class Parser {
public:
    Expected<Conversation, std::string> parse(std::string_view text)
    {
        if (text.size() > kMaxConversationBytes)
            return Unexpected<std::string>("longer than " + std::to_string(kMaxConversationBytes) + " bytes");
        while (!text.empty()) {
            ++number_;
            const auto end = text.find('\n');
            auto line = text.substr(0, end);
            text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
            if (line.ends_with('\r'))
                line.remove_suffix(1);
            if (const auto trouble = read(line))
                return Unexpected<std::string>("line " + std::to_string(number_) + ": " + *trouble);
        }
        return std::move(conversation_);
    }

private:
    Trouble read(std::string_view line)
    {
        if (line.starts_with('#'))
            return {};
        if (trimmed(line).empty()) {
            // Empty lines before the first header are no end of the headers.
            in_headers_ = in_headers_ && conversation_.headers.empty();
            return {};
        }
        if (line.starts_with("S:") || line.starts_with("S|") || line.starts_with("S*"))
            return read_server(line.substr(1));
        if (line.starts_with("C:"))
            return add({LineKind::client, std::string(trimmed(line.substr(2)))});
        if (line.starts_with("!:"))
            return read_event(trimmed(line.substr(2)));
        if (trimmed(line) == "<TLS>")
            return add({LineKind::tls, {}});
        if (in_headers_)
            return read_header(line);
        return "this is neither S:, S|, C:, !: nor <TLS>: " + printable(line, 40);
    }

    Trouble read_header(std::string_view line)
    {
        const auto colon = line.find(':');
        const auto key = trimmed(line.substr(0, colon));
        if (colon == std::string_view::npos || key.empty() || key.find(' ') != std::string_view::npos)
            return "a header is `key: value`, not: " + printable(line, 40);
        conversation_.headers.emplace(to_lower(key), std::string(trimmed(line.substr(colon + 1))));
        return {};
    }

    /// `rest` begins behind the S.
    Trouble read_server(std::string_view rest)
    {
        std::uint32_t times = 1;
        if (rest.starts_with('*')) {
            const auto mark = rest.find_first_of(":|");
            const auto number = parse_number<std::uint32_t>(rest.substr(1, mark - 1));
            if (mark == std::string_view::npos || !number || *number == 0 || *number > kMaxConversationBytes)
                return "a repeated line is `S*NUMBER: text` or `S*NUMBER| text`";
            times = *number;
            rest.remove_prefix(mark);
        }
        const bool whole = rest.front() == ':';
        auto bytes = with_escapes_resolved(without_first_space(rest.substr(1)));
        if (!bytes)
            return R"(a backslash begins \r \n \t \0 \\ or \xHH)";
        if (whole)
            *bytes += "\r\n";
        if (bytes->size() > (kMaxConversationBytes - server_bytes_) / times)
            return "the server's lines are longer than " + std::to_string(kMaxConversationBytes) + " bytes";
        server_bytes_ += bytes->size() * times;
        std::string all;
        all.reserve(bytes->size() * times);
        for (std::uint32_t i = 0; i < times; ++i)
            all += *bytes;
        return add({whole ? LineKind::server : LineKind::server_raw, std::move(all)});
    }

    Trouble read_event(std::string_view text)
    {
        const auto words = words_of(text);
        const auto what = words.empty() ? std::string_view() : words[0];
        if (words.size() == 1) {
            if (what == "timeout")
                return add({LineKind::timeout, {}});
            if (what == "close")
                return add({LineKind::close, {}});
            if (what == "reset")
                return add({LineKind::reset, {}});
        }
        if (what == "pause" && words.size() == 2) {
            const auto pause = parse_pause(words[1]);
            if (!pause)
                return "a pause is a number and ms, s or m, an hour at most";
            return add({LineKind::pause, {}, *pause});
        }
        if (what == "alert" && words.size() == 2) {
            const auto alert = parse_number<std::uint8_t>(words[1]);
            if (!alert)
                return "an alert is a number from 0 to 255";
            return add({LineKind::alert, {}, {}, *alert});
        }
        return "after !: comes timeout, close, reset, pause TIME or alert NUMBER, not: " +
               printable(text, 40);
    }

    Trouble add(ConversationLine line)
    {
        in_headers_ = false;
        line.number = number_;
        conversation_.lines.push_back(std::move(line));
        return {};
    }

    Conversation conversation_;
    int number_ = 0;
    bool in_headers_ = true;
    std::size_t server_bytes_ = 0;
};

} // namespace

std::string_view Conversation::header(std::string_view key) const
{
    // lower_bound gives the first one inserted; find() may give any.
    const auto found = headers.lower_bound(key);
    return found == headers.end() || found->first != key ? std::string_view() : found->second;
}

Expected<Conversation, std::string> parse_conversation(std::string_view text) { return Parser().parse(text); }

bool matches_client_line(std::string_view pattern, std::string_view said)
{
    const auto verb = std::min(pattern.find(':'), pattern.size());
    const auto verb_end = verb < pattern.size() ? verb : std::min(pattern.find(' '), pattern.size());
    const auto same = [&](std::size_t i, char c) {
        return pattern[i] == c || (i < verb_end && to_lower(pattern[i]) == to_lower(c));
    };
    // The last star is the only one that ever needs to be tried again at a later place.
    std::size_t p = 0;
    std::size_t s = 0;
    std::size_t star = std::string_view::npos;
    std::size_t after = 0;
    while (s < said.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            after = s;
        } else if (p < pattern.size() && same(p, said[s])) {
            ++p;
            ++s;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            s = ++after;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

} // namespace smtpprobe
