// SPDX-License-Identifier: Apache-2.0
// Why lookups failed: our own resolver, the zone's name servers, or DNSSEC.
#include "diagnosis/dns_findings.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/duration_text.hpp"
#include "base/printable.hpp"
#include "diagnosis/dnssec.hpp"

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

void fold_doubt(Findings& findings, const std::string& cause, const Doubt& doubt, const std::string& zone)
{
    fold(findings, cause, [&](const std::string& where) {
        return where == printable(doubt.lookup->name) || (!zone.empty() && is_within(where, zone));
    });
}

std::string state_text(const Authority& server)
{
    switch (server.state) {
    case AuthorityState::unasked: return "not asked";
    case AuthorityState::no_address: return "no address";
    case AuthorityState::address_failed: return "its address cannot be looked up";
    case AuthorityState::forbidden: return "an address that cannot be right";
    case AuthorityState::silent: return "no answer";
    case AuthorityState::closed: return "port closed";
    case AuthorityState::unreachable: return "unreachable";
    case AuthorityState::lame: return "an answer without authority";
    case AuthorityState::server_failure:
    case AuthorityState::refused:
    case AuthorityState::garbled: return came_of(*server.answer);
    case AuthorityState::no_tcp: return "truncated, and no answer over TCP";
    case AuthorityState::good: return "answers";
    }
    return {};
}

std::string servers_text(const Doubt& doubt)
{
    std::string text;
    for (const auto& server : doubt.servers)
        text += (text.empty() ? "" : "; ") + server.text() + ": " + state_text(server);
    return text;
}

/// The finding where all servers fail in the same way.
std::string_view id_of(AuthorityState state)
{
    switch (state) {
    case AuthorityState::no_address:
    case AuthorityState::address_failed:
    case AuthorityState::forbidden: return "zone.servers-without-address";
    case AuthorityState::silent: return "zone.servers-silent";
    case AuthorityState::closed: return "zone.servers-closed";
    case AuthorityState::unreachable: return "zone.servers-unreachable";
    case AuthorityState::server_failure: return "zone.servers-fail";
    case AuthorityState::refused: return "zone.servers-refuse";
    case AuthorityState::garbled: return "zone.servers-garbled";
    case AuthorityState::no_tcp: return "zone.servers-no-tcp";
    case AuthorityState::lame: return "zone.servers-lame";
    case AuthorityState::unasked:
    case AuthorityState::good: break;
    }
    return {};
}

/// Did any authoritative server answer us directly? Else DNS to the outside may be blocked here.
bool direct_questions_work(const DnsView& view)
{
    for (const auto purpose : {Purpose::delegation, Purpose::authoritative})
        for (const auto* lookup : view.all(purpose))
            if (lookup->direct && came_back(*lookup))
                return true;
    return false;
}

bool other_type_answers(const DnsView& view, const Doubt& doubt)
{
    return std::any_of(view.own().begin(), view.own().end(), [&](const Lookup* lookup) {
        return lookup->name == doubt.lookup->name && lookup->type != doubt.lookup->type &&
               (lookup->outcome == LookupOutcome::found || lookup->outcome == LookupOutcome::no_records);
    });
}

/// Where all servers fail about the question in doubt: the finding's id; empty where one of them answers.
std::string all_servers_fail(const DnsView& view, const Doubt& doubt)
{
    const auto& servers = doubt.servers;
    if (servers.empty() || std::any_of(servers.begin(), servers.end(),
                                       [](const Authority& server) { return id_of(server.state).empty(); }))
        return {};
    if (other_type_answers(view, doubt))
        return "zone.drops-types";
    const auto id = id_of(servers.front().state);
    const bool alike = std::all_of(servers.begin(), servers.end(),
                                   [&](const Authority& server) { return id_of(server.state) == id; });
    return alike ? std::string(id) : "zone.servers-broken";
}

bool somebody_answers(const Doubt& doubt)
{
    return std::any_of(doubt.servers.begin(), doubt.servers.end(),
                       [](const Authority& server) { return server.state == AuthorityState::good; });
}

void name_zone(Finding& finding, const std::string& zone, const Doubt& doubt)
{
    name_in_steps(finding, "ZONE", zone);
    name_in_steps(finding, "NAME", doubt.question.name);
    name_in_steps(finding, "TYPE", std::string(name(doubt.question.type)));
    for (const auto& server : doubt.servers)
        if (server.state != AuthorityState::good && server.address) {
            name_in_steps(finding, "SERVER", server.address->text());
            break;
        }
}

void add_dnssec(const DnssecJudgement& judgement, const Doubt& doubt, Severity severity, Findings& findings)
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
    name_zone(finding, judgement.zone, doubt);
    fold_doubt(findings, id, doubt, judgement.zone);
}

void add_servers(const DnsView& view, const std::string& id, const Doubt& doubt, Severity severity,
                 Findings& findings)
{
    auto& finding =
        findings.add(id, {severity, printable(doubt.lookup->name),
                          "zone " + printable(doubt.zone, 100) + ": " + servers_text(doubt), Step::resolve});
    const bool asked = std::any_of(doubt.servers.begin(), doubt.servers.end(),
                                   [](const Authority& server) { return server.answer != nullptr; });
    finding.decided_by = asked ? "every name server asked directly" : "the addresses of the name servers";
    if (asked && !direct_questions_work(view)) {
        finding.decided_by += ", and the resolver; no server at all answers direct questions from here";
        finding.confidence = Confidence::likely;
    }
    name_zone(finding, doubt.zone, doubt);
    fold_doubt(findings, id, doubt, id == "zone.drops-types" ? "" : doubt.zone);
}

void find_slow_servers(const Doubt& doubt, Findings& findings)
{
    std::string dead;
    std::string alive;
    for (const auto& server : doubt.servers) {
        auto& text = server.state == AuthorityState::good ? alive : dead;
        if (server.state != AuthorityState::unasked)
            text += (text.empty() ? "" : "; ") + server.text() + ": " + state_text(server);
    }
    if (dead.empty() || alive.empty())
        return;
    auto& finding = findings.add("zone.some-servers-dead",
                                 {Severity::warning, printable(doubt.zone),
                                  dead + "; " + alive + "; " + question_text(*doubt.lookup) +
                                      (is_answer(*doubt.lookup) ? " took " + duration_text(doubt.lookup->took)
                                                                : ": " + came_of(*doubt.lookup)),
                                  Step::resolve});
    finding.decided_by = "every name server asked directly";
    name_zone(finding, doubt.zone, doubt);
}

void find_edns_refused(const Doubt& doubt, Findings& findings)
{
    for (const auto& server : doubt.servers)
        if (server.answer && server.answer->edns_refused && server.state == AuthorityState::good) {
            auto& finding =
                findings.add("zone.edns-refused",
                             {Severity::warning, printable(doubt.zone),
                              server.text() + ": FORMERR with EDNS, an answer without", Step::resolve});
            finding.decided_by = "the name server asked directly";
            name_in_steps(finding, "ZONE", doubt.zone);
            name_in_steps(finding, "SERVER", server.address->text());
            return;
        }
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

void find_in_doubt(const Assessment& assessment, const DnsView& view, const Doubt& doubt, Findings& findings)
{
    find_edns_refused(doubt, findings);
    if (is_answer(*doubt.lookup)) {
        find_slow_servers(doubt, findings);
        return;
    }
    // A type that our own resolver drops says nothing of the zone.
    for (const auto& finding : findings.all())
        if (is_symptom(finding) && finding.where == printable(doubt.lookup->name) &&
            finding.part_of.starts_with("resolver."))
            return;
    const auto severity = assessment.failure_weight();
    if (doubt.circle) {
        add_circle(doubt, severity, findings);
        return;
    }
    if (const auto judgement = judge_dnssec(view, doubt)) {
        add_dnssec(*judgement, doubt, severity, findings);
        return;
    }
    if (const auto id = all_servers_fail(view, doubt); !id.empty()) {
        add_servers(view, id, doubt, severity, findings);
        return;
    }
    find_slow_servers(doubt, findings);
    if (!somebody_answers(doubt))
        return;
    auto& finding = findings.add("resolver.fails-alone",
                                 {severity, printable(doubt.lookup->name),
                                  question_text(*doubt.lookup) + ": " + came_of(*doubt.lookup) + " from " +
                                      own_servers_text(view) + "; " + servers_text(doubt),
                                  Step::resolve});
    finding.decided_by = "the zone's name servers asked directly";
    finding.confidence = Confidence::likely;
    name_zone(finding, doubt.zone, doubt);
    fold_doubt(findings, "resolver.fails-alone", doubt, "");
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

void find_in_dns(const Assessment& assessment, Findings& findings)
{
    const DnsView view(*assessment.facts);
    if (view.own().empty())
        return;
    const auto total = find_in_resolver(assessment, view, findings);
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
