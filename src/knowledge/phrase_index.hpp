// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "knowledge/haystack.hpp"
#include "knowledge/shelf.hpp"

namespace smtpprobe {

/// A phrase or a token, and the entry that it speaks for.
struct Phrase {
    const Entry* entry = nullptr;
    std::string_view text;
    Rank rank = Rank::plain;
    bool token = false;
};

/// Every phrase of the catalogue, by the rarest pair of letters in it. A text is compared only with the
/// phrases whose pair it has: some dozens of several thousand.
class PhraseIndex {
public:
    /// Built when it is first asked for, in some hundred microseconds.
    static const PhraseIndex& of_catalogue();

    /// Calls `visit` with each phrase that the text may have.
    template <class Visit> void each_candidate(const Haystack& text, const Visit& visit) const
    {
        text.each_pair([&](std::size_t pair) {
            for (std::uint32_t i = begins_[pair]; i < begins_[pair + 1]; ++i)
                visit(phrases_[i]);
        });
    }
    std::span<const Phrase> all() const { return phrases_; }

private:
    explicit PhraseIndex(std::initializer_list<std::span<const Entry>> shelves);

    std::vector<Phrase> phrases_;
    std::array<std::uint32_t, Haystack::kPairs + 1> begins_{};
};

} // namespace smtpprobe
