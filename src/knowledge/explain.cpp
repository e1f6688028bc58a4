// SPDX-License-Identifier: Apache-2.0
#include "smtpprobe/explain.hpp"

#include <algorithm>
#include <vector>

#include "knowledge/haystack.hpp"
#include "knowledge/shelf.hpp"

namespace smtpprobe {

namespace {

bool class_fits(const Entry& entry, int code_class)
{
    // Words that speak of trouble mean nothing in a success, unless an entry says so.
    return entry.code_class == 0 ? code_class >= 4 : entry.code_class == code_class;
}

const Entry* by_words(Step step, const Reply& reply)
{
    const Haystack haystack(reply.words());
    for (const Entry& entry : kWordsShelf) {
        if (!entry.at.has(step) || !class_fits(entry, reply.code_class()) ||
            (entry.code != 0 && entry.code != reply.code()))
            continue;
        for (const std::string_view phrase : entry.words)
            if (haystack.has(phrase))
                return &entry;
    }
    return nullptr;
}

/// The entry of that status. One that names the class or the step beats one for all.
const Entry* by_status(Step step, int code_class, int subject, int detail)
{
    const Entry* best = nullptr;
    int best_fit = -1;
    for (const Entry& entry : kStatusShelf) {
        if (entry.subject != subject || entry.detail != detail || !entry.at.has(step) ||
            !class_fits(entry, code_class))
            continue;
        const int fit = (entry.code_class != 0 ? 2 : 0) + (entry.at.any() ? 0 : 1);
        if (fit > best_fit) {
            best = &entry;
            best_fit = fit;
        }
    }
    return best;
}

/// The entry of that code, else that of its class; of those for the step, else that for any.
const Entry* by_code(Step step, int code)
{
    const Entry* best = nullptr;
    int best_fit = -1;
    for (const Entry& entry : kCodeShelf) {
        const bool exact = entry.code == code;
        if ((!exact && (entry.code != 0 || entry.code_class != code / 100)) || !entry.at.has(step))
            continue;
        const int fit = (exact ? 2 : 0) + (entry.at.any() ? 0 : 1);
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

StatusEvidence status_evidence(Step step, const Reply& reply)
{
    if (!reply.status())
        return {};
    const EnhancedStatus& status = *reply.status();
    const bool agrees = status.status_class == reply.code_class();
    if (const Entry* entry = by_status(step, reply.code_class(), status.subject, status.detail))
        return {entry, agrees ? entry->confidence : Confidence::guess};
    if (const Entry* entry = by_status(step, reply.code_class(), status.subject, 0);
        entry && status.subject != 0)
        return {entry, std::min(entry->confidence, agrees ? Confidence::likely : Confidence::guess)};
    return {};
}

} // namespace

Explained explain(Step step, const Reply& reply)
{
    if (const Entry* entry = by_words(step, reply))
        return {&entry->explanation, DecidedBy::generic_words, entry->confidence};

    const Entry* code = by_code(step, reply.code());
    const StatusEvidence status = status_evidence(step, reply);
    const bool code_is_known = code->code != 0;
    if (status.entry != nullptr && !(code_is_known && code->weight > status.entry->weight))
        return {&status.entry->explanation, DecidedBy::enhanced_status, status.confidence};
    return {&code->explanation, code_is_known ? DecidedBy::code_and_step : DecidedBy::code_class,
            code->confidence};
}

Explained explain(Step step, const Fault& fault)
{
    const Entry* best = nullptr;
    int best_fit = -1;
    for (const Entry& entry : kFaultShelf) {
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
    for (const Entry& entry : kLookupShelf) {
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
        for (const auto shelf :
             {kWordsShelf, kStatusShelf, kCodeShelf, kFaultShelf, kLookupShelf, kObservedShelf})
            for (const Entry& entry : shelf)
                entries.push_back(&entry.explanation);
        return entries;
    }();
    return all;
}

const Explanation* find_explanation(std::string_view id)
{
    // The findings' own shelf first: it is what a diagnosis asks for.
    for (const auto shelf :
         {kObservedShelf, kWordsShelf, kStatusShelf, kCodeShelf, kFaultShelf, kLookupShelf})
        for (const Entry& entry : shelf)
            if (entry.explanation.id == id)
                return &entry.explanation;
    return nullptr;
}

} // namespace smtpprobe
