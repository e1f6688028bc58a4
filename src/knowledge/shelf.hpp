// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "knowledge/row.hpp"

namespace smtpprobe {

/// What selects a row, besides its words: numbers alone.
struct Selector {
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
};

/// A row as it is read: without a Row's empty places.
struct Entry : Selector {
    std::span<const std::string_view> tokens;
    std::span<const std::string_view> words;
    std::span<const std::string_view> hints;
    Explanation explanation;
};

/// A table of the catalogue. The program carries it packed (knowledge/packed.hpp).
struct Shelf {
    /// Its entries, in the order of the table. Unpacked when they are first asked for, in some ten
    /// microseconds; they stay as long as the program runs.
    std::span<const Entry> (*entries)();
    /// Which of them has this id. Unpacks nothing.
    std::optional<std::size_t> (*row_of)(std::string_view id);
};

// Each shelf stands in its own file, so that an edit of one table compiles that one alone.
extern const Shelf kVendorShelf; ///< words of one vendor each
extern const Shelf kWordsShelf;
extern const Shelf kStatusShelf;
extern const Shelf kCodeShelf;
extern const Shelf kFaultShelf;
extern const Shelf kLookupShelf;
extern const Shelf kOutcomeShelf;  ///< how a probe as a whole ended; found by id alone
extern const Shelf kObservedShelf; ///< the other findings; found by id alone

} // namespace smtpprobe
