// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "knowledge/row.hpp"

namespace smtpprobe {

/// A row as the program carries it: texts packed, without a Row's empty places.
struct Entry {
    int code = 0;
    int subject = -1;
    int detail = -1;
    int detail_to = -1;
    int code_class = 0;
    StepSet at;
    Weight weight = Weight::exact;
    std::optional<FaultKind> fault;
    int alert = -1;
    std::optional<LookupOutcome> outcome;
    LookupFailure failure = LookupFailure::none;
    RecordKind records = RecordKind::any;
    Confidence confidence = Confidence::sure;
    Rank rank = Rank::plain;
    std::span<const std::string_view> tokens;
    std::span<const std::string_view> words;
    std::span<const std::string_view> hints;
    Explanation explanation;
};

template <std::size_t N> constexpr std::size_t filled(const std::string_view (&texts)[N])
{
    std::size_t count = 0;
    while (count < N && !texts[count].empty())
        ++count;
    return count;
}

/// Packs the rows of a table at compile time. The table itself never reaches the program.
template <const auto& rows> struct Shelf {
    static constexpr std::size_t row_count = std::size(rows);
    static constexpr std::size_t text_count = [] {
        std::size_t sum = 0;
        for (const Row& row : rows)
            sum += filled(row.tokens) + filled(row.words) + filled(row.hints) + filled(row.fix) +
                   filled(row.source);
        return sum;
    }();

    static constexpr std::array<std::string_view, text_count> texts = [] {
        std::array<std::string_view, text_count> all;
        std::size_t used = 0;
        const auto keep = [&](const auto& some) {
            for (std::size_t i = 0; i < filled(some); ++i)
                all[used++] = some[i];
        };
        for (const Row& row : rows) {
            keep(row.tokens);
            keep(row.words);
            keep(row.hints);
            keep(row.fix);
            keep(row.source);
        }
        return all;
    }();

    static constexpr std::array<Entry, row_count> entries = [] {
        std::array<Entry, row_count> all;
        std::size_t used = 0;
        const auto kept = [&](const auto& some) {
            const std::span<const std::string_view> here(texts.data() + used, filled(some));
            used += filled(some);
            return here;
        };
        for (std::size_t i = 0; i < row_count; ++i) {
            const Row& row = rows[i];
            Entry& entry = all[i];
            entry.code = row.code;
            entry.subject = row.status[0];
            entry.detail = row.status[1];
            entry.detail_to = std::max(row.status[1], row.status_to);
            entry.code_class = row.code_class;
            entry.at = row.at;
            entry.weight = row.weight;
            entry.fault = row.fault;
            entry.alert = row.alert;
            entry.outcome = row.outcome;
            entry.failure = row.failure;
            entry.records = row.records;
            entry.confidence = row.confidence;
            entry.rank = row.rank;
            entry.tokens = kept(row.tokens);
            entry.words = kept(row.words);
            entry.hints = kept(row.hints);
            const auto fix = kept(row.fix);
            const auto source = kept(row.source);
            entry.explanation = Explanation{.id = row.id,
                                            .kind = row.kind,
                                            .who = row.who,
                                            .retry = row.retry,
                                            .vendor = row.vendor,
                                            .follow_on = row.follow_on,
                                            .title = row.title,
                                            .means = row.means,
                                            .cause = row.cause,
                                            .expected = row.expected,
                                            .fix = fix,
                                            .source = source,
                                            .example = row.example};
        }
        return all;
    }();
};

// Each shelf stands in its own file, so that an edit of one table compiles that one alone.
extern const std::span<const Entry> kVendorShelf; ///< words of one vendor each
extern const std::span<const Entry> kWordsShelf;
extern const std::span<const Entry> kStatusShelf;
extern const std::span<const Entry> kCodeShelf;
extern const std::span<const Entry> kFaultShelf;
extern const std::span<const Entry> kLookupShelf;
extern const std::span<const Entry> kObservedShelf; ///< found by id alone

} // namespace smtpprobe
