// SPDX-License-Identifier: Apache-2.0
// The zone's name servers, each asked directly.
#include <algorithm>

#include "base/duration_text.hpp"
#include "base/printable.hpp"
#include "diagnosis/dns_findings.hpp"

namespace smtpprobe {
namespace {

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

/// Did any authoritative server answer us directly, as only such a one can? Else DNS to the outside may be
/// blocked here, or something else may answer in their place.
bool direct_questions_work(const DnsView& view)
{
    for (const auto purpose : {Purpose::delegation, Purpose::authoritative})
        for (const auto* lookup : view.all(purpose))
            if (speaks_with_authority(*lookup))
                return true;
    return false;
}

/// What the parent's servers say where none of all servers speaks as one: somebody answers for them. Null
/// where that is not so.
const Lookup* answer_of_interceptor(const DnsView& view)
{
    if (direct_questions_work(view))
        return nullptr;
    for (const auto* lookup : view.all(Purpose::delegation))
        if (lookup->direct && came_back(*lookup))
            return lookup;
    return nullptr;
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

/// Has this machine an address of a family that one of the servers has? Where it is not known: yes.
bool has_family_of(const Facts& facts, const Doubt& doubt)
{
    const auto& own = facts.own_addresses;
    return own.empty() || std::any_of(own.begin(), own.end(), [&](const IpAddress& address) {
               return std::any_of(doubt.servers.begin(), doubt.servers.end(), [&](const Authority& server) {
                   return server.address && server.address->family() == address.family();
               });
           });
}

bool somebody_answers(const Doubt& doubt)
{
    return std::any_of(doubt.servers.begin(), doubt.servers.end(),
                       [](const Authority& server) { return server.state == AuthorityState::good; });
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
    if (id == "zone.servers-unreachable")
        finding.confidence = Confidence::likely; // it may be our own network that has no way there
    if (asked && !direct_questions_work(view)) {
        finding.decided_by += ", and the resolver; no server at all answers direct questions from here";
        finding.confidence = Confidence::likely;
    }
    name_zone(finding, doubt.zone, doubt, view.facts());
    fold_doubt(findings, id, doubt, id == "zone.drops-types" ? "" : doubt.zone);
}

} // namespace

void find_slow_servers(const DnsView& view, const Doubt& doubt, Findings& findings)
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
    name_zone(finding, doubt.zone, doubt, view.facts());
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

void find_in_servers(const DnsView& view, const Doubt& doubt, Severity severity, Findings& findings)
{
    if (const auto* answer = answer_of_interceptor(view)) {
        auto& finding = findings.add(
            "resolver.intercepted",
            {severity, printable(doubt.lookup->name),
             "asked directly about " + question_text(*answer) + ", " + answer->server +
                 ", a name server of the parent zone, says: " + came_of(*answer) + ", without authority; " +
                 question_text(*doubt.lookup) + ": " + came_of(*doubt.lookup),
             Step::resolve});
        finding.decided_by = "the parent's name servers, asked directly";
        finding.confidence = Confidence::likely;
        fold_doubt(findings, "resolver.intercepted", doubt, "");
        return;
    }
    if (const auto id = all_servers_fail(view, doubt); !id.empty()) {
        // Servers of a family that this machine has no way for are not theirs to mend.
        if (id == "zone.servers-unreachable" && !has_family_of(view.facts(), doubt))
            return;
        add_servers(view, id, doubt, severity, findings);
        return;
    }
    find_slow_servers(view, doubt, findings);
    if (!somebody_answers(doubt))
        return;
    auto& finding = findings.add("resolver.fails-alone",
                                 {severity, printable(doubt.lookup->name),
                                  question_text(*doubt.lookup) + ": " + came_of(*doubt.lookup) + " from " +
                                      own_servers_text(view) + "; " + servers_text(doubt),
                                  Step::resolve});
    finding.decided_by = "the zone's name servers asked directly";
    finding.confidence = Confidence::likely;
    name_zone(finding, doubt.zone, doubt, view.facts());
    fold_doubt(findings, "resolver.fails-alone", doubt, "");
}

} // namespace smtpprobe
