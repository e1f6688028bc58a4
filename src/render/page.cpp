// SPDX-License-Identifier: Apache-2.0
#include "render/page.hpp"

#include <algorithm>
#include <limits>

#include "base/ascii.hpp"
#include "base/printable.hpp"

namespace smtpprobe {
namespace {

constexpr int kNarrowest = 40;

std::size_t usable_width(int width)
{
    if (width <= 0)
        return std::numeric_limits<int>::max();
    return static_cast<std::size_t>(std::max(width, kNarrowest));
}

/// The longest beginning of `word` that fits; at least one character.
std::string_view first_columns(std::string_view word, std::size_t width)
{
    std::size_t size = 0, used = 0;
    while (size < word.size()) {
        const auto length = std::max<std::size_t>(1, utf8_sequence_length(word.substr(size)));
        used += columns(word.substr(size, length));
        if (used > width && size > 0)
            break;
        size += length;
    }
    return word.substr(0, size);
}

} // namespace

std::vector<std::string> wrapped(std::string_view text, std::size_t width)
{
    if (columns(text) <= width)
        return {std::string(text)};
    std::vector<std::string> lines(1);
    std::size_t used = 0;
    for (auto word : words_of(text)) {
        auto taken = columns(word);
        if (used > 0 && used + 1 + taken > width) {
            lines.emplace_back();
            used = 0;
        }
        while (taken > width && word.find("://") == std::string_view::npos) {
            const auto part = first_columns(word, width);
            if (part.size() == word.size())
                break;
            lines.back() = part;
            lines.emplace_back();
            word.remove_prefix(part.size());
            taken = columns(word);
        }
        if (used > 0) {
            lines.back() += ' ';
            ++used;
        }
        lines.back() += word;
        used += taken;
    }
    return lines;
}

std::string padded(std::string_view text, std::size_t width)
{
    std::string result(text);
    const auto taken = columns(text);
    return result.append(width > taken ? width - taken : 0, ' ');
}

std::string padded_left(std::string_view text, std::size_t width)
{
    const auto taken = columns(text);
    return std::string(width > taken ? width - taken : 0, ' ').append(text);
}

Page::Page(const TextStyle& style) : width_(usable_width(style.width)), colour_(style.colour) {}

void Page::gap()
{
    if (!text_.empty() && !text_.ends_with("\n\n"))
        text_ += '\n';
}

void Page::line(std::string_view text)
{
    text_ += text;
    // Cells are padded; spaces at the end of a line are of no use.
    text_.erase(text_.find_last_not_of(' ') + 1);
    text_ += '\n';
}

void Page::item(std::string_view lead, Tone lead_tone, std::string_view text, Tone tone)
{
    const auto indent = columns(lead);
    auto before = painted(lead, lead_tone, colour_);
    for (const auto& part : wrapped(text, width_ - std::min(indent, width_ - 1))) {
        line(before + painted(part, tone, colour_));
        before.assign(indent, ' ');
    }
}

} // namespace smtpprobe
