// SPDX-License-Identifier: Apache-2.0
#include "knowledge/phrase_index.hpp"

#include <algorithm>

namespace smtpprobe {
namespace {

/// The pairs of letters that a text must have to have the phrase; none across a gap.
template <class Visit> void each_pair_of(std::string_view phrase, const Visit& visit)
{
    for (std::size_t i = 1; i < phrase.size(); ++i)
        if (phrase[i - 1] != '*' && phrase[i] != '*')
            visit(Haystack::pair(phrase[i - 1], phrase[i]));
}

} // namespace

PhraseIndex::PhraseIndex(std::initializer_list<std::span<const Entry>> shelves)
{
    std::vector<Phrase> all;
    for (const auto shelf : shelves)
        for (const Entry& entry : shelf) {
            for (const std::string_view token : entry.tokens)
                all.push_back({&entry, token, entry.rank, true});
            for (const std::string_view words : entry.words)
                all.push_back({&entry, words, entry.rank, false});
            for (const std::string_view hint : entry.hints)
                all.push_back({&entry, hint, Rank::hint, false});
        }

    std::array<std::uint32_t, Haystack::kPairs> uses{};
    for (const Phrase& phrase : all)
        each_pair_of(phrase.text, [&](std::size_t pair) { ++uses[pair]; });
    std::vector<std::size_t> rarest(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        std::uint32_t fewest = UINT32_MAX;
        each_pair_of(all[i].text, [&](std::size_t pair) {
            if (uses[pair] < fewest) {
                fewest = uses[pair];
                rarest[i] = pair;
            }
        });
    }

    // A counting sort by that pair: within one, the order of the shelves stays.
    for (const std::size_t pair : rarest)
        ++begins_[pair + 1];
    for (std::size_t pair = 0; pair < Haystack::kPairs; ++pair)
        begins_[pair + 1] += begins_[pair];
    phrases_.resize(all.size());
    auto next = begins_;
    for (std::size_t i = 0; i < all.size(); ++i)
        phrases_[next[rarest[i]]++] = all[i];
}

const PhraseIndex& PhraseIndex::of_catalogue()
{
    static const PhraseIndex index{kVendorShelf.entries(), kWordsShelf.entries()};
    return index;
}

} // namespace smtpprobe
