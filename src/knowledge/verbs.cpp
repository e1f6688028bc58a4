// SPDX-License-Identifier: Apache-2.0
#include "smtpprobe/verb.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

/// A row of src/knowledge/data/verbs.inc. Arrays end at their first empty element.
struct VerbRow {
    std::string_view name;
    std::string_view syntax;
    std::string_view does;
    VerbStanding standing{};
    VerbReply replies[14] = {};
    std::string_view by_hand[6] = {};
    std::string_view source[4] = {};
};

constexpr VerbRow kRows[] = {
#include "knowledge/data/verbs.inc"
};

constexpr std::size_t filled(const VerbRow& row)
{
    std::size_t count = 0;
    while (count < std::size(row.replies) && row.replies[count].code != 0)
        ++count;
    return count;
}

template <std::size_t N>
constexpr std::span<const std::string_view> filled(const std::string_view (&texts)[N])
{
    std::size_t count = 0;
    while (count < N && !texts[count].empty())
        ++count;
    return {texts, count};
}

constexpr auto kVerbs = [] {
    std::array<Verb, std::size(kRows)> verbs;
    for (std::size_t i = 0; i < verbs.size(); ++i) {
        const VerbRow& row = kRows[i];
        verbs[i] = Verb{.name = row.name,
                        .syntax = row.syntax,
                        .does = row.does,
                        .standing = row.standing,
                        .replies = {row.replies, filled(row)},
                        .by_hand = filled(row.by_hand),
                        .source = filled(row.source)};
    }
    return verbs;
}();

} // namespace

std::span<const Verb> all_verbs() { return kVerbs; }

const Verb* find_verb(std::string_view name)
{
    const auto* found = std::find_if(kVerbs.begin(), kVerbs.end(),
                                     [&](const Verb& verb) { return equal_ignoring_case(verb.name, name); });
    return found == kVerbs.end() ? nullptr : found;
}

} // namespace smtpprobe
