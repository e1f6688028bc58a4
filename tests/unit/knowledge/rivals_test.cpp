// SPDX-License-Identifier: Apache-2.0
// No two entries of equal rank claim one text: which of them stands first must never decide.
#include <catch2/catch.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "knowledge/haystack.hpp"
#include "knowledge/shelf.hpp"
#include "smtpprobe/explain.hpp"
#include "smtpprobe/names.hpp"

using namespace smtpprobe;

namespace {

std::vector<const Entry*> entries_of_words()
{
    std::vector<const Entry*> entries;
    for (const Shelf& shelf : {kVendorShelf, kWordsShelf})
        for (const Entry& entry : shelf.entries())
            entries.push_back(&entry);
    return entries;
}

/// An entry whose words stand in a text, and how much of it they cover.
struct Claim {
    const Entry* entry = nullptr;
    Rank rank = Rank::wide;
    std::size_t length = 0;
};

std::vector<Claim> claims_on(const std::string& text, const std::vector<const Entry*>& entries)
{
    const Haystack haystack(text);
    std::vector<Claim> claims;
    for (const Entry* entry : entries) {
        std::size_t length = 0;
        for (const std::string_view token : entry->tokens)
            if (token.size() > length && haystack.has_word(token))
                length = token.size();
        for (const std::string_view phrase : entry->words)
            if (phrase.size() > length && haystack.has(phrase))
                length = phrase.size();
        if (length > 0)
            claims.push_back({entry, entry->rank, length});
        length = 0;
        for (const std::string_view hint : entry->hints)
            if (hint.size() > length && haystack.has(hint))
                length = hint.size();
        if (length > 0)
            claims.push_back({entry, Rank::hint, length});
    }
    return claims;
}

bool fits(const Entry& entry, const std::optional<Step>& step, int code)
{
    return (!step || entry.at.has(*step)) && (entry.code == 0 || entry.code == code) &&
           (entry.code_class == 0 ? code >= 400 : entry.code_class == code / 100);
}

/// As the program weighs them: rank, then length, then whether the entry names this code or this step.
bool is_weaker(const Claim& claim, const Claim& than, const std::optional<Step>& step)
{
    const auto fit = [&](const Entry& entry) {
        const int of_code = entry.code != 0 ? 4 : 0;
        if (step)
            return of_code + (entry.at.any() ? 0 : 1);
        return of_code + (entry.at.any() ? 1 : entry.at.has(Step::rcpt) ? 0 : -1);
    };
    if (claim.rank != than.rank)
        return claim.rank > than.rank;
    if (claim.length != than.length)
        return claim.length < than.length;
    return fit(*claim.entry) < fit(*than.entry);
}

/// The two strongest claims where neither is weaker than the other; empty for a text with one winner.
std::string rivals(const std::vector<Claim>& claims, const std::optional<Step>& step, int code)
{
    std::vector<Claim> best;
    for (const Claim& claim : claims) {
        if (!fits(*claim.entry, step, code))
            continue;
        if (!best.empty() && is_weaker(claim, best.front(), step))
            continue;
        if (!best.empty() && is_weaker(best.front(), claim, step))
            best.clear();
        best.push_back(claim);
    }
    if (best.size() < 2)
        return {};
    return std::string(best[0].entry->explanation.id) + " and " + std::string(best[1].entry->explanation.id) +
           " at " + (step ? std::string(name(*step)) : "no step") + ", code " + std::to_string(code);
}

/// The codes and steps at which an entry of words can speak.
std::string rivals_of(const Entry& entry, const std::vector<Claim>& claims)
{
    std::vector<int> codes;
    if (entry.code != 0)
        codes = {entry.code};
    else if (entry.code_class != 0)
        codes = {entry.code_class * 100 + 99};
    else
        codes = {499, 599};
    for (const int code : codes) {
        if (auto found = rivals(claims, std::nullopt, code); !found.empty())
            return found;
        for (int step = 0; step <= static_cast<int>(Names<Step>::last); ++step)
            if (entry.at.has(static_cast<Step>(step)))
                if (auto found = rivals(claims, static_cast<Step>(step), code); !found.empty())
                    return found;
    }
    return {};
}

/// A phrase as a server could say it: something in each gap.
std::string spelled_out(std::string_view phrase)
{
    std::string text;
    for (const char c : phrase) {
        if (c == '*')
            text += " x ";
        else
            text += c;
    }
    return text;
}

} // namespace

TEST_CASE("No two entries of equal rank claim one entry's words")
{
    const auto entries = entries_of_words();
    for (const Entry* entry : entries)
        for (const auto marks : {entry->tokens, entry->words, entry->hints})
            for (const std::string_view mark : marks) {
                INFO(entry->explanation.id << " says: " << mark);
                CHECK(rivals_of(*entry, claims_on(spelled_out(mark), entries)) == "");
            }
}

TEST_CASE("No two entries of equal rank claim one example")
{
    const auto entries = entries_of_words();
    for (const Entry* entry : entries) {
        INFO(entry->explanation.id << " <- " << entry->explanation.example);
        const auto evidence = ReplyEvidence::parse(entry->explanation.example);
        const int code = evidence.code != 0 ? evidence.code
                         : evidence.status  ? 99 + 100 * evidence.status->status_class
                                            : 599;
        CHECK(rivals(claims_on(evidence.words, entries), evidence.step, code) == "");
    }
}

TEST_CASE("Two entries that claim the same words are found out")
{
    Entry one;
    Entry two;
    one.explanation.id = "a";
    two.explanation.id = "b";
    std::vector<Claim> claims = {{&one, Rank::plain, 4}, {&two, Rank::plain, 4}};
    CHECK(rivals(claims, Step::rcpt, 550) == "a and b at rcpt, code 550");
    two.at = {Step::rcpt};
    CHECK(rivals(claims, Step::rcpt, 550) == "");
    two.at = {Step::mail};
    CHECK(rivals(claims, Step::rcpt, 550) == "");
    two.at = {};
    claims[1].rank = Rank::wide;
    CHECK(rivals(claims, Step::rcpt, 550) == "");
}
