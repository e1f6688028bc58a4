// SPDX-License-Identifier: Apache-2.0
// Our own name server: dead, refusing, lying, dropping types, losing questions.
#include <algorithm>

#include "base/duration_text.hpp"
#include "base/printable.hpp"
#include "diagnosis/dns_findings.hpp"

namespace smtpprobe {
namespace {

/// A query that is lost costs at least so long; one that is refused at once costs less.
constexpr Duration kLostQuery = std::chrono::seconds(2);

/// What is wrong with the resolver as a whole or in part.
struct Trouble {
    std::string id; ///< empty: nothing
    std::string seen;
    std::string decided_by;
    Confidence confidence = Confidence::sure;
};

struct Checks {
    explicit Checks(const DnsView& view)
        : root(view.made(Purpose::resolver_check, "", RecordType::ns)),
          impossible(view.made(Purpose::resolver_check, kImpossibleName, RecordType::a))
    {
    }
    const Lookup* root;
    const Lookup* impossible;
};

bool all_fail_by(const DnsView& view, LookupFailure failure)
{
    return std::all_of(view.own().begin(), view.own().end(),
                       [&](const Lookup* lookup) { return lookup->failure == failure; });
}

std::string asked_text(const DnsView& view, const Checks& checks)
{
    std::string text;
    for (const auto* lookup : view.own())
        if (text.size() < 120)
            text += (text.empty() ? "" : ", ") + question_text(*lookup);
    if (checks.root)
        text += ", NS of the root";
    return text;
}

std::string_view id_of_total(LookupFailure failure)
{
    switch (failure) {
    case LookupFailure::connection_refused: return "resolver.closed";
    case LookupFailure::no_servers: return "resolver.none";
    case LookupFailure::unreachable: return "resolver.unreachable";
    case LookupFailure::timed_out: return "resolver.silent";
    case LookupFailure::refused: return "resolver.refuses";
    case LookupFailure::server_failure: return "resolver.fails";
    case LookupFailure::malformed: return "resolver.garbled";
    case LookupFailure::not_implemented:
    case LookupFailure::format_error:
    case LookupFailure::other_rcode: return "resolver.unusable";
    case LookupFailure::truncated:
    case LookupFailure::cname_loop:
    case LookupFailure::cancelled:
    case LookupFailure::none: break;
    }
    return {};
}

/// Nothing can be looked up at all: each question fails, and so does the one about the root.
Trouble total_failure(const DnsView& view, const Checks& checks)
{
    const auto failure = view.own().front()->failure;
    const auto id = id_of_total(failure);
    if (id.empty() || !all_fail_by(view, failure))
        return {};
    const bool nobody_there = failure == LookupFailure::connection_refused ||
                              failure == LookupFailure::no_servers || failure == LookupFailure::unreachable;
    if (!nobody_there && (!checks.root || is_answer(*checks.root)))
        return {};
    Trouble trouble{std::string(id), {}, {}, Confidence::sure};
    trouble.seen =
        own_servers_text(view) + ": " + came_of(*view.own().front()) + " to " + asked_text(view, checks);
    trouble.decided_by = nobody_there ? "every question failed so" : "NS of the root failed too";
    return trouble;
}

Trouble false_answers(const DnsView& view, const Checks& checks)
{
    if (checks.impossible && checks.impossible->outcome == LookupOutcome::found) {
        const auto& address = checks.impossible->records.front().address;
        return {"resolver.lies",
                own_servers_text(view) + " gives " + kImpossibleName + " the address " + address.text(),
                "an address of a name that cannot exist", Confidence::sure};
    }
    const auto denied = [](const Lookup* lookup) { return lookup->outcome == LookupOutcome::no_such_domain; };
    const auto checked = view.all(Purpose::resolver_check);
    const bool all_denied = std::all_of(view.own().begin(), view.own().end(), denied) &&
                            std::all_of(checked.begin(), checked.end(), denied);
    if (all_denied && checks.root && checks.root->outcome == LookupOutcome::no_such_domain)
        return {"resolver.denies-all", own_servers_text(view) + ": NXDOMAIN to " + asked_text(view, checks),
                "NXDOMAIN for the root too", Confidence::sure};
    return {};
}

/// Types that get no answer here, not even about the root.
Trouble dropped_types(const DnsView& view, LookupFailure failure, std::string_view id)
{
    std::string types;
    for (const auto* lookup : view.own()) {
        const auto* root = view.made(Purpose::resolver_check, "", lookup->type);
        const auto shown = std::string(name(lookup->type));
        if (lookup->failure == failure && root && root->failure == failure &&
            types.find(shown + " ") == std::string::npos)
            types += shown + " ";
    }
    const auto answered = std::find_if(view.own().begin(), view.own().end(),
                                       [](const Lookup* lookup) { return is_answer(*lookup); });
    if (types.empty() || answered == view.own().end())
        return {};
    types.pop_back();
    return {std::string(id),
            own_servers_text(view) + ": " +
                (failure == LookupFailure::timed_out ? "no answer to " : "NOTIMP to ") + types + ", while " +
                question_text(**answered) + " is answered",
            types + " of the root fails too", Confidence::sure};
}

Trouble without_tcp(const DnsView& view)
{
    const auto truncated = std::find_if(view.own().begin(), view.own().end(), [](const Lookup* lookup) {
        return lookup->failure == LookupFailure::truncated;
    });
    const auto* over_tcp = view.made(Purpose::over_tcp, "", RecordType::ns);
    if (truncated == view.own().end() || !over_tcp || is_answer(*over_tcp))
        return {};
    return {"resolver.no-tcp",
            question_text(**truncated) + " is truncated over UDP; NS of the root over TCP from " +
                own_servers_text(view) + ": " + came_of(*over_tcp),
            "NS of the root over TCP", Confidence::sure};
}

std::vector<const Lookup*> answered_by_resolver(const DnsView& view)
{
    std::vector<const Lookup*> answered;
    for (const auto* lookup : view.own())
        if (came_back(*lookup))
            answered.push_back(lookup);
    for (const auto* lookup : view.all(Purpose::resolver_check))
        if (came_back(*lookup))
            answered.push_back(lookup);
    return answered;
}

/// Name servers that the user named and that nobody had an answer of.
std::string never_heard(const DnsView& view, const std::vector<const Lookup*>& answered)
{
    std::string silent;
    for (const auto& server : view.facts().settings.name_servers) {
        const bool heard = std::any_of(answered.begin(), answered.end(), [&](const Lookup* lookup) {
            return address_in(lookup->server) == server.address;
        });
        if (!heard)
            silent += (silent.empty() ? "" : ", ") + server.address.text();
    }
    return silent;
}

/// Questions that had to be asked again, and what that tells.
Trouble repeated_questions(const DnsView& view)
{
    const auto answered = answered_by_resolver(view);
    std::vector<const Lookup*> repeated;
    std::copy_if(answered.begin(), answered.end(), std::back_inserter(repeated), [](const Lookup* lookup) {
        return lookup->attempts > 1 && !lookup->over_tcp && lookup->failure == LookupFailure::none;
    });
    if (repeated.empty())
        return {};
    // One alone may have been SERVFAIL the first time, of the same server.
    const bool fails_at_once = std::count_if(repeated.begin(), repeated.end(), [](const Lookup* lookup) {
                                   return lookup->took < kLostQuery;
                               }) > 1;
    const auto silent = never_heard(view, answered);
    const auto figures = std::to_string(repeated.size()) + " of " + std::to_string(answered.size()) +
                         " questions had to be asked again; " + question_text(*repeated.front()) + " took " +
                         duration_text(repeated.front()->took);
    const bool several = view.facts().settings.name_servers.size() != 1;
    if (several && !silent.empty())
        return {"resolver.one-dead", figures + "; never heard: " + silent, "who answered, and who never did",
                Confidence::likely};
    if (several && fails_at_once)
        return {"resolver.one-dead", figures, "another name server answered at once", Confidence::likely};
    return {"resolver.lossy", figures, "how often each question was asked", Confidence::likely};
}

Trouble slowness(const Checks& checks)
{
    if (!checks.root || !is_answer(*checks.root) || checks.root->attempts > 1 ||
        checks.root->took < kSlowLookup)
        return {};
    return {"resolver.slow", "NS of the root took " + duration_text(checks.root->took),
            "what every resolver has at hand took so long", Confidence::likely};
}

void add(Findings& findings, const Trouble& trouble, Severity severity, const DnsView& view)
{
    auto& finding = findings.add(trouble.id, {severity, own_servers_text(view), trouble.seen, Step::resolve});
    finding.decided_by = trouble.decided_by;
    finding.confidence = trouble.confidence;
}

} // namespace

std::string find_in_resolver(const Assessment& assessment, const DnsView& view, Findings& findings)
{
    const Checks checks(view);
    // To an address nobody needs a name.
    const auto weight =
        assessment.facts->target.kind == TargetKind::address ? Severity::note : assessment.failure_weight();
    for (const auto& trouble : {total_failure(view, checks), false_answers(view, checks)})
        if (!trouble.id.empty()) {
            add(findings, trouble, weight, view);
            return trouble.id;
        }
    for (const auto& trouble :
         {without_tcp(view), dropped_types(view, LookupFailure::timed_out, "resolver.drops-types"),
          dropped_types(view, LookupFailure::not_implemented, "resolver.lacks-types")})
        if (!trouble.id.empty())
            add(findings, trouble, weight, view);
    if (const auto trouble = repeated_questions(view); !trouble.id.empty())
        add(findings, trouble, trouble.id == "resolver.one-dead" ? Severity::warning : Severity::note, view);
    if (const auto trouble = slowness(checks); !trouble.id.empty())
        add(findings, trouble, Severity::note, view);
    const bool validates = std::any_of(view.own().begin(), view.own().end(),
                                       [](const Lookup* lookup) { return lookup->authenticated; });
    if (checks.root && checks.root->outcome == LookupOutcome::found && !checks.root->authenticated &&
        !validates)
        findings.add("resolver.not-validating", {Severity::note, own_servers_text(view),
                                                 "NS of the root came without AD", Step::resolve});
    return {};
}

} // namespace smtpprobe
