// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>

#include "base/printable.hpp"
#include "diagnosis/hygiene_findings.hpp"
#include "policy/spf_check.hpp"

namespace smtpprobe {
namespace {

/// What a flaw of an SPF record amounts to, in the order of the enum.
struct FlawWords {
    PolicyFlaw flaw;
    std::string_view id;
    bool suffers; ///< mail from the domain does
};

constexpr FlawWords kFlaws[] = {
    {PolicyFlaw::several_records, "spf.several-records", true},
    {PolicyFlaw::syntax, "spf.syntax", true},
    {PolicyFlaw::too_many_lookups, "spf.too-many-lookups", true},
    {PolicyFlaw::too_many_voids, "spf.too-many-voids", true},
    {PolicyFlaw::include_without, "spf.include-without-record", true},
    {PolicyFlaw::redirect_without, "spf.redirect-without-record", true},
    {PolicyFlaw::loop, "spf.loop", true},
    {PolicyFlaw::passes_all, "spf.passes-all", true},
    {PolicyFlaw::no_all, "spf.no-all", false},
    {PolicyFlaw::uses_ptr, "spf.uses-ptr", false},
    {PolicyFlaw::too_many_mx, "spf.too-many-mx", true},
    {PolicyFlaw::lookup_failed, "spf.lookup-failed", false},
    {PolicyFlaw::behind_all, "spf.behind-all", false},
    {PolicyFlaw::long_record, "spf.long-record", false},
    {PolicyFlaw::ignored_term, "spf.ignored-term", true},
};
static_assert(std::size(kFlaws) == std::size(Names<PolicyFlaw>::all));

std::string in_record(const PolicyNote& note) { return " in the record of " + printable(note.domain, 100); }

/// `TERM: TROUBLE` -> "`TERM` (TROUBLE)". A term has no space in it, so the first one stands behind it.
std::string term_and_trouble(const std::string& detail)
{
    const auto colon = std::min(detail.find(": "), detail.size());
    return "`" + detail.substr(0, colon) + "` (" + detail.substr(std::min(colon + 2, detail.size())) + ")";
}

/// What was seen, as the finding tells it.
std::string seen_text(const PolicyNote& note, const PolicyCheck& check)
{
    const auto detail = printable(note.detail, 160);
    switch (note.flaw) {
    case PolicyFlaw::several_records:
        return "TXT of " + printable(note.domain, 100) + ": " + detail + " that begin with v=spf1";
    case PolicyFlaw::syntax:
    case PolicyFlaw::too_many_mx: return term_and_trouble(detail) + in_record(note);
    case PolicyFlaw::too_many_lookups:
        return std::to_string(check.lookups) +
               (check.lookups >= SpfCheck::kMaxWalkedTerms ? " terms or more" : " terms") +
               " ask DNS; the eleventh is `" + detail + "`" + in_record(note);
    case PolicyFlaw::too_many_voids:
        return std::to_string(check.voids) + " lookups have no answer; the third is " + detail + "," +
               in_record(note);
    case PolicyFlaw::include_without:
    case PolicyFlaw::redirect_without:
        return "`" + detail + "`" + in_record(note) + " leads to no SPF record";
    case PolicyFlaw::loop: return "`" + detail + "`" + in_record(note) + " leads back to where it came from";
    case PolicyFlaw::passes_all:
    case PolicyFlaw::uses_ptr:
    case PolicyFlaw::ignored_term: return "`" + detail + "`" + in_record(note);
    case PolicyFlaw::no_all: return "neither `all` nor `redirect=`" + in_record(note);
    case PolicyFlaw::lookup_failed: return detail + ", asked for" + in_record(note);
    case PolicyFlaw::behind_all: return "`" + detail + "` stands behind `all`" + in_record(note);
    case PolicyFlaw::long_record: return detail + in_record(note);
    }
    return detail;
}

/// One finding a flaw, with all places where it was seen.
void find_flaw(const PolicyCheck& check, const FlawWords& words, Severity weight, Findings& findings)
{
    std::string seen;
    std::size_t more = 0;
    for (const auto& note : check.notes) {
        if (note.flaw != words.flaw)
            continue;
        auto text = seen_text(note, check);
        if (seen.size() > 400)
            ++more;
        else
            seen += (seen.empty() ? "" : "; ") + std::move(text);
    }
    if (seen.empty())
        return;
    if (more > 0)
        seen += "; and " + std::to_string(more) + " more";
    const bool in_own = std::any_of(check.notes.begin(), check.notes.end(), [&](const PolicyNote& note) {
        return note.flaw == words.flaw && note.domain == check.domain;
    });
    const bool is_known = words.flaw != PolicyFlaw::long_record && words.flaw != PolicyFlaw::several_records;
    if (in_own && !check.record.empty() && is_known)
        seen += "; it reads: " + printable(check.record, 250);
    auto& finding = findings.add(words.id, {words.suffers ? weight : Severity::note,
                                            printable(check.domain, 255), std::move(seen), std::nullopt});
    finding.decided_by = "SPF records, read with all that they include";
    if (words.flaw == PolicyFlaw::lookup_failed)
        finding.confidence = Confidence::likely; // our own resolver may be at fault
}

} // namespace

void find_in_spf(const Facts& facts, Severity weight, Findings& findings)
{
    for (const auto& experiment : facts.experiments) {
        const auto* check = std::get_if<PolicyCheck>(&experiment.what);
        if (experiment.purpose != Purpose::domain_policy || check == nullptr)
            continue;
        if (check->result == PolicyResult::none)
            findings
                .add("spf.none",
                     {Severity::note, printable(check->domain, 255),
                      "TXT of " + printable(check->domain, 200) + ": no record begins with v=spf1",
                      std::nullopt})
                .decided_by = "TXT lookup";
        for (const auto& words : kFlaws)
            find_flaw(*check, words, weight, findings);
    }
}

} // namespace smtpprobe
