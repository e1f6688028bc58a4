// SPDX-License-Identifier: Apache-2.0
// The domain that we send as: does it exist, may our addresses send for it, what does it ask receivers to do?
#include <algorithm>

#include "base/printable.hpp"
#include "diagnosis/own_side_findings.hpp"
#include "policy/dmarc_record.hpp"

namespace smtpprobe {
namespace {

struct PolicyWeight {
    PolicyResult result;
    std::string_view id; ///< empty: nothing to say
    Severity severity;
};

constexpr PolicyWeight kWeights[] = {
    {PolicyResult::none, "self.spf-none", Severity::warning},
    {PolicyResult::neutral, "self.spf-neutral", Severity::warning},
    {PolicyResult::pass, "", Severity::note},
    {PolicyResult::fail, "self.spf-fail", Severity::problem},
    {PolicyResult::softfail, "self.spf-softfail", Severity::warning},
    {PolicyResult::temperror, "self.spf-temperror", Severity::warning},
    {PolicyResult::permerror, "self.spf-permerror", Severity::warning},
};
static_assert(std::size(kWeights) == std::size(Names<PolicyResult>::all));

std::string check_text(const PolicyCheck& check)
{
    auto text = "SPF of " + printable(check.domain, 120) + " for " + check.address.text() + ": " +
                std::string(name(check.result));
    if (!check.matched.empty())
        text += ", by `" + printable(check.matched, 120) + '`';
    for (const auto& note : check.notes)
        if (note.flaw == PolicyFlaw::syntax || note.flaw == PolicyFlaw::too_many_lookups ||
            note.flaw == PolicyFlaw::too_many_voids || note.flaw == PolicyFlaw::several_records ||
            note.flaw == PolicyFlaw::include_without || note.flaw == PolicyFlaw::redirect_without ||
            note.flaw == PolicyFlaw::lookup_failed || note.flaw == PolicyFlaw::loop)
            return text + " (" + std::string(name(note.flaw)) +
                   (note.detail.empty() ? "" : ": " + printable(note.detail, 80)) + " in " +
                   printable(note.domain, 120) + ')';
    return text;
}

void find_sender_domain(const OwnView& view)
{
    const auto& domain = view.own.domain;
    if (domain.empty())
        return;
    const Lookup* lookups[] = {lookup_made(view.facts, Purpose::own_address, domain, RecordType::mx),
                               lookup_made(view.facts, Purpose::own_address, domain, RecordType::a),
                               lookup_made(view.facts, Purpose::own_address, domain, RecordType::aaaa)};
    if (std::find(std::begin(lookups), std::end(lookups), nullptr) != std::end(lookups))
        return;
    const auto by = "MX, A and AAAA of " + printable(domain, 120);
    const auto& mx = *lookups[0];
    if (mx.outcome == LookupOutcome::found) {
        if (mx.records.size() == 1 && mx.records.front().name.empty())
            view.add("self.sender-domain-null-mx", Severity::warning, printable(domain, 120),
                     "MX of " + printable(domain, 120) + ": 0 .", by);
        return;
    }
    if (mx.outcome == LookupOutcome::failed) {
        view.add("self.sender-domain-fails", Severity::warning, printable(domain, 120),
                 "MX of " + printable(domain, 120) + ": " + outcome_text(mx), by);
        return;
    }
    const bool has_address = std::any_of(std::begin(lookups), std::end(lookups), [](const Lookup* lookup) {
        return lookup->outcome == LookupOutcome::found;
    });
    if (!has_address)
        view.add("self.sender-domain-missing", Severity::problem, printable(domain, 120),
                 by + ": " + outcome_text(mx), by);
}

void find_checks(const OwnView& view)
{
    const auto domain = view.own.policy_domain();
    const bool by_hello = view.own.domain.empty();
    for (const auto& address : view.own.addresses) {
        const auto* check = policy_made(view.facts, domain, address);
        if (check == nullptr)
            continue;
        const auto& weight = kWeights[static_cast<std::size_t>(check->result)];
        if (weight.id.empty())
            continue;
        // Hardly anybody publishes SPF for the name of a machine, and nobody misses it.
        const bool unneeded = by_hello && check->result == PolicyResult::none;
        if (!unneeded)
            view.add(weight.id, weight.severity, address.text(), check_text(*check),
                     "SPF checked as receivers do");
    }
}

void find_dmarc(const OwnView& view)
{
    if (view.own.domain.empty())
        return;
    const auto domain = printable(view.own.domain, 120);
    std::string asked;
    for (const auto& name : dmarc_names(view.own.domain)) {
        const auto* lookup = lookup_made(view.facts, Purpose::own_dmarc, name, RecordType::txt);
        if (lookup == nullptr || lookup->outcome == LookupOutcome::failed)
            return; // SPF's findings tell of a domain whose DNS fails
        asked += (asked.empty() ? "" : ", ") + printable(name, 120);
        const auto dmarc = read_dmarc(view.own.domain, lookup->records);
        if (!dmarc.found)
            continue;
        if (!dmarc.applies) {
            const auto flaw = dmarc.notes.empty() ? std::string("unreadable")
                                                  : std::string(smtpprobe::name(dmarc.notes.front().flaw));
            view.add("self.dmarc-unusable", Severity::warning, domain,
                     "TXT of " + printable(name, 120) + ": " + flaw + ": `" + printable(dmarc.record, 120) +
                         '`',
                     "TXT of " + printable(name, 120));
        }
        return;
    }
    view.add("self.dmarc-none", Severity::warning, domain, "no DMARC record at " + asked, "TXT of " + asked);
}

} // namespace

void find_own_policy(const OwnView& view)
{
    find_sender_domain(view);
    find_checks(view);
    find_dmarc(view);
    // A domain that is not there, or whose DNS fails, has no records either.
    auto& all = view.findings.all();
    for (const std::string_view cause : {"self.sender-domain-missing", "self.sender-domain-fails"})
        if (std::any_of(all.begin(), all.end(), [&](const Finding& finding) { return finding.id == cause; }))
            for (auto& finding : all)
                if (finding.id == "self.dmarc-none" || finding.id == "self.spf-none" ||
                    finding.id == "self.spf-temperror")
                    finding.part_of = cause;
}

} // namespace smtpprobe
