// SPDX-License-Identifier: Apache-2.0
// The verdict, its leading finding, and the sentence that says both.
#include <algorithm>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "diagnosis/assessment.hpp"
#include "diagnosis/auth_findings.hpp"
#include "diagnosis/message_findings.hpp"
#include "diagnosis/own_side_diagnosis.hpp"

namespace smtpprobe {
namespace {

bool any_of_weight(const std::vector<Finding>& findings, Severity severity)
{
    return std::any_of(findings.begin(), findings.end(),
                       [&](const Finding& finding) { return finding.severity == severity; });
}

bool has(const std::vector<Finding>& findings, std::string_view id)
{
    return std::any_of(findings.begin(), findings.end(),
                       [&](const Finding& finding) { return finding.id == id; });
}

/// Without an endpoint, the lookups decide.
Verdict verdict_without_endpoint(const Facts& facts, const std::vector<Finding>& findings)
{
    if (facts.route.kind == RouteKind::null_mx)
        return Verdict::takes_no_mail;
    if (facts.interrupted || facts.lookups.empty())
        return Verdict::inconclusive;
    switch (dns_blame(findings)) {
    case DnsBlame::own_side: return Verdict::inconclusive;
    case DnsBlame::domain: return Verdict::unreachable;
    case DnsBlame::nobody: break;
    }
    for (const auto& lookup : facts.lookups) {
        switch (lookup.failure) {
        case LookupFailure::none:
        case LookupFailure::server_failure: // every sender's resolver says the same
        case LookupFailure::cname_loop: break;
        case LookupFailure::refused: // these may be our own resolver's fault
        case LookupFailure::not_implemented:
        case LookupFailure::format_error:
        case LookupFailure::other_rcode:
        case LookupFailure::timed_out:
        case LookupFailure::malformed:
        case LookupFailure::connection_refused:
        case LookupFailure::unreachable:
        case LookupFailure::truncated:
        case LookupFailure::no_servers:
        case LookupFailure::cancelled: return Verdict::inconclusive;
        }
    }
    return Verdict::unreachable;
}

/// Does nothing at all get out from here? Then nothing was learnt about anybody.
bool network_is_dead(const std::vector<Finding>& findings)
{
    return std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
        return finding.severity == Severity::problem &&
               (finding.id == "connect.network-dead-here" || finding.id == "connect.no-way-out");
    });
}

Verdict verdict_of(const Assessment& assessment, const std::vector<Finding>& findings)
{
    if (assessment.attempts.empty())
        return verdict_without_endpoint(*assessment.facts, findings);
    if (network_is_dead(findings))
        return Verdict::inconclusive;
    const bool lied_to = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
        return finding.id == "resolver.lies" && finding.severity != Severity::note;
    });
    if (!assessment.mail_flows() && lied_to)
        return Verdict::inconclusive; // whoever was talked to, it need not be the domain's server
    switch (assessment.result) {
    case EndpointState::works:
        return any_of_weight(findings, Severity::warning) || any_of_weight(findings, Severity::problem)
                   ? Verdict::accepts_with_problems
                   : Verdict::accepts;
    case EndpointState::some_refused: return Verdict::accepts_with_problems;
    case EndpointState::defers: return Verdict::defers;
    case EndpointState::refuses: return Verdict::refuses;
    case EndpointState::no_mail: return Verdict::takes_no_mail;
    case EndpointState::dead:
        if (delivery_is_unknown(assessment))
            return Verdict::inconclusive;
        return has(findings, "connect.refused-at-times") || has(findings, "session.fails-at-times")
                   ? Verdict::defers
                   : Verdict::unreachable;
    case EndpointState::unfinished:
    case EndpointState::untried: return Verdict::inconclusive;
    }
    return Verdict::inconclusive;
}

/// Could we not find out for want of a network of our own?
bool no_network_here(const Assessment& assessment, const std::vector<Finding>& findings)
{
    if (has(findings, "probe.no-local-network") || network_is_dead(findings))
        return true;
    const auto& lookups = assessment.facts->lookups;
    return assessment.attempts.empty() && !lookups.empty() &&
           std::all_of(lookups.begin(), lookups.end(), [](const Lookup& lookup) {
               return lookup.failure == LookupFailure::unreachable ||
                      lookup.failure == LookupFailure::no_servers;
           });
}

Outcome outcome_of(Verdict verdict, const Assessment& assessment, const std::vector<Finding>& findings)
{
    if (no_network_here(assessment, findings))
        return Outcome::unknown;
    switch (verdict) {
    case Verdict::accepts: return Outcome::ok;
    case Verdict::accepts_with_problems:
        return any_of_weight(findings, Severity::problem) ? Outcome::problem : Outcome::warning;
    case Verdict::defers:
        return any_of_weight(findings, Severity::problem) ? Outcome::problem : Outcome::warning;
    case Verdict::refuses:
    case Verdict::unreachable:
    case Verdict::takes_no_mail: return Outcome::problem;
    case Verdict::inconclusive:
        if (delivery_is_unknown(assessment))
            return Outcome::problem; // it may come twice, or never
        // A name that does not resolve is a problem; that we were stopped is not an answer.
        // Neither is that of a resolver at fault.
        return assessment.attempts.empty() && !assessment.facts->interrupted &&
                       !assessment.facts->lookups.empty() && dns_blame(findings) != DnsBlame::own_side
                   ? Outcome::problem
                   : Outcome::unknown;
    }
    return Outcome::unknown;
}

/// The finding that this one follows from in the end; itself where it follows from none.
const Finding* root_of(const std::vector<Finding>& findings, const Finding& symptom)
{
    const auto* root = &symptom;
    // Each step goes to another finding; more of them than findings would be a circle.
    for (std::size_t steps = 0; steps < findings.size() && !root->part_of.empty(); ++steps) {
        const Finding* cause = nullptr;
        for (const auto& finding : findings)
            if (finding.id == root->part_of && (cause == nullptr || finding.where == root->where))
                cause = &finding;
        if (cause == nullptr)
            break;
        root = cause;
    }
    return root;
}

/// What lies behind that which decided at the endpoint that decided.
const Finding* of_decisive_endpoint(const Assessment& assessment, const std::vector<Finding>& findings)
{
    if (assessment.decisive == nullptr || assessment.result == EndpointState::works)
        return nullptr;
    const auto& view = assessment.decisive->effective();
    const Finding* follower = nullptr;
    for (const auto& finding : findings) {
        if (finding.where != view.where() || finding.step != view.decided_at ||
            finding.severity == Severity::note)
            continue;
        if (finding.part_of.empty())
            return &finding;
        if (follower == nullptr)
            follower = &finding;
    }
    return follower != nullptr ? root_of(findings, *follower) : nullptr;
}

/// What outweighs the symptom at the endpoint: it is why the symptom is there.
const Finding* root_cause(const std::vector<Finding>& findings, const Assessment& assessment)
{
    if (assessment.mail_flows())
        return nullptr;
    for (const auto id : {"probe.no-local-network", "route.address-private", "route.address-shared",
                          "route.address-documentation", "route.address-reserved", "middlebox.banner-masked"})
        for (const auto& finding : findings)
            if (finding.id == id && finding.severity == Severity::problem)
                return &finding;
    return nullptr;
}

const Finding* leading(const Assessment& assessment, const std::vector<Finding>& findings)
{
    if (const auto* cause = root_cause(findings, assessment))
        return cause;
    if (const auto* decisive = of_decisive_endpoint(assessment, findings))
        return decisive;
    for (const auto severity : {Severity::problem, Severity::warning})
        for (const auto& finding : findings)
            if (finding.severity == severity && finding.part_of.empty())
                return &finding;
    for (const auto id : {"arrival.arrived", "message.accepted", "ok.accepts", "ok.recipient-accepted"})
        for (const auto& finding : findings)
            if (finding.id == id)
                return &finding;
    return findings.empty() ? nullptr : &findings.front();
}

std::string target_text(const Target& target)
{
    if (target.kind == TargetKind::mailbox)
        return printable(target.mailbox, 200);
    return printable(target.shown_name.empty() ? target.text : target.shown_name, 200);
}

/// A title within a sentence: `The name does not exist` -> `the name does not exist`; `TLS …` stays.
std::string within_sentence(std::string title)
{
    const bool plain_word =
        title.starts_with("A ") || (title.size() > 1 && title[1] >= 'a' && title[1] <= 'z');
    if (plain_word)
        title[0] = to_lower(title[0]);
    return title;
}

std::string headline_of(const Diagnosis& diagnosis, const Assessment& assessment)
{
    const auto target = target_text(assessment.facts->target);
    const auto because = diagnosis.findings.empty() ? std::string("nothing was learnt")
                                                    : within_sentence(diagnosis.findings.front().title);
    auto of_message = message_headline(assessment, target);
    switch (diagnosis.verdict) {
    case Verdict::accepts: {
        const auto& view = assessment.decisive->effective();
        if (!of_message.empty())
            return of_message;
        if (!view.recipients.empty())
            return "Mail for " + target + " is accepted" +
                   (view.tls != nullptr ? ", over " + view.tls->version + "." : ".");
        return target + " answers and is ready to take mail" +
               (view.tls != nullptr ? " over " + view.tls->version : "") + " (no recipient was asked about).";
    }
    case Verdict::accepts_with_problems:
        if (!diagnosis.findings.empty() && diagnosis.findings.front().id == "arrival.not-in-time")
            return of_message;
        return "Mail to " + target + " gets through, but: " + because + ".";
    case Verdict::refuses: return target + " refuses mail: " + because + ".";
    case Verdict::defers: return target + " puts mail off for now: " + because + ".";
    case Verdict::unreachable: return "Mail cannot reach " + target + ": " + because + ".";
    case Verdict::takes_no_mail:
        if (assessment.facts->route.kind == RouteKind::null_mx)
            return target + " takes no mail, and says so itself in DNS (null MX).";
        return target + " takes no mail: " + because + ".";
    case Verdict::inconclusive:
        if (delivery_is_unknown(assessment))
            return of_message;
        return "Could not find out about " + target + ": " + because + ".";
    }
    return {};
}

} // namespace

Diagnosis diagnose(const Facts& facts)
{
    const auto assessment = assess(facts);
    Findings findings;
    find_in_route(assessment, findings);
    find_in_sessions(assessment, findings);
    find_across_endpoints(assessment, findings);
    find_in_hygiene(assessment, findings);
    find_each_mechanism(assessment, findings);
    find_in_checks(assessment, findings);
    find_in_message(assessment, findings);
    if (facts.interrupted)
        findings.add("probe.interrupted",
                     {Severity::note, "", "the probe was interrupted before its end", std::nullopt});

    find_in_dns(assessment, findings);
    fold_dead_names(findings);
    find_own_side(assessment, findings);
    if (facts.target.kind == TargetKind::self)
        return diagnose_own_side(facts, std::move(findings));

    Diagnosis diagnosis;
    diagnosis.verdict = verdict_of(assessment, findings.all());
    diagnosis.outcome = outcome_of(diagnosis.verdict, assessment, findings.all());
    if (const auto* lead = leading(assessment, findings.all())) {
        diagnosis.who = lead->who;
        if (diagnosis.outcome != Outcome::ok)
            diagnosis.failed_step = lead->step;
        diagnosis.findings = ordered(findings.all(), lead->id);
        name_places(diagnosis.findings, facts);
    }
    diagnosis.headline = headline_of(diagnosis, assessment);
    return diagnosis;
}

} // namespace smtpprobe
