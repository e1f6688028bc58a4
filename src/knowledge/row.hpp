// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "smtpprobe/explain.hpp"

namespace smtpprobe {

/// Steps that an entry speaks of; the empty set means any step.
class StepSet {
public:
    constexpr StepSet() = default;
    constexpr StepSet(std::initializer_list<Step> steps)
    {
        for (const Step step : steps)
            bits_ |= bit(step);
    }
    constexpr bool any() const { return bits_ == 0; }
    constexpr bool has(Step step) const { return any() || (bits_ & bit(step)) != 0; }

private:
    static constexpr std::uint32_t bit(Step step) { return std::uint32_t{1} << static_cast<unsigned>(step); }
    std::uint32_t bits_ = 0;
};

/// Record types that an entry speaks of.
enum class RecordKind : std::uint8_t { any, mx, address, a, aaaa, ptr };

/// How much evidence says by itself. Where an enhanced status says less than code and step do, they
/// decide in its place: `530 5.7.0` is a matter of the 530.
enum class Weight : std::uint8_t {
    empty,   ///< only the class: 5.0.0
    general, ///< a field: 5.7.0, or a code of many uses: 550
    exact,   ///< one condition: 5.2.2, 530
};

/// How much a phrase says, strongest first. Of the entries whose phrases stand in a text, the one of
/// the strongest rank decides; within a rank, the longest phrase.
enum class Rank : std::uint8_t {
    token,  ///< a vendor's own mark: `[TSS04]`, `S3150`, `p=OverQuota`
    vendor, ///< a sentence of one vendor's
    narrow, ///< names the defect itself: no PTR, over quota, user unknown
    plain,  ///< names a kind of defect: listed, spam, relaying
    hint,   ///< points this way where neither better words nor an exact number say more
    wide,   ///< says little more than no: rejected, denied
};

/// A row of src/knowledge/data/*.inc: what selects the entry, then its texts. Text arrays end at
/// their first empty element. DOMAIN, HOST, ADDRESS and PORT stand for the ones at hand.
struct Row {
    std::string_view id;

    // Which of these are set says which shelf the row stands on; `at` and `code_class` narrow it.
    std::optional<FaultKind> fault = {};
    int alert = -1;
    int code = 0;
    int status[2] = {-1, -1};         // subject, detail
    int status_to = -1;               // last detail of a range that begins with that one
    int code_class = 0;               // 2, 4, 5; 0 for any
    StepSet at = {};                  // and any step where it is empty
    Weight weight = Weight::exact;    // of a status or a code
    Rank rank = Rank::plain;          // of words
    std::string_view tokens[12] = {}; // any of them, lower case, as a word of its own
    std::string_view words[48] = {};  // any of them, lower case, `*` for a gap; or how a fault's bytes begin
    std::string_view hints[24] = {};  // as words, of Rank::hint whatever the row's rank is
    std::optional<LookupOutcome> outcome = {};
    LookupFailure failure = LookupFailure::none;
    RecordKind records = RecordKind::any;
    Confidence confidence = Confidence::sure;

    Cause kind = Cause::unknown;
    std::string_view vendor = {};
    bool follow_on = false;
    Actor who = Actor::unknown;
    Retry retry = Retry::unknown;
    std::string_view title;
    std::string_view means;
    std::string_view cause = {};
    std::string_view expected = {}; ///< what would be seen if all were well: for findings that are no reply
    std::string_view fix[10] = {};
    std::string_view source[5] = {};
    std::string_view example;
};

} // namespace smtpprobe
