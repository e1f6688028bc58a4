// SPDX-License-Identifier: Apache-2.0
#include <iterator>

#include "base/printable.hpp"
#include "diagnosis/hygiene.hpp"
#include "diagnosis/hygiene_findings.hpp"
#include "diagnosis/own_side.hpp"
#include "policy/dmarc_record.hpp"

namespace smtpprobe {
namespace {

/// What a flaw of a DMARC record amounts to, in the order of the enum. Several flaws may share an entry.
struct FlawWords {
    DmarcFlaw flaw;
    std::string_view id; ///< empty: told elsewhere
    bool unusable;       ///< receivers do not apply the record
};

constexpr FlawWords kFlaws[] = {
    {DmarcFlaw::several_records, "dmarc.several-records", true},
    {DmarcFlaw::no_policy, "dmarc.no-policy", true},
    {DmarcFlaw::policy_late, "dmarc.policy-late", false},
    {DmarcFlaw::bad_policy, "dmarc.bad-policy", true},
    {DmarcFlaw::bad_value, "dmarc.malformed", false},
    {DmarcFlaw::unknown_tag, "dmarc.malformed", false},
    {DmarcFlaw::repeated_tag, "dmarc.malformed", false},
    {DmarcFlaw::bad_syntax, "dmarc.malformed", false},
    {DmarcFlaw::report_not_mail, "dmarc.report-address", false},
    {DmarcFlaw::report_outside, "", false},
    {DmarcFlaw::no_reports, "dmarc.no-reports", false},
    {DmarcFlaw::only_watching, "dmarc.only-watching", false},
    {DmarcFlaw::part_only, "dmarc.part-only", false},
};
static_assert(std::size(kFlaws) == std::size(Names<DmarcFlaw>::all));

std::string absence(const Lookup& lookup)
{
    return "TXT of " + printable(lookup.name, 200) +
           (lookup.outcome == LookupOutcome::no_such_domain ? ": no such domain (NXDOMAIN)"
                                                            : ": no record begins with v=DMARC1");
}

/// Findings of one record. Flaws with the same entry become one finding.
class RecordFindings {
public:
    RecordFindings(const Facts& facts, std::string place, Severity weight, Findings& findings)
        : facts_(facts), place_(std::move(place)), weight_(weight), findings_(findings)
    {
    }

    void find(const Dmarc& dmarc)
    {
        std::string_view last;
        for (const auto& words : kFlaws) {
            if (words.id.empty() || words.id == last)
                continue;
            last = words.id;
            find_entry(dmarc, words);
        }
        for (const auto& other : dmarc.outside)
            find_consent(other);
    }

private:
    void find_entry(const Dmarc& dmarc, const FlawWords& words)
    {
        std::string details;
        bool seen = false;
        for (const auto& note : dmarc.notes) {
            if (kFlaws[static_cast<std::size_t>(note.flaw)].id != words.id)
                continue;
            seen = true;
            if (!note.detail.empty() && details.size() < 300)
                details += (details.empty() ? "" : ", ") + printable(note.detail, 100);
        }
        if (!seen)
            return;
        const bool suffers = words.unusable && !dmarc.applies;
        auto text = "TXT of _dmarc." + printable(place_, 200) + ": ";
        text += details.empty() ? printable(dmarc.record, 300) : details;
        if (!details.empty() && words.flaw != DmarcFlaw::several_records)
            text += ", in: " + printable(dmarc.record, 300);
        add(words.id, suffers ? weight_ : Severity::note, std::move(text));
    }

    void find_consent(const std::string& other)
    {
        const auto name = consent_name(place_, other);
        const auto* lookup = lookup_made(facts_, Purpose::domain_dmarc, name, RecordType::txt);
        if (lookup == nullptr || lookup->outcome == LookupOutcome::failed)
            return;
        for (const auto& record : lookup->records)
            if (is_dmarc_record(record.data))
                return;
        // The list of organisations' domains is guessed: two names may belong together all the same.
        add("dmarc.report-without-consent", Severity::note,
            "reports go to " + printable(other, 200) + "; " + absence(*lookup))
            .confidence = Confidence::likely;
    }

    Finding& add(std::string_view id, Severity severity, std::string seen)
    {
        auto& finding = findings_.add(id, {severity, printable(place_, 255), std::move(seen), std::nullopt});
        finding.decided_by = "TXT lookup";
        return finding;
    }

    const Facts& facts_;
    std::string place_;
    Severity weight_;
    Findings& findings_;
};

} // namespace

void find_in_dmarc(const Facts& facts, Severity weight, Findings& findings)
{
    const auto domain = hygiene_domain(facts);
    std::string absent;
    for (const auto& name : dmarc_names(domain)) {
        const auto* lookup = lookup_made(facts, Purpose::domain_dmarc, name, RecordType::txt);
        if (lookup == nullptr || lookup->outcome == LookupOutcome::failed)
            return;
        const auto place = name.substr(name.find('.') + 1);
        const auto dmarc = read_dmarc(place, lookup->records);
        if (dmarc.found)
            return RecordFindings(facts, place, weight, findings).find(dmarc);
        absent += (absent.empty() ? "" : "; ") + absence(*lookup);
    }
    findings.add("dmarc.none", {Severity::note, printable(domain, 255), absent, std::nullopt}).decided_by =
        "TXT lookup";
}

} // namespace smtpprobe
