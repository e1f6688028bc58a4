// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <cstddef>
#include <string>
#include <string_view>

namespace smtpprobe {

/// A text in which many phrases are looked for: lower case, runs of blanks and control bytes as one
/// space, cut behind kMost bytes.
class Haystack {
public:
    static constexpr std::size_t kMost = 2048;

    explicit Haystack(std::string_view text);
    /// `phrase` must be lower case and at least two bytes long. `*` in it stands for any text.
    bool has(std::string_view phrase) const;
    /// `word` stands there with no letter or digit before or behind it.
    bool has_word(std::string_view word) const;
    const std::string& text() const { return text_; }

private:
    static std::size_t pair(char a, char b);
    bool may_have(std::string_view piece) const;

    std::string text_;
    // Which pairs of letters occur (64 x 64, folded). Nearly every phrase of the catalogue lacks one
    // of its own in a given reply, so a few bit tests stand in for a search: hundreds of phrases cost
    // a few microseconds.
    std::bitset<4096> pairs_;
};

} // namespace smtpprobe
