// SPDX-License-Identifier: Apache-2.0
#include "extract/received_path.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/mail_date.hpp"

namespace smtpprobe {
namespace {

/// Of each text of a hop.
constexpr std::size_t kMostText = 255;

/// Calls `take(name, value)` for each field, unfolded, until it says false.
template <class Take> void for_each_field(std::string_view header, Take take)
{
    header = header.substr(0, kMostHeaderOctets);
    std::string name;
    std::string value;
    while (!header.empty()) {
        const auto end = header.find('\n');
        auto line = header.substr(0, end);
        header.remove_prefix(end == std::string_view::npos ? header.size() : end + 1);
        while (line.ends_with('\r'))
            line.remove_suffix(1);
        if (line.empty())
            break;
        if (line.front() == ' ' || line.front() == '\t') {
            value += line;
            continue;
        }
        if (!name.empty() && !take(name, value))
            return;
        const auto colon = line.find(':');
        name = colon == std::string_view::npos ? std::string() : std::string(trimmed(line.substr(0, colon)));
        value = colon == std::string_view::npos ? std::string() : std::string(line.substr(colon + 1));
    }
    if (!name.empty())
        take(name, value);
}

/// The words of a field, where a comment with all that is nested in it is one word.
std::vector<std::string_view> words_and_comments(std::string_view text)
{
    std::vector<std::string_view> words;
    std::size_t at = 0;
    while (at < text.size()) {
        if (text[at] == ' ' || text[at] == '\t') {
            ++at;
            continue;
        }
        const auto begin = at;
        if (text[at] == '(') {
            std::size_t depth = 0;
            do {
                depth += text[at] == '(' ? 1u : 0u;
                depth -= text[at] == ')' ? 1u : 0u;
                ++at;
            } while (at < text.size() && depth > 0);
        } else {
            while (at < text.size() && text[at] != ' ' && text[at] != '\t' && text[at] != '(')
                ++at;
        }
        words.push_back(text.substr(begin, at - begin));
    }
    return words;
}

bool is_clause(std::string_view word)
{
    constexpr std::string_view kClauses[] = {"from", "by", "via", "with", "id", "for"};
    return std::any_of(std::begin(kClauses), std::end(kClauses),
                       [&](std::string_view clause) { return equal_ignoring_case(word, clause); });
}

ReceivedHop hop_of(std::string_view field)
{
    ReceivedHop hop;
    const auto semicolon = field.rfind(';');
    if (semicolon != std::string_view::npos)
        hop.at = mail_date(field.substr(semicolon + 1));
    const auto words = words_and_comments(field.substr(0, semicolon));
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        const auto value = [&](std::string_view clause, std::string& into) {
            const bool found =
                equal_ignoring_case(words[i], clause) && into.empty() && !is_clause(words[i + 1]);
            if (found)
                into = words[++i].substr(0, kMostText);
            return found;
        };
        if (value("from", hop.from)) {
            // What the server saw of the client stands in a comment behind the name that the client said.
            if (i + 1 < words.size() && words[i + 1].front() == '(')
                (hop.from += ' ').append(words[++i].substr(0, kMostText));
        } else if (!value("by", hop.by) && !value("with", hop.with)) {
            value("id", hop.id);
        }
    }
    return hop;
}

} // namespace

ReceivedPath read_received_path(std::string_view header)
{
    ReceivedPath path;
    for_each_field(header, [&](std::string_view name, std::string_view value) {
        if (!equal_ignoring_case(name, "Received"))
            return true;
        if (path.hops.size() < kMostReceivedFields)
            path.hops.push_back(hop_of(value));
        else
            ++path.left_out;
        return true;
    });
    std::reverse(path.hops.begin(), path.hops.end());
    return path;
}

void measure_delays(std::vector<ReceivedHop>& hops, std::optional<Instant> sent)
{
    using std::chrono::floor;
    using std::chrono::seconds;
    auto before = sent;
    for (auto& hop : hops) {
        if (hop.at && before)
            hop.delay = (floor<seconds>(*hop.at) - floor<seconds>(*before)).count();
        if (hop.at)
            before = hop.at;
    }
}

std::string message_id_of(std::string_view header)
{
    std::string id;
    for_each_field(header, [&](std::string_view name, std::string_view value) {
        if (!equal_ignoring_case(name, "Message-ID"))
            return true;
        const auto begin = value.find('<');
        const auto end = value.find('>', begin);
        if (begin != std::string_view::npos && end != std::string_view::npos)
            id = value.substr(begin, end - begin + 1);
        return false;
    });
    return id;
}

} // namespace smtpprobe
