// SPDX-License-Identifier: Apache-2.0
// Lookups and the route: what is odd about how the endpoints came about, or why there are none.
#include <algorithm>
#include <iterator>

#include "base/printable.hpp"
#include "diagnosis/assessment.hpp"

namespace smtpprobe {
namespace {

std::string question_text(const Lookup& lookup)
{
    return std::string(name(lookup.type)) + " of " + printable(lookup.name);
}

std::string lookup_seen(const Lookup& lookup)
{
    std::string text = question_text(lookup) + ": ";
    switch (lookup.outcome) {
    case LookupOutcome::found: text += std::to_string(lookup.records.size()) + " found"; break;
    case LookupOutcome::no_such_domain: text += "no such domain (NXDOMAIN)"; break;
    case LookupOutcome::no_records: text += "the name exists, without such a record"; break;
    case LookupOutcome::failed: text += name(lookup.failure); break;
    }
    if (!lookup.server.empty())
        text += ", says " + lookup.server;
    else if (lookup.attempts > 0)
        text += ", after " + std::to_string(lookup.attempts) + (lookup.attempts == 1 ? " query" : " queries");
    return text;
}

/// What a note about the route amounts to, in the order of the enum.
struct NoteWeight {
    RouteNoteKind kind;
    Severity flowing;     ///< when mail gets through all the same
    bool takes_host_away; ///< by itself it keeps a host from being tried
};

constexpr NoteWeight kNoteWeights[] = {
    {RouteNoteKind::null_mx_with_others, Severity::warning, false},
    {RouteNoteKind::null_mx_with_preference, Severity::warning, false},
    {RouteNoteKind::mx_is_alias, Severity::warning, false},
    {RouteNoteKind::mx_alias_dangling, Severity::warning, true},
    {RouteNoteKind::mx_is_address_text, Severity::warning, true},
    {RouteNoteKind::mx_name_doubled, Severity::warning, true},
    {RouteNoteKind::mx_host_missing, Severity::warning, true},
    {RouteNoteKind::mx_host_without_address, Severity::warning, true},
    {RouteNoteKind::mx_host_lookup_failed, Severity::warning, true},
    {RouteNoteKind::mx_name_invalid, Severity::warning, true},
    {RouteNoteKind::mx_duplicate, Severity::note, false},
    {RouteNoteKind::address_duplicate, Severity::note, false},
    {RouteNoteKind::address_loopback, Severity::warning, true},
    {RouteNoteKind::address_unspecified, Severity::warning, true},
    {RouteNoteKind::address_link_local, Severity::warning, true},
    {RouteNoteKind::address_multicast, Severity::warning, true},
    {RouteNoteKind::address_private, Severity::note, false},
    {RouteNoteKind::address_shared, Severity::note, false},
    {RouteNoteKind::address_documentation, Severity::note, false},
    {RouteNoteKind::address_reserved, Severity::note, false},
    {RouteNoteKind::too_many_hosts, Severity::note, false},
    {RouteNoteKind::domain_is_alias, Severity::note, false},
    {RouteNoteKind::implicit_mx, Severity::note, false},
    {RouteNoteKind::mx_lookup_failed, Severity::warning, true},
};
static_assert(std::size(kNoteWeights) == std::size(Names<RouteNoteKind>::all));

const NoteWeight& weight_of(RouteNoteKind kind) { return kNoteWeights[static_cast<std::size_t>(kind)]; }

bool not_for_everybody(RouteNoteKind kind)
{
    return kind == RouteNoteKind::address_private || kind == RouteNoteKind::address_shared ||
           kind == RouteNoteKind::address_documentation || kind == RouteNoteKind::address_reserved;
}

Severity note_weight(const RouteNote& note, const Assessment& assessment)
{
    const bool nothing_to_try = assessment.attempts.empty();
    if (note.kind == RouteNoteKind::null_mx_with_preference)
        return Severity::problem; // it takes no mail, and says so wrongly
    if (nothing_to_try && weight_of(note.kind).takes_host_away)
        return Severity::problem;
    // A private address that does not answer is the likeliest reason why.
    if (not_for_everybody(note.kind) && assessment.result == EndpointState::dead)
        return Severity::problem;
    return weight_of(note.kind).flowing;
}

std::string note_seen(const RouteNote& note)
{
    if (note.detail.empty())
        return printable(note.host);
    return printable(note.host) + " -> " + printable(note.detail);
}

/// The finding that this note only follows from; empty for none.
std::string cause_of(const RouteNote& note, const Facts& facts)
{
    if (note.kind == RouteNoteKind::mx_lookup_failed) {
        for (const auto& lookup : facts.lookups)
            if (lookup.type == RecordType::mx && lookup.outcome == LookupOutcome::failed)
                return std::string(explain(lookup).entry->id);
    }
    if (note.kind == RouteNoteKind::mx_host_missing || note.kind == RouteNoteKind::mx_host_without_address) {
        // Where the name was plainly meant to be another one, that is why it is absent.
        const auto& notes = facts.route.notes;
        if (std::any_of(notes.begin(), notes.end(), [&](const RouteNote& other) {
                return other.kind == RouteNoteKind::mx_name_doubled && other.host == note.host;
            }))
            return "route.mx-name-doubled";
    }
    return {};
}

void find_in_notes(const Assessment& assessment, Findings& findings)
{
    for (const auto& note : assessment.facts->route.notes) {
        const std::string id = "route." + std::string(name(note.kind));
        findings
            .add(id, {note_weight(note, assessment), printable(note.host), note_seen(note), Step::resolve})
            .part_of = cause_of(note, *assessment.facts);
    }
}

/// Address lookups of one family that failed while the other family gave addresses.
void find_in_partial_lookups(const Assessment& assessment, Findings& findings)
{
    const auto& route = assessment.facts->route;
    for (const auto& lookup : assessment.facts->lookups) {
        if (lookup.outcome != LookupOutcome::failed || lookup.failure == LookupFailure::cancelled ||
            (lookup.type != RecordType::a && lookup.type != RecordType::aaaa))
            continue;
        const bool used = std::any_of(route.hosts.begin(), route.hosts.end(), [&](const MailHost& host) {
            return host.name == lookup.name && !host.addresses.empty();
        });
        if (used)
            findings.add(explain(lookup),
                         {Severity::warning, printable(lookup.name), lookup_seen(lookup), Step::resolve});
    }
}

/// The lookup that says why there is no route at all.
const Lookup* reason_of_no_route(const Facts& facts)
{
    const Lookup* reason = nullptr;
    for (const auto& lookup : facts.lookups) {
        if (lookup.name != facts.route.domain || lookup.outcome == LookupOutcome::found)
            continue;
        const bool stronger = reason == nullptr || (reason->outcome == LookupOutcome::no_records &&
                                                    lookup.outcome != LookupOutcome::no_records);
        if (stronger)
            reason = &lookup;
    }
    return reason;
}

void find_null_mx(const Facts& facts, Findings& findings)
{
    const auto& notes = facts.route.notes;
    const auto odd = std::find_if(notes.begin(), notes.end(), [](const RouteNote& note) {
        return note.kind == RouteNoteKind::null_mx_with_preference;
    });
    const bool well_formed = odd == notes.end();
    auto& finding = findings.add(
        "route.null-mx",
        {Severity::problem, facts.route.domain,
         "MX of " + facts.route.domain + ": " + (well_formed ? "0" : odd->detail) + " .", Step::resolve});
    if (!well_formed)
        finding.part_of = "route.null-mx-with-preference";
}

/// No endpoint, and the lookups say why.
void find_no_route(const Facts& facts, Findings& findings)
{
    const Lookup* reason = reason_of_no_route(facts);
    if (reason == nullptr)
        return;
    const Observation observation{Severity::problem, printable(reason->name), lookup_seen(*reason),
                                  Step::resolve};
    if (reason->outcome == LookupOutcome::no_such_domain && !reason->aliases.empty())
        findings.add("route.domain-alias-dangling", observation).seen +=
            "; alias of " + printable(reason->aliases.back().name);
    else if (reason->outcome == LookupOutcome::no_records)
        findings.add(reason->type == RecordType::mx ? "route.no-mail-host" : "route.host-without-address",
                     observation);
    else
        findings.add(explain(*reason), observation);
}

} // namespace

void find_in_route(const Assessment& assessment, Findings& findings)
{
    const auto& facts = *assessment.facts;
    if (facts.route.kind == RouteKind::null_mx)
        find_null_mx(facts, findings);
    if (facts.route.kind == RouteKind::none)
        find_no_route(facts, findings);
    find_in_notes(assessment, findings);
    find_in_partial_lookups(assessment, findings);
}

} // namespace smtpprobe
