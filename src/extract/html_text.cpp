// SPDX-License-Identifier: Apache-2.0
#include "extract/html_text.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

struct Entity {
    std::string_view name;
    std::string_view text;
};

constexpr Entity kEntities[] = {
    {"&lt;", "<"},    {"&gt;", ">"},    {"&amp;", "&"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&apos;", "'"},
    {"&nbsp;", " "},  {"&#160;", " "},  {"&#64;", "@"}, {"&#x40;", "@"},  {"&#43;", "+"}, {"&#x27;", "'"},
    {"&rsquo;", "'"}, {"&#8217;", "'"}, {"&#58;", ":"}, {"&#46;", "."},
};

bool ends_line(std::string_view tag)
{
    for (const std::string_view name :
         {"br", "p", "div", "tr", "td", "li", "h1", "h2", "h3", "h4", "pre", "table"})
        if (starts_with_ignoring_case(tag, name) &&
            (tag.size() == name.size() || !is_alnum(tag[name.size()])))
            return true;
    return false;
}

/// Behind the end of an element whose content is no text; `rest` begins with its tag.
std::size_t behind_hidden(std::string_view rest)
{
    for (const std::string_view name : {"style", "script", "title"}) {
        if (!starts_with_ignoring_case(rest.substr(1), name))
            continue;
        const std::string close = "</" + std::string(name);
        const std::size_t end = find_ignoring_case(rest, close);
        return end == std::string_view::npos ? rest.size() : end;
    }
    if (rest.starts_with("<!--")) {
        const std::size_t end = rest.find("-->");
        return end == std::string_view::npos ? rest.size() : end + 3;
    }
    return 0;
}

} // namespace

std::string html_text(std::string_view html)
{
    std::string text;
    for (std::size_t at = 0; at < html.size();) {
        const std::string_view rest = html.substr(at);
        if (rest.front() == '<') {
            if (const std::size_t hidden = behind_hidden(rest)) {
                at += hidden;
                continue;
            }
            const std::size_t end = rest.find('>');
            if (end == std::string_view::npos)
                break;
            std::string_view tag = rest.substr(1, end - 1);
            if (tag.starts_with('/'))
                tag.remove_prefix(1);
            if (ends_line(tag))
                text += '\n';
            at += end + 1;
        } else if (rest.front() == '&') {
            const auto* const entity =
                std::find_if(std::begin(kEntities), std::end(kEntities),
                             [&](const Entity& each) { return starts_with_ignoring_case(rest, each.name); });
            text += entity == std::end(kEntities) ? std::string_view("&") : entity->text;
            at += entity == std::end(kEntities) ? 1 : entity->name.size();
        } else {
            // A line end is a blank in HTML, but reports in <pre> count on theirs.
            text += rest.front() == '\r' ? ' ' : rest.front();
            ++at;
        }
    }
    return text;
}

} // namespace smtpprobe
