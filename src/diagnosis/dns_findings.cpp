// SPDX-License-Identifier: Apache-2.0
// Why lookups failed: our own resolver, the zone's name servers, or DNSSEC.
#include "diagnosis/dns_findings.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/duration_text.hpp"
#include "base/printable.hpp"
#include "diagnosis/connect_view.hpp"
#include "diagnosis/dnssec.hpp"
#include "diagnosis/host_names.hpp"

namespace smtpprobe {
namespace {

bool is_symptom(const Finding& finding)
{
    return finding.step == Step::resolve &&
           (finding.id.starts_with("dns.") || finding.id == "route.mx-lookup-failed" ||
            finding.id == "route.mx-host-lookup-failed");
}

/// Symptoms at these names follow from that finding.
template <class AtName> void fold(Findings& findings, const std::string& cause, AtName at_name)
{
    for (auto& finding : findings.all())
        if (is_symptom(finding) && finding.id != cause && at_name(finding.where))
            finding.part_of = cause;
}

void add_dnssec(const DnsView& view, const DnssecJudgement& judgement, const Doubt& doubt, Severity severity,
                Findings& findings)
{
    const char* id = "dnssec.bogus";
    switch (judgement.fault) {
    case DnssecFault::expired: id = "dnssec.expired"; break;
    case DnssecFault::not_yet_valid: id = "dnssec.not-yet-valid"; break;
    case DnssecFault::ds_mismatch: id = "dnssec.ds-mismatch"; break;
    case DnssecFault::not_signed: id = "dnssec.not-signed"; break;
    case DnssecFault::unknown: break;
    }
    auto& finding =
        findings.add(id, {severity, printable(doubt.lookup->name), judgement.seen, Step::resolve});
    finding.decided_by = judgement.decided_by;
    if (judgement.fault == DnssecFault::not_yet_valid || judgement.fault == DnssecFault::unknown)
        finding.confidence = Confidence::likely;
    name_zone(finding, judgement.zone, doubt, view.facts());
    fold_doubt(findings, id, doubt, judgement.zone);
}

/// A resolver that finds aliases in a circle may only say SERVFAIL.
void add_circle(const Doubt& doubt, Severity severity, Findings& findings)
{
    auto lookup = *doubt.lookup;
    lookup.failure = LookupFailure::cname_loop;
    std::string chain;
    for (const auto& alias : doubt.circle->aliases)
        if (chain.size() < 200)
            chain += printable(alias.owner, 100) + " -> ";
    auto& finding =
        findings.add(explain(lookup), {severity, printable(doubt.lookup->name),
                                       question_text(*doubt.lookup) + ": " + came_of(*doubt.lookup) + "; " +
                                           chain + printable(doubt.circle->aliases.back().name, 100) +
                                           ", says " + doubt.circle->server,
                                       Step::resolve});
    finding.decided_by = "a name server's own answer";
    const auto id = finding.id;
    fold_doubt(findings, id, doubt, "");
}

/// Is it our own resolver that hides the name, as filters against malware, trackers and the like do?
struct Hidden {
    std::string seen; ///< empty: it is not
    std::string decided_by;
    Confidence confidence = Confidence::sure;
};

Hidden hidden_by_resolver(const DnsView& view, const Doubt& doubt)
{
    const auto& lookup = *doubt.lookup;
    const auto said = question_text(lookup) + ": " + came_of(lookup) + " from " + own_servers_text(view);
    if (says_filtered(lookup))
        return {said + ", extended error " + std::to_string(lookup.extended_error) +
                    (lookup.extended_text.empty() ? "" : ": " + printable(lookup.extended_text, 120)),
                "the resolver's own word"};
    for (const auto& server : doubt.servers)
        if (server.state == AuthorityState::good) {
            const bool same = server.answer->outcome == LookupOutcome::no_such_domain ||
                              (lookup.outcome == LookupOutcome::found && may_be_hidden(*server.answer));
            return same ? Hidden{}
                        : Hidden{said + "; " + server.text() + " itself: " + came_of(*server.answer),
                                 "a name server of the zone, asked directly"};
        }
    if (lookup.outcome != LookupOutcome::no_such_domain || is_denied_above(view, doubt))
        return {};
    for (const auto* answer : view.all(Purpose::delegation)) {
        if (!speaks_with_authority(*answer) || !equal_ignoring_case(answer->name, doubt.question.name))
            continue;
        if (answer->authoritative)
            return {said + "; " + answer->server + ", a name server of " + printable(doubt.parent, 100) +
                        ", knows the name",
                    "a name server of the zone, asked directly"};
        if (doubt.zone_known && doubt.zone != doubt.parent)
            return {said + "; " + answer->server + ", a name server of " + printable(doubt.parent, 100) +
                        ", says who serves it",
                    "a name server of the parent zone, asked directly", Confidence::likely};
    }
    return {};
}

bool find_hidden(const DnsView& view, const Doubt& doubt, Severity severity, Findings& findings)
{
    if (!may_be_hidden(*doubt.lookup) && !says_filtered(*doubt.lookup))
        return false;
    const auto hidden = hidden_by_resolver(view, doubt);
    if (hidden.seen.empty())
        return false;
    constexpr std::string_view kId = "resolver.filters";
    const auto where = printable(doubt.lookup->name);
    for (auto& finding : findings.all())
        if (finding.step == Step::resolve && finding.where == where && finding.part_of.empty() &&
            finding.severity != Severity::note)
            finding.part_of = kId;
    auto& finding = findings.add(kId, {severity, where, hidden.seen, Step::resolve});
    finding.decided_by = hidden.decided_by;
    finding.confidence = hidden.confidence;
    name_zone(finding, doubt.zone, doubt, view.facts());
    return true;
}

/// The same question was answered when it was asked again: then nothing is wrong with what was asked for.
bool find_failed_once(const DnsView& view, const Doubt& doubt, Severity severity, Findings& findings)
{
    const auto* again = view.made(Purpose::resolver_check, doubt.lookup->name, doubt.lookup->type);
    if (again == nullptr || !is_answer(*again))
        return false;
    auto& finding =
        findings.add("resolver.failed-once", {severity, printable(doubt.lookup->name),
                                              question_text(*doubt.lookup) + ": at first " +
                                                  came_of(*doubt.lookup) + ", then " + came_of(*again),
                                              Step::resolve});
    finding.decided_by = "the same question, asked again";
    fold_doubt(findings, "resolver.failed-once", doubt, "");
    return true;
}

void find_in_doubt(const Assessment& assessment, const DnsView& view, const Doubt& doubt, Findings& findings)
{
    find_edns_refused(doubt, findings);
    const auto severity = assessment.failure_weight();
    if (find_hidden(view, doubt, severity, findings))
        return;
    if (is_answer(*doubt.lookup)) {
        find_slow_servers(view, doubt, findings);
        return;
    }
    // A type that our own resolver drops says nothing of the zone.
    for (const auto& finding : findings.all())
        if (is_symptom(finding) && finding.where == printable(doubt.lookup->name) &&
            finding.part_of.starts_with("resolver."))
            return;
    if (doubt.circle) {
        add_circle(doubt, severity, findings);
        return;
    }
    if (find_failed_once(view, doubt, severity, findings))
        return;
    if (const auto judgement = judge_dnssec(view, doubt)) {
        add_dnssec(view, *judgement, doubt, severity, findings);
        return;
    }
    find_in_servers(view, doubt, severity, findings);
}

/// What the resolver drops or cannot fetch, folded at the names that it concerns.
void fold_partial(const DnsView& view, Findings& findings)
{
    struct Part {
        const char* id;
        LookupFailure failure;
    };
    for (const auto& part : {Part{"resolver.no-tcp", LookupFailure::truncated},
                             Part{"resolver.drops-types", LookupFailure::timed_out},
                             Part{"resolver.lacks-types", LookupFailure::not_implemented}}) {
        const auto& all = findings.all();
        if (std::none_of(all.begin(), all.end(),
                         [&](const Finding& finding) { return finding.id == part.id; }))
            continue;
        for (const auto* lookup : view.own())
            if (lookup->failure == part.failure)
                fold(findings, part.id,
                     [&](const std::string& where) { return where == printable(lookup->name); });
    }
}

} // namespace

void fold_doubt(Findings& findings, const std::string& cause, const Doubt& doubt, const std::string& zone)
{
    fold(findings, cause, [&](const std::string& where) {
        return where == printable(doubt.lookup->name) || (!zone.empty() && is_within(where, zone));
    });
}

namespace {

/// Were the endpoints that decided given by a resolver that invents addresses? One that only replaces "no
/// such name" tells the truth about names that exist.
bool lies_decide(const Assessment& assessment, const DnsView& view)
{
    const auto* impossible = view.made(Purpose::resolver_check, kImpossibleName, RecordType::a);
    if (assessment.decisive == nullptr || impossible == nullptr)
        return true;
    const auto& decisive = assessment.decisive->at_first();
    const auto& address = decisive.session->endpoint.address;
    return !proves_its_name(decisive) &&
           std::any_of(impossible->records.begin(), impossible->records.end(),
                       [&](const Record& invented) { return same_site(invented.address, address); });
}

} // namespace

void find_in_dns(const Assessment& assessment, Findings& findings)
{
    const DnsView view(*assessment.facts);
    if (view.own().empty())
        return;
    auto total = find_in_resolver(assessment, view, findings);
    if (total == "resolver.lies" && !lies_decide(assessment, view)) {
        for (auto& finding : findings.all())
            if (finding.id == total) {
                finding.severity = Severity::note;
                finding.seen += "; the addresses that were tried are others";
            }
        total.clear();
    }
    if (total == "resolver.lies") {
        // Whoever answered at an invented address, it was not the domain's mail server.
        for (auto& finding : findings.all())
            if (finding.id != total && finding.part_of.empty() && finding.severity != Severity::note)
                finding.part_of = total;
        return;
    }
    if (!total.empty()) {
        fold(findings, total, [](const std::string&) { return true; });
        return;
    }
    fold_partial(view, findings);
    for (const auto& doubt : view.doubts())
        find_in_doubt(assessment, view, doubt, findings);
    // Then it was not on the way to the resolver that questions were lost.
    const bool servers_dead =
        std::any_of(findings.all().begin(), findings.all().end(),
                    [](const Finding& finding) { return finding.id == "zone.some-servers-dead"; });
    for (auto& finding : findings.all())
        if (servers_dead && finding.id == "resolver.lossy")
            finding.part_of = "zone.some-servers-dead";
}

} // namespace smtpprobe
