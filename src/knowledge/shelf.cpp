// SPDX-License-Identifier: Apache-2.0
#include "knowledge/packed.hpp"

namespace smtpprobe {

std::optional<std::size_t> PackedShelf::row_of(std::string_view id) const
{
    std::size_t begin = 0;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (letters.substr(begin, lengths[row]) == id)
            return row;
        begin += lengths[row];
    }
    return std::nullopt;
}

UnpackedShelf::UnpackedShelf(const PackedShelf& packed)
{
    std::size_t in_lists = 0;
    for (const PackedRow& row : packed.rows)
        in_lists += std::size_t{row.tokens} + row.words + row.hints + row.fix + row.source;
    texts_.reserve(in_lists); // the entries point into it
    entries_.reserve(packed.rows.size());

    const char* letters = packed.letters.data();
    const std::uint16_t* length = packed.lengths.data();
    const auto text = [&] {
        const std::string_view next(letters, *length);
        letters += *length++;
        return next;
    };
    const auto list = [&](std::size_t count) {
        const std::size_t begin = texts_.size();
        for (std::size_t i = 0; i < count; ++i)
            texts_.push_back(text());
        return std::span<const std::string_view>(texts_).subspan(begin);
    };
    for (const PackedRow& row : packed.rows) {
        Entry& entry = entries_.emplace_back();
        static_cast<Selector&>(entry) = row.selector;
        entry.explanation.id = text();
        entry.explanation.kind = row.kind;
        entry.explanation.who = row.who;
        entry.explanation.retry = row.retry;
        entry.explanation.follow_on = row.follow_on;
    }
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        const PackedRow& row = packed.rows[i];
        Entry& entry = entries_[i];
        Explanation& explanation = entry.explanation;

        // In the order of each_text().
        explanation.vendor = text();
        explanation.title = text();
        explanation.means = text();
        explanation.cause = text();
        explanation.expected = text();
        explanation.example = text();
        entry.tokens = list(row.tokens);
        entry.words = list(row.words);
        entry.hints = list(row.hints);
        explanation.fix = list(row.fix);
        explanation.source = list(row.source);
    }
}

} // namespace smtpprobe
