// SPDX-License-Identifier: Apache-2.0
// The names of mail hosts: what PTR says of their addresses, and what they call themselves.
#include <algorithm>

#include "base/printable.hpp"
#include "diagnosis/hygiene.hpp"
#include "diagnosis/hygiene_findings.hpp"
#include "diagnosis/own_side.hpp"

namespace smtpprobe {
namespace {

/// Addresses of a name, as far as they were looked up; of one host, or of all.
struct NamedAddresses {
    bool known = false; ///< both families were asked, and answered
    bool missing = false;
    std::vector<IpAddress> addresses;

    bool has(const IpAddress& address) const
    {
        return std::find(addresses.begin(), addresses.end(), address) != addresses.end();
    }
    std::string text() const
    {
        std::string all;
        for (const auto& address : addresses)
            if (all.size() < 100)
                all += (all.empty() ? "" : ", ") + address.text();
        return all;
    }
};

NamedAddresses addresses_of(const Facts& facts, std::string_view name,
                            std::initializer_list<RecordType> types)
{
    NamedAddresses named;
    named.known = true;
    for (const auto type : types) {
        const auto* lookup = lookup_made(facts, Purpose::host_address, name, type);
        named.known = named.known && lookup != nullptr && lookup->outcome != LookupOutcome::failed;
        if (lookup == nullptr)
            continue;
        named.missing = lookup->outcome == LookupOutcome::no_such_domain;
        for (const auto& record : lookup->records)
            named.addresses.push_back(record.address);
    }
    return named;
}

void find_pointers(const Facts& facts, const Endpoint& endpoint, Findings& findings)
{
    const auto& address = endpoint.address;
    const auto* lookup = lookup_made(facts, Purpose::host_name, address.reverse_name(), RecordType::ptr);
    if (lookup == nullptr || lookup->outcome == LookupOutcome::failed)
        return;
    const auto where = endpoint.text();
    if (lookup->records.empty()) {
        findings
            .add("hygiene.no-ptr", {Severity::note, where,
                                    "PTR of " + address.text() +
                                        (lookup->outcome == LookupOutcome::no_such_domain
                                             ? ": no such domain (NXDOMAIN)"
                                             : ": the name exists, without such a record"),
                                    std::nullopt})
            .decided_by = "PTR lookup";
        return;
    }
    std::string seen;
    for (const auto& name : pointed_names(facts, address)) {
        const auto named = addresses_of(facts, name, {record_type_of(address.family())});
        if (!named.known || named.has(address))
            return;
        seen +=
            (seen.empty() ? address.text() + " is named " : "; and ") + printable(name, 200) +
            (named.addresses.empty() ? ", which has no address of its kind" : ", which has " + named.text());
    }
    if (!seen.empty())
        findings.add("hygiene.ptr-unconfirmed", {Severity::note, where, std::move(seen), std::nullopt})
            .decided_by = "PTR lookup, and the addresses of the name";
}

void find_spoken(const Facts& facts, const SessionView& view, Findings& findings)
{
    const auto& address = view.session->endpoint.address;
    for (const auto& name : spoken_names(facts, view)) {
        const auto named = addresses_of(facts, name, {RecordType::a, RecordType::aaaa});
        const auto pointed = pointed_names(facts, address);
        const bool is_pointed = std::find(pointed.begin(), pointed.end(), name) != pointed.end();
        if (!named.known || named.has(address) || is_pointed)
            continue;
        const bool unresolved = named.addresses.empty();
        const auto seen = "names itself " + printable(name, 200) +
                          (!unresolved     ? ", which has " + named.text()
                           : named.missing ? ": no such domain (NXDOMAIN)"
                                           : ", which has no address");
        auto& finding = findings.add(unresolved ? "hygiene.name-unresolved" : "hygiene.name-elsewhere",
                                     {Severity::note, view.where(), seen, std::nullopt});
        finding.decided_by = "address lookups of the name";
        // Many addresses of one service share a name; which of them a client meets changes.
        if (!unresolved)
            finding.confidence = Confidence::likely;
    }
}

} // namespace

void find_in_host_names(const Assessment& assessment, Findings& findings)
{
    const auto& facts = *assessment.facts;
    for (const auto& endpoint : hygiene_endpoints(facts))
        find_pointers(facts, endpoint, findings);
    for (const auto& attempt : assessment.attempts)
        find_spoken(facts, attempt.main, findings);
}

} // namespace smtpprobe
