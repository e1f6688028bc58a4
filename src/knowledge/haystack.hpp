// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace smtpprobe {

/// A text in which many phrases are looked for: lower case, runs of blanks and control bytes as one
/// space, cut behind kMost bytes.
class Haystack {
public:
    static constexpr std::size_t kMost = 2048;
    /// Pairs of letters are told apart as 64 x 64, folded.
    static constexpr std::size_t kPairs = 4096;
    static constexpr std::size_t pair(char a, char b)
    {
        return (static_cast<unsigned char>(a) & 63U) << 6U | (static_cast<unsigned char>(b) & 63U);
    }

    explicit Haystack(std::string_view text);
    /// `phrase` must be lower case and at least two bytes long. `*` in it stands for any text.
    bool has(std::string_view phrase) const;
    /// `word` stands there with no letter or digit before or behind it.
    bool has_word(std::string_view word) const;
    const std::string& text() const { return text_; }
    /// Calls `visit` with each pair that occurs, once.
    template <class Visit> void each_pair(const Visit& visit) const
    {
        for (std::size_t word = 0; word < pairs_.size(); ++word)
            for (std::uint64_t bits = pairs_[word]; bits != 0; bits &= bits - 1)
                visit(word * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
    }

private:
    bool has_pair(std::size_t pair) const { return (pairs_[pair / 64] >> (pair % 64) & 1U) != 0; }
    bool may_have(std::string_view piece) const;

    std::string text_;
    // Which pairs occur. Nearly every phrase of the catalogue lacks one of its own in a given reply, so
    // a few bit tests stand in for a search.
    std::array<std::uint64_t, kPairs / 64> pairs_{};
};

} // namespace smtpprobe
