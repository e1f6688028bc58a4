// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/ascii.hpp"
#include "cli/explain_parts.hpp"
#include "cli/terminal.hpp"
#include "render/explanation.hpp"

namespace smtpprobe {
namespace {

/// Every one of the words stands somewhere in the entry.
bool has_all(const Explanation& entry, const std::vector<std::string>& words)
{
    std::string text;
    const auto add = [&](std::string_view more) {
        text += to_lower(more);
        text += '\n';
    };
    for (const std::string_view part :
         {entry.id, entry.vendor, entry.title, entry.means, entry.cause, entry.example, name(entry.kind)})
        add(part);
    for (const auto parts : {entry.fix, entry.source})
        for (const std::string_view part : parts)
            add(part);
    return std::all_of(words.begin(), words.end(), [&](const std::string& word) {
        return text.find(to_lower(word)) != std::string::npos;
    });
}

std::vector<std::string> words_in(const std::string& text)
{
    std::vector<std::string> words;
    for (const auto word : words_of(text))
        words.emplace_back(word);
    return words;
}

} // namespace

int list_entries(const CommandLine& line)
{
    const auto style = text_style(line.colour, line.verbosity);
    const auto words = words_in(line.search);
    std::vector<const Explanation*> chosen;
    for (const Explanation* entry : all_explanations())
        if ((!line.only_class || entry->kind == *line.only_class) && has_all(*entry, words))
            chosen.push_back(entry);
    if (chosen.empty()) {
        complain("smtpprobe: no entry of the catalogue fits\n");
        return 3;
    }
    std::size_t longest = 0;
    for (const Explanation* entry : chosen)
        longest = std::max(longest, entry->id.size());
    Page page(style);
    std::string out;
    for (const Explanation* entry : chosen) {
        if (line.format != Format::text) {
            out += entry_json(*entry);
        } else if (style.verbosity > 0) {
            print_whole_entry(page, *entry);
        } else {
            page.item(padded(entry->id, longest + 2), Tone::strong, entry->title);
        }
    }
    print(line.format == Format::text ? page.take() : out);
    return 0;
}

} // namespace smtpprobe
