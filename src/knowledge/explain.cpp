// SPDX-License-Identifier: Apache-2.0
#include "smtpprobe/explain.hpp"

#include <algorithm>
#include <vector>

#include "knowledge/haystack.hpp"
#include "knowledge/named_fault.hpp"
#include "knowledge/phrase_index.hpp"
#include "knowledge/shelf.hpp"

namespace smtpprobe {

namespace {

/// The class of the code, else that of the status; 0 where there is neither.
int class_of(const ReplyEvidence& evidence)
{
    if (evidence.code != 0)
        return evidence.code / 100;
    return evidence.status ? evidence.status->status_class : 0;
}

bool class_fits(const Entry& entry, int code_class)
{
    // Words that speak of trouble mean nothing in a success, unless an entry says so.
    if (entry.code_class == 0)
        return code_class == 0 || code_class >= 4;
    return code_class == 0 || entry.code_class == code_class;
}

bool step_fits(const Entry& entry, const std::optional<Step>& step) { return !step || entry.at.has(*step); }

/// How well an entry's steps fit: one for the step beats one for any. Where the step is not known,
/// one for any, and else RCPT, where most refusals are said.
int fit_of_step(const Entry& entry, const std::optional<Step>& step)
{
    if (step)
        return entry.at.any() ? 0 : 1;
    return entry.at.any() ? 1 : entry.at.has(Step::rcpt) ? 0 : -1;
}

/// Of two entries with the same words, the one that names the code, then the one that names the step.
int fit_of_words(const Entry& entry, const std::optional<Step>& step)
{
    return (entry.code != 0 ? 4 : 0) + fit_of_step(entry, step);
}

/// The entry whose words stand in the text: of the strongest rank, there the longest words, and of
/// equal words those that fit best.
struct WordsEvidence {
    const Entry* entry = nullptr;
    Rank rank = Rank::wide;
    std::size_t length = 0;
    int fit = 0;
    bool token = false;

    /// Would this phrase decide in place of the one so far? Rivals of equal claim do not exist: a test
    /// sees to that.
    bool yields_to(const Phrase& phrase, int phrase_fit) const
    {
        if (entry == nullptr || phrase.rank != rank)
            return entry == nullptr || phrase.rank < rank;
        return phrase.text.size() != length ? phrase.text.size() > length : phrase_fit > fit;
    }
};

WordsEvidence by_words(const ReplyEvidence& evidence)
{
    WordsEvidence best;
    if (evidence.words.empty())
        return best;
    const Haystack haystack(evidence.words);
    const int code_class = class_of(evidence);
    PhraseIndex::of_catalogue().each_candidate(haystack, [&](const Phrase& phrase) {
        const Entry& entry = *phrase.entry;
        const int fit = fit_of_words(entry, evidence.step);
        if (best.yields_to(phrase, fit) && step_fits(entry, evidence.step) && class_fits(entry, code_class) &&
            (entry.code == 0 || entry.code == evidence.code) &&
            (phrase.token ? haystack.has_word(phrase.text) : haystack.has(phrase.text)))
            best = {&entry, phrase.rank, phrase.text.size(), fit, phrase.token};
    });
    return best;
}

/// The entry of that status. One that names the class or the step beats one for all.
const Entry* by_status(const ReplyEvidence& evidence, int subject, int detail)
{
    const int code_class = class_of(evidence);
    const Entry* best = nullptr;
    int best_fit = -1;
    for (const Entry& entry : kStatusShelf.entries()) {
        if (entry.subject != subject || detail < entry.detail || detail > entry.detail_to ||
            !step_fits(entry, evidence.step) || !class_fits(entry, code_class))
            continue;
        const int fit = (entry.code_class != 0 ? 2 : 0) + (entry.at.any() == !evidence.step ? 1 : 0);
        if (fit > best_fit) {
            best = &entry;
            best_fit = fit;
        }
    }
    return best;
}

/// The entry of that code, else that of its class, else that for nothing at all.
const Entry* by_code(const ReplyEvidence& evidence)
{
    const Entry* best = nullptr;
    int best_fit = -10;
    for (const Entry& entry : kCodeShelf.entries()) {
        const bool exact = entry.code != 0 && entry.code == evidence.code;
        const bool of_class = entry.code == 0 && entry.code_class == evidence.code / 100;
        if ((!exact && !of_class) || !step_fits(entry, evidence.step))
            continue;
        const int fit = (exact ? 4 : 0) + fit_of_step(entry, evidence.step);
        if (fit > best_fit) {
            best = &entry;
            best_fit = fit;
        }
    }
    return best;
}

bool fits(RecordKind kind, RecordType type)
{
    switch (kind) {
    case RecordKind::any: return true;
    case RecordKind::mx: return type == RecordType::mx;
    case RecordKind::address: return type == RecordType::a || type == RecordType::aaaa;
    case RecordKind::a: return type == RecordType::a;
    case RecordKind::aaaa: return type == RecordType::aaaa;
    case RecordKind::ptr: return type == RecordType::ptr;
    }
    return false;
}

bool begins_with_one_of(std::string_view bytes, std::span<const std::string_view> beginnings)
{
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [&](std::string_view beginning) { return bytes.starts_with(beginning); });
}

/// A status of which only class and subject are known: `5.7.133`. RFC 3463 has readers fall back to
/// the subject's `.0`.
struct StatusEvidence {
    const Entry* entry = nullptr;
    Confidence confidence = Confidence::guess;
};

StatusEvidence status_evidence(const ReplyEvidence& evidence)
{
    if (!evidence.status)
        return {};
    const EnhancedStatus& status = *evidence.status;
    const bool agrees = status.status_class == class_of(evidence);
    if (const Entry* entry = by_status(evidence, status.subject, status.detail))
        return {entry, agrees ? entry->confidence : Confidence::guess};
    if (const Entry* entry = by_status(evidence, status.subject, 0); entry && status.subject != 0)
        return {entry, std::min(entry->confidence, agrees ? Confidence::likely : Confidence::guess)};
    return {};
}

Explained explained(const WordsEvidence& words)
{
    const Explanation& entry = words.entry->explanation;
    const DecidedBy by = words.token || words.rank == Rank::token ? DecidedBy::vendor_token
                         : entry.vendor.empty()                   ? DecidedBy::generic_words
                                                                  : DecidedBy::vendor_words;
    // What an entry is sure of is what its own words say, not what its hints do.
    const Confidence most = words.rank == words.entry->rank ? Confidence::sure : Confidence::guess;
    return {&entry, by, std::min(words.entry->confidence, most)};
}

} // namespace

Explained explain(const ReplyEvidence& evidence)
{
    const WordsEvidence words = by_words(evidence);
    if (words.entry != nullptr && words.rank < Rank::hint)
        return explained(words);

    if (evidence.code == 0 && !evidence.status)
        if (const auto fault = fault_within(evidence.words))
            return {fault->explained.entry, DecidedBy::fault,
                    std::min(fault->explained.confidence, Confidence::likely)};

    const Entry* code = by_code(evidence);
    const StatusEvidence status = status_evidence(evidence);
    const bool code_is_known = code->code != 0;
    const bool status_decides =
        status.entry != nullptr && !(code_is_known && code->weight > status.entry->weight);
    // Hints and wide words yield to a number that names one condition; wide ones, which say little more
    // than no, also to what is known of that code at this very step.
    const bool is_exact = status_decides ? status.entry->weight == Weight::exact
                                         : code_is_known && code->weight == Weight::exact;
    const bool is_of_step = !status_decides && code_is_known && evidence.step && !code->at.any();
    if (words.entry != nullptr && !is_exact && !(is_of_step && words.rank == Rank::wide))
        return explained(words);
    if (status_decides)
        return {&status.entry->explanation, DecidedBy::enhanced_status, status.confidence};
    if (code_is_known)
        return {&code->explanation, DecidedBy::code_and_step, code->confidence};
    return {&code->explanation, evidence.code == 0 ? DecidedBy::nothing : DecidedBy::code_class,
            code->confidence};
}

Explained explain(Step step, const Reply& reply)
{
    return explain(
        ReplyEvidence{.step = step, .code = reply.code(), .status = reply.status(), .words = reply.words()});
}

Explained explain(Step step, const Fault& fault)
{
    const Entry* best = nullptr;
    int best_fit = -1;
    for (const Entry& entry : kFaultShelf.entries()) {
        if (entry.fault != fault.kind || !entry.at.has(step) ||
            (entry.alert >= 0 && entry.alert != fault.tls_alert) ||
            (!entry.words.empty() && !begins_with_one_of(fault.detail, entry.words)))
            continue;
        const int fit = (entry.alert >= 0 ? 4 : 0) + (entry.words.empty() ? 0 : 2) + (entry.at.any() ? 0 : 1);
        if (fit > best_fit) {
            best = &entry;
            best_fit = fit;
        }
    }
    return {&best->explanation, DecidedBy::fault, best->confidence};
}

Explained explain(const Lookup& lookup)
{
    const Entry* best = nullptr;
    int best_fit = -1;
    const LookupFailure failure =
        lookup.outcome == LookupOutcome::failed ? lookup.failure : LookupFailure::none;
    for (const Entry& entry : kLookupShelf.entries()) {
        if (entry.outcome != lookup.outcome || !fits(entry.records, lookup.type) ||
            (entry.failure != failure && entry.failure != LookupFailure::none))
            continue;
        const int fit = (entry.failure == failure ? 4 : 0) + static_cast<int>(entry.records);
        if (fit > best_fit) {
            best = &entry;
            best_fit = fit;
        }
    }
    return {&best->explanation, DecidedBy::fault, best->confidence};
}

std::span<const Explanation* const> all_explanations()
{
    static const std::vector<const Explanation*> all = [] {
        std::vector<const Explanation*> entries;
        for (const Shelf& shelf : {kVendorShelf, kWordsShelf, kStatusShelf, kCodeShelf, kFaultShelf,
                                   kLookupShelf, kOutcomeShelf, kObservedShelf})
            for (const Entry& entry : shelf.entries())
                entries.push_back(&entry.explanation);
        return entries;
    }();
    return all;
}

const Explanation* find_explanation(std::string_view id)
{
    // The findings' own shelves first: they are what a diagnosis asks for, and of the small one it asks most.
    for (const Shelf& shelf : {kOutcomeShelf, kObservedShelf, kVendorShelf, kWordsShelf, kStatusShelf,
                               kCodeShelf, kFaultShelf, kLookupShelf})
        if (const auto row = shelf.row_of(id))
            return &shelf.entries()[*row].explanation;
    return nullptr;
}

} // namespace smtpprobe
