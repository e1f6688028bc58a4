// SPDX-License-Identifier: Apache-2.0
// What is not as it should be about a domain, and does not stop mail to it.
#include "diagnosis/hygiene_findings.hpp"

#include <algorithm>

#include "base/printable.hpp"
#include "diagnosis/evidence.hpp"
#include "diagnosis/hygiene.hpp"
#include "diagnosis/own_side.hpp"

namespace smtpprobe {
namespace {

constexpr std::uint32_t kLongTtl = 604800;

bool was_looked_at(const Facts& facts)
{
    return std::any_of(facts.experiments.begin(), facts.experiments.end(), [](const Experiment& experiment) {
        return experiment.purpose == Purpose::domain_policy || experiment.purpose == Purpose::domain_dmarc;
    });
}

/// The lookups that made the route: of each of its hosts, and the MX.
void find_ttls(const Facts& facts, Findings& findings)
{
    std::string zero;
    std::string long_lived;
    for (const auto& lookup : facts.lookups) {
        if (lookup.outcome != LookupOutcome::found || lookup.from_hosts_file)
            continue;
        auto& text = lookup.ttl == 0 ? zero : long_lived;
        if (lookup.ttl == 0 || lookup.ttl >= kLongTtl)
            text += (text.empty() ? "" : "; ") + std::string(name(lookup.type)) + " of " +
                    printable(lookup.name, 100) + ": TTL " + std::to_string(lookup.ttl);
    }
    const auto add = [&](std::string_view id, const std::string& seen) {
        if (!seen.empty())
            findings
                .add(id,
                     {Severity::note, printable(facts.route.domain, 255), printable(seen, 400), std::nullopt})
                .confidence = Confidence::likely; // the resolver may have counted it down, or shortened it
    };
    add("hygiene.ttl-zero", zero);
    add("hygiene.ttl-long", long_lived);
}

void find_no_ipv6(const Facts& facts, Findings& findings)
{
    std::string seen;
    for (const auto& host : facts.route.hosts) {
        for (const auto& address : host.addresses)
            if (address.family() == Family::ipv6)
                return;
        const auto asked =
            std::find_if(facts.lookups.begin(), facts.lookups.end(), [&](const Lookup& lookup) {
                return lookup.type == RecordType::aaaa && lookup.name == host.name;
            });
        if (asked == facts.lookups.end() || asked->outcome == LookupOutcome::failed)
            return;
        seen += (seen.empty() ? "no AAAA record of " : ", ") + printable(host.name, 100);
    }
    if (!facts.route.endpoints.empty() && !seen.empty())
        findings.add("hygiene.no-ipv6", {Severity::note, printable(facts.route.domain, 255),
                                         printable(seen, 400), std::nullopt});
}

void find_single_host(const Facts& facts, Findings& findings)
{
    const auto& hosts = facts.route.hosts;
    if (facts.route.kind != RouteKind::mx || hosts.size() != 1 || hosts.front().addresses.empty())
        return;
    const auto& addresses = hosts.front().addresses;
    const auto of_ipv4 = std::count_if(addresses.begin(), addresses.end(), [](const IpAddress& address) {
        return address.family() == Family::ipv4;
    });
    const auto of_ipv6 = static_cast<std::ptrdiff_t>(addresses.size()) - of_ipv4;
    if (of_ipv4 <= 1 && of_ipv6 <= 1)
        findings.add("hygiene.single-mx", {Severity::note, printable(facts.route.domain, 255),
                                           "the only MX is " + printable(hosts.front().name, 200) +
                                               (addresses.size() == 1 ? ", with one address"
                                                                      : ", with one address of each family"),
                                           std::nullopt});
}

void find_postmaster(const Facts& facts, Severity weight, Findings& findings)
{
    for (const auto& experiment : facts.experiments) {
        const auto* session = std::get_if<Session>(&experiment.what);
        if (experiment.purpose != Purpose::postmaster || session == nullptr)
            continue;
        const SessionView view(*session);
        for (const auto& recipient : view.recipients)
            if (recipient.answer != nullptr && recipient.answer->reply.code_class() == 5)
                findings
                    .add("hygiene.no-postmaster",
                         {weight, view.where(),
                          printable(recipient.mailbox, 200) + ": " + quoted(recipient.answer->reply),
                          Step::rcpt})
                    .decided_by = "RCPT of postmaster, in a conversation of its own";
    }
}

} // namespace

void find_in_hygiene(const Assessment& assessment, Findings& findings)
{
    const auto& facts = *assessment.facts;
    if (hygiene_domain(facts).empty() || !was_looked_at(facts))
        return;
    // Beside a real problem all of this is a note: it must not lead, nor look like the cause.
    const auto weight = assessment.mail_flows() ? Severity::warning : Severity::note;
    find_in_spf(facts, weight, findings);
    find_in_dmarc(facts, weight, findings);
    find_postmaster(facts, weight, findings);
    find_in_host_names(assessment, findings);
    find_no_ipv6(facts, findings);
    find_single_host(facts, findings);
    find_ttls(facts, findings);
}

} // namespace smtpprobe
