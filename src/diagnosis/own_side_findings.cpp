// SPDX-License-Identifier: Apache-2.0
// Our own side as a whole, and how it bears on what servers say of us.
#include "diagnosis/own_side_findings.hpp"

#include <algorithm>

#include "base/printable.hpp"
#include "diagnosis/complaints.hpp"
#include "diagnosis/dns_view.hpp"
#include "diagnosis/own_side_diagnosis.hpp"

namespace smtpprobe {
namespace {

/// Replaces all of a placeholder; what could not stand in a shell command stays out.
void put_in_all(std::vector<std::string>& steps, std::string_view placeholder, const std::string& text)
{
    for (auto& step : steps)
        put_in(step, placeholder, text);
}

void find_own_addresses(const OwnView& view)
{
    const auto& own = view.own;
    if (!own.asked)
        return;
    std::string hidden;
    for (const auto& address : own.hidden)
        hidden += (hidden.empty() ? "" : ", ") + address.text();
    if (!hidden.empty()) {
        std::string others;
        for (const auto& address : own.addresses)
            others += (others.empty() ? "" : ", ") + address.text();
        view.add("self.address-private", own.addresses.empty() ? Severity::warning : Severity::note, hidden,
                 "this machine sends from " + hidden +
                     (others.empty() ? ", which no receiver ever sees" : "; receivers see " + others) +
                     (own.told_by.empty() ? "" : ", says " + own.told_by),
                 "this machine's addresses");
    } else if (own.addresses.empty()) {
        view.add("self.no-address", Severity::warning, "", "this machine has no route to the Internet",
                 "this machine's addresses");
        for (auto& finding : view.findings.all())
            if (finding.id == "self.no-dns")
                finding.part_of = "self.no-address";
    }
    for (const auto& address : own.addresses)
        if (address.scope() != AddressScope::global && address.scope() != AddressScope::documentation)
            view.add("self.address-not-public", Severity::note, address.text(),
                     address.text() + " is " + std::string(name(address.scope())), "the address");
}

bool is_own_purpose(Purpose purpose)
{
    return purpose == Purpose::own_name || purpose == Purpose::own_address || purpose == Purpose::own_dmarc ||
           purpose == Purpose::block_list;
}

/// A question about an address that was never answered, not even by a failure: the time was up.
void find_left_open(const OwnView& view)
{
    for (const auto& address : view.own.addresses)
        if (lookup_made(view.facts, Purpose::own_name, address.reverse_name(), RecordType::ptr) == nullptr) {
            view.add("probe.deadline", Severity::note, address.text(), "not looked up before the deadline",
                     "the deadline");
            return;
        }
}

/// Did not one of our questions get an answer?
bool dns_is_dead(const Facts& facts, const Lookup*& one)
{
    for (const auto& experiment : facts.experiments) {
        const auto* lookup = std::get_if<Lookup>(&experiment.what);
        if (lookup == nullptr || !is_own_purpose(experiment.purpose))
            continue;
        if (lookup->outcome != LookupOutcome::failed)
            return false;
        if (one == nullptr)
            one = lookup;
    }
    return one != nullptr;
}

bool any_found(const Facts& facts)
{
    return std::any_of(facts.experiments.begin(), facts.experiments.end(), [](const Experiment& experiment) {
        const auto* lookup = std::get_if<Lookup>(&experiment.what);
        return lookup != nullptr && lookup->outcome == LookupOutcome::found;
    });
}

/// A resolver that gives addresses to names that cannot exist, or denies that the root does: nothing that it
/// says counts.
bool resolver_lies(const OwnView& view)
{
    const auto* impossible = lookup_made(view.facts, Purpose::resolver_check, kImpossibleName, RecordType::a);
    if (impossible != nullptr && impossible->outcome == LookupOutcome::found) {
        view.add("resolver.lies", Severity::problem, printable(impossible->server, 60),
                 "A of " + std::string(kImpossibleName) + ": " + records_text(*impossible),
                 "an address of a name that cannot exist");
        return true;
    }
    const auto* root = lookup_made(view.facts, Purpose::resolver_check, "", RecordType::ns);
    if (root == nullptr || root->outcome != LookupOutcome::no_such_domain || any_found(view.facts))
        return false;
    view.add("resolver.denies-all", Severity::problem, printable(root->server, 60),
             "NS of the root: " + outcome_text(*root), "NXDOMAIN for the root too");
    return true;
}

} // namespace

Finding& OwnView::add(std::string_view id, Severity severity, std::string where, std::string seen,
                      std::string decided_by) const
{
    const auto place = where;
    auto& finding = findings.add(id, {severity, std::move(where), std::move(seen), std::nullopt});
    finding.decided_by = std::move(decided_by);
    // The target's own names are put into what is left, so these must not be left.
    const auto address = IpAddress::parse(place) ? place
                         : own.addresses.empty() ? std::string()
                                                 : own.addresses.front().text();
    put_in_all(finding.fix, "OWN_ADDRESS", address);
    put_in_all(finding.fix, "OWN_NAME", own.hello);
    put_in_all(finding.fix, "SENDER_DOMAIN", own.policy_domain());
    return finding;
}

std::string outcome_text(const Lookup& lookup)
{
    std::string text;
    switch (lookup.outcome) {
    case LookupOutcome::found: return records_text(lookup);
    case LookupOutcome::no_such_domain: text = "no such domain (NXDOMAIN)"; break;
    case LookupOutcome::no_records: text = "no such record"; break;
    case LookupOutcome::failed: text = name(lookup.failure); break;
    }
    return lookup.server.empty() ? text : text + ", says " + printable(lookup.server, 60);
}

bool leads_to(const Lookup& lookup, const IpAddress& address)
{
    return std::any_of(lookup.records.begin(), lookup.records.end(),
                       [&](const Record& record) { return record.address == address; });
}

std::string records_text(const Lookup& lookup)
{
    constexpr std::size_t kShown = 3;
    std::string text;
    for (std::size_t i = 0; i < std::min(kShown, lookup.records.size()); ++i) {
        const auto& record = lookup.records[i];
        const bool is_address = record.type == RecordType::a || record.type == RecordType::aaaa;
        text += (i == 0 ? "" : ", ") + (is_address ? record.address.text() : printable(record.name, 120));
    }
    if (lookup.records.size() > kShown)
        text += " and " + std::to_string(lookup.records.size() - kShown) + " more";
    return text;
}

void find_own_side(const Assessment& assessment, Findings& findings)
{
    const auto& facts = *assessment.facts;
    const auto own = own_side_of(facts);
    Findings ours;
    const OwnView view{facts, own, ours};
    find_own_clock(view);
    if (own.matters()) {
        const Lookup* unanswered = nullptr;
        if (own.asked && dns_is_dead(facts, unanswered)) {
            view.add("self.no-dns", Severity::warning, "",
                     std::string(name(unanswered->type)) + " of " + printable(unanswered->name, 120) + ": " +
                         outcome_text(*unanswered) + ", and so all others",
                     "all lookups");
        } else if (!own.asked || !resolver_lies(view)) {
            find_own_names(view);
            find_own_policy(view);
            find_own_listings(view);
        }
        find_own_addresses(view);
        if (own.asked)
            find_left_open(view);
        else
            weigh_against_complaints(view, findings);
    }
    for (auto& finding : ours.all())
        findings.all().push_back(std::move(finding));
    fold_wrong_dates(facts, findings);
}

} // namespace smtpprobe
