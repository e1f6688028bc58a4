// SPDX-License-Identifier: Apache-2.0
// How questions, answers and name servers are told, and whom the findings blame.
#include <algorithm>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "diagnosis/dns_findings.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMaxSuffixes = 5;

/// Where it is not the domain's own name that fails, but that of its mail host.
void name_host(std::string& title)
{
    for (const auto& [ours, theirs] : {std::pair("domain's", "mail host's"),
                                       {"of the domain", "of the mail host"},
                                       {"The domain should", "The mail host's zone should"}})
        if (const auto at = title.find(ours); at != std::string::npos) {
            title.replace(at, std::string_view(ours).size(), theirs);
            return;
        }
}

} // namespace

std::vector<std::string> suffixes_of(const std::string& name)
{
    std::vector<std::string> suffixes;
    for (auto rest = name; !rest.empty() && suffixes.size() < kMaxSuffixes;) {
        suffixes.push_back(rest);
        const auto dot = rest.find('.');
        rest = dot == std::string::npos ? std::string() : rest.substr(dot + 1);
    }
    return suffixes;
}

bool is_within(const std::string& name, const std::string& zone)
{
    return zone.empty() || name == zone || name.ends_with("." + zone);
}

bool is_answer(const Lookup& lookup) { return lookup.outcome != LookupOutcome::failed; }

bool may_be_hidden(const Lookup& lookup)
{
    // Whether an address has a name is nothing that filters hide, and nothing that mail to it needs.
    if (lookup.type != RecordType::mx && lookup.type != RecordType::a && lookup.type != RecordType::aaaa)
        return false;
    if (lookup.outcome == LookupOutcome::found)
        return std::all_of(lookup.records.begin(), lookup.records.end(), [](const Record& record) {
            const bool is_address = record.type == RecordType::a || record.type == RecordType::aaaa;
            return is_address && record.address.scope() == AddressScope::unspecified;
        });
    return lookup.outcome == LookupOutcome::no_such_domain || says_filtered(lookup);
}

bool says_filtered(const Lookup& lookup)
{
    return lookup.extended_error >= 15 && lookup.extended_error <= 18;
}

bool speaks_with_authority(const Lookup& lookup)
{
    const auto is_ns = [](const Record& record) { return record.type == RecordType::ns; };
    return lookup.direct && is_answer(lookup) &&
           (lookup.authoritative || std::any_of(lookup.referral.begin(), lookup.referral.end(), is_ns));
}

bool is_denied_above(const DnsView& view, const Doubt& doubt)
{
    const auto answers = view.all(Purpose::delegation);
    return std::any_of(answers.begin(), answers.end(), [&](const Lookup* answer) {
        return answer->direct && answer->authoritative && answer->outcome == LookupOutcome::no_such_domain &&
               equal_ignoring_case(answer->name, doubt.question.name);
    });
}

bool came_back(const Lookup& lookup)
{
    switch (lookup.failure) {
    case LookupFailure::timed_out:
    case LookupFailure::connection_refused:
    case LookupFailure::unreachable:
    case LookupFailure::no_servers:
    case LookupFailure::cancelled: return false;
    case LookupFailure::none:
    case LookupFailure::server_failure:
    case LookupFailure::refused:
    case LookupFailure::not_implemented:
    case LookupFailure::format_error:
    case LookupFailure::other_rcode:
    case LookupFailure::malformed:
    case LookupFailure::truncated:
    case LookupFailure::cname_loop: return true;
    }
    return false;
}

std::optional<IpAddress> address_in(const std::string& server)
{
    const auto colon = server.rfind(':');
    auto text = server.substr(0, colon);
    if (text.starts_with('[') && text.ends_with(']'))
        text = text.substr(1, text.size() - 2);
    return IpAddress::parse(text);
}

std::string own_servers_text(const DnsView& view)
{
    std::string text;
    for (const auto& server : view.facts().settings.name_servers)
        text += (text.empty() ? "" : ", ") + server.address.text();
    if (text.empty())
        for (const auto* lookup : view.own())
            if (const auto address = address_in(lookup->server); address && !lookup->direct)
                return address->text();
    return text.empty() ? "the name server of /etc/resolv.conf" : text;
}

std::string question_text(const Lookup& lookup)
{
    return std::string(name(lookup.type)) + " of " +
           (lookup.name.empty() ? std::string("the root") : printable(lookup.name, 100));
}

std::string came_of(const Lookup& lookup)
{
    switch (lookup.outcome) {
    case LookupOutcome::found:
        return std::to_string(lookup.records.size()) + (lookup.records.size() == 1 ? " record" : " records");
    case LookupOutcome::no_such_domain: return "no such name";
    case LookupOutcome::no_records: return "no such record";
    case LookupOutcome::failed: break;
    }
    switch (lookup.failure) {
    case LookupFailure::server_failure: return "SERVFAIL";
    case LookupFailure::refused: return "REFUSED";
    case LookupFailure::not_implemented: return "NOTIMP";
    case LookupFailure::format_error: return "FORMERR";
    case LookupFailure::other_rcode: return "error " + std::to_string(lookup.rcode);
    case LookupFailure::timed_out: return "no answer";
    case LookupFailure::malformed: return "an answer that cannot be read";
    case LookupFailure::connection_refused: return "port closed";
    case LookupFailure::unreachable: return "unreachable";
    case LookupFailure::truncated: return "truncated, and no answer over TCP";
    case LookupFailure::cname_loop: return "aliases in a circle";
    case LookupFailure::no_servers: return "no name server";
    case LookupFailure::cancelled:
    case LookupFailure::none: break;
    }
    return "not finished";
}

DnsBlame dns_blame(const std::vector<Finding>& findings)
{
    auto blame = DnsBlame::nobody;
    for (const auto& finding : findings) {
        if (finding.severity != Severity::problem)
            continue;
        if (finding.id.starts_with("resolver."))
            return DnsBlame::own_side;
        if (finding.id.starts_with("zone.") || finding.id.starts_with("dnssec."))
            blame = DnsBlame::domain;
    }
    return blame;
}

void name_in_steps(Finding& finding, const std::string& word, const std::string& replacement)
{
    const bool plain = !replacement.empty() && replacement.front() != '-' &&
                       std::all_of(replacement.begin(), replacement.end(), [](char c) {
                           return is_alnum(c) || c == '.' || c == '-' || c == '_' || c == ':';
                       });
    if (!plain)
        return;
    for (auto& step : finding.fix)
        for (auto at = step.find(word); at != std::string::npos; at = step.find(word, at + 1)) {
            const auto end = at + word.size();
            if ((at == 0 || !is_alnum(step[at - 1])) && (end == step.size() || !is_alnum(step[end])))
                step.replace(at, word.size(), replacement);
        }
}

void name_zone(Finding& finding, const std::string& zone, const Doubt& doubt, const Facts& facts)
{
    if (doubt.lookup->name != facts.route.domain)
        name_host(finding.title);
    name_in_steps(finding, "ZONE", zone);
    name_in_steps(finding, "NAME", doubt.question.name);
    name_in_steps(finding, "TYPE", std::string(name(doubt.question.type)));
    for (const auto& server : doubt.servers)
        if (server.state != AuthorityState::good && server.address) {
            name_in_steps(finding, "SERVER", server.address->text());
            break;
        }
}

} // namespace smtpprobe
