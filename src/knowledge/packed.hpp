// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "knowledge/shelf.hpp"

// The tables as the program carries them: without an address. Every string_view has one, and ten thousands of
// them would have to be put right at each start of a program that may be loaded anywhere, though most runs
// read few or none. So the texts stand end to end, with their lengths beside them, and a shelf is made into
// entries when somebody asks for them.

namespace smtpprobe {

/// A row without its texts.
struct PackedRow {
    Selector selector;
    Cause kind = Cause::unknown;
    Actor who = Actor::unknown;
    Retry retry = Retry::unknown;
    bool follow_on = false;
    std::uint8_t tokens = 0; // of these and what follows, how many there are
    std::uint8_t words = 0;
    std::uint8_t hints = 0;
    std::uint8_t fix = 0;
    std::uint8_t source = 0;
};

/// The rows of one table, and their texts: first the id of each, then row by row what each_text() visits.
struct PackedShelf {
    std::span<const PackedRow> rows;
    std::span<const std::uint16_t> lengths;
    std::string_view letters;

    std::optional<std::size_t> row_of(std::string_view id) const;
};

/// The entries of a packed shelf. Their texts stay where they are.
class UnpackedShelf {
public:
    explicit UnpackedShelf(const PackedShelf& packed);
    std::span<const Entry> entries() const { return entries_; }

private:
    std::vector<std::string_view> texts_; ///< those that come in lists
    std::vector<Entry> entries_;
};

template <std::size_t N> constexpr std::uint8_t filled(const std::string_view (&texts)[N])
{
    static_assert(N <= UINT8_MAX);
    std::uint8_t count = 0;
    while (count < N && !texts[count].empty())
        ++count;
    return count;
}

/// Calls `visit` with the texts of a row, but for the id, in the order in which they are packed.
template <class Visit> constexpr void each_text(const Row& row, const Visit& visit)
{
    visit(row.vendor);
    visit(row.title);
    visit(row.means);
    visit(row.cause);
    visit(row.expected);
    visit(row.example);
    const auto each = [&](const auto& texts) {
        const std::size_t count = filled(texts);
        for (std::size_t i = 0; i < count; ++i)
            visit(texts[i]);
    };
    each(row.tokens);
    each(row.words);
    each(row.hints);
    each(row.fix);
    each(row.source);
}

constexpr PackedRow packed(const Row& row)
{
    return {.selector = {.code = row.code,
                         .subject = row.status[0],
                         .detail = row.status[1],
                         .detail_to = std::max(row.status[1], row.status_to),
                         .code_class = row.code_class,
                         .at = row.at,
                         .weight = row.weight,
                         .fault = row.fault,
                         .alert = row.alert,
                         .outcome = row.outcome,
                         .failure = row.failure,
                         .records = row.records,
                         .confidence = row.confidence,
                         .rank = row.rank},
            .kind = row.kind,
            .who = row.who,
            .retry = row.retry,
            .follow_on = row.follow_on,
            .tokens = filled(row.tokens),
            .words = filled(row.words),
            .hints = filled(row.hints),
            .fix = filled(row.fix),
            .source = filled(row.source)};
}

/// Packs a table while it is compiled. The table itself never reaches the program, if it is `inline`.
template <const auto& table> class Packed {
    template <class Visit> static constexpr void each_text_of_all(const Visit& visit)
    {
        for (const Row& row : table)
            visit(row.id);
        for (const Row& row : table)
            each_text(row, visit);
    }

    static constexpr std::size_t row_count = std::size(table);
    static constexpr std::size_t text_count = [] {
        std::size_t sum = 0;
        each_text_of_all([&](std::string_view) { ++sum; });
        return sum;
    }();
    static constexpr std::size_t letter_count = [] {
        std::size_t sum = 0;
        each_text_of_all([&](std::string_view text) { sum += text.size(); });
        return sum;
    }();

    static constexpr std::array<PackedRow, row_count> rows = [] {
        std::array<PackedRow, row_count> all;
        for (std::size_t i = 0; i < row_count; ++i)
            all[i] = packed(table[i]);
        return all;
    }();

    static constexpr std::array<std::uint16_t, text_count> lengths = [] {
        std::array<std::uint16_t, text_count> all;
        std::size_t used = 0;
        each_text_of_all([&](std::string_view text) {
            if (text.size() > UINT16_MAX)
                throw "a text is too long";
            all[used++] = static_cast<std::uint16_t>(text.size());
        });
        return all;
    }();

    // Plain arrays and pointers: a compiler takes twice as long over each call that it evaluates.
    struct Letters {
        char all[letter_count];
    };
    static constexpr Letters letters = [] {
        Letters letters;
        std::size_t used = 0;
        each_text_of_all([&](std::string_view text) {
            const char* const from = text.data();
            const std::size_t size = text.size();
            for (std::size_t i = 0; i < size; ++i)
                letters.all[used++] = from[i];
        });
        return letters;
    }();

public:
    static PackedShelf shelf() { return {rows, lengths, {letters.all, letter_count}}; }
};

/// The shelf of an `inline constexpr Row[]`.
template <const auto& table> constexpr Shelf shelf_of()
{
    return {.entries = []() -> std::span<const Entry> {
                static const UnpackedShelf unpacked(Packed<table>::shelf());
                return unpacked.entries();
            },
            .row_of = [](std::string_view id) { return Packed<table>::shelf().row_of(id); }};
}

} // namespace smtpprobe
