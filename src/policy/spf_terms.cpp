// SPDX-License-Identifier: Apache-2.0
// How each mechanism matches (RFC 7208 section 5).
#include <algorithm>

#include "base/ascii.hpp"
#include "policy/spf_evaluation.hpp"

namespace smtpprobe {
namespace {

bool in_network(const IpAddress& address, const IpAddress& network, int prefix)
{
    if (address.family() != network.family())
        return false;
    for (std::size_t i = 0; prefix > 0; ++i, prefix -= 8) {
        const int difference = address.bytes()[i] ^ network.bytes()[i];
        const int unused = prefix >= 8 ? 0 : 8 - prefix;
        if (difference >> unused != 0)
            return false;
    }
    return true;
}

int prefix_of(const SpfTerm& term, Family family)
{
    return family == Family::ipv4 ? term.prefix4 : term.prefix6;
}

bool holds(const Lookup& lookup, const SpfTerm& term, const IpAddress& address)
{
    return std::any_of(lookup.records.begin(), lookup.records.end(), [&](const Record& record) {
        return in_network(address, record.address, prefix_of(term, address.family()));
    });
}

bool is_within(std::string_view name, std::string_view domain)
{
    return equal_ignoring_case(name, domain) ||
           (name.size() > domain.size() && name[name.size() - domain.size() - 1] == '.' &&
            equal_ignoring_case(name.substr(name.size() - domain.size()), domain));
}

} // namespace

SpfEvaluation::Match SpfEvaluation::match(const Frame& frame, const SpfTerm& term)
{
    switch (term.mechanism) {
    case SpfMechanism::all: return walking_ ? Match::no : Match::yes;
    case SpfMechanism::ip4:
    case SpfMechanism::ip6:
        return !walking_ && in_network(query_.address, term.network, prefix_of(term, term.network.family()))
                   ? Match::yes
                   : Match::no;
    case SpfMechanism::include:
    case SpfMechanism::a:
    case SpfMechanism::mx:
    case SpfMechanism::ptr:
    case SpfMechanism::exists: break;
    }
    if (!count_term(frame, &term))
        return Match::permerror;
    if (unknowable(term.domain))
        return Match::no;
    if (term.mechanism == SpfMechanism::include)
        return match_include(frame, term);
    if (term.mechanism == SpfMechanism::a)
        return match_a(frame, term);
    if (term.mechanism == SpfMechanism::mx)
        return match_mx(frame, term);
    return term.mechanism == SpfMechanism::ptr ? match_ptr(frame, term) : match_exists(frame, term);
}

SpfEvaluation::Match SpfEvaluation::match_include(const Frame& frame, const SpfTerm& term)
{
    const auto target = domain_of(frame, term.domain);
    if (!target)
        return Match::pending;
    if (*target && std::find(path_.begin(), path_.end(), **target) != path_.end()) {
        // The inner evaluation would go the very same way, until the limit of lookups ends it.
        note(PolicyFlaw::loop, frame.domain, term.text);
        return error(PolicyResult::permerror);
    }
    const auto result = *target ? check_host(**target, false) : Result(PolicyResult::none);
    if (!result)
        return Match::pending;
    switch (*result) {
    case PolicyResult::pass: return Match::yes;
    case PolicyResult::fail:
    case PolicyResult::softfail:
    case PolicyResult::neutral: return Match::no;
    case PolicyResult::temperror: return Match::temperror;
    case PolicyResult::permerror: return Match::permerror;
    case PolicyResult::none: break;
    }
    note(PolicyFlaw::include_without, frame.domain, term.text);
    return error(PolicyResult::permerror);
}

SpfEvaluation::Match SpfEvaluation::match_a(const Frame& frame, const SpfTerm& term)
{
    const auto domain = domain_of(frame, term.domain);
    if (!domain)
        return Match::pending;
    if (!*domain)
        return Match::no;
    const auto* answer = ask(**domain, address_type_);
    const auto* other = walking_ ? ask(**domain, RecordType::aaaa) : answer;
    if (answer == nullptr || other == nullptr)
        return Match::pending;
    for (const auto* each : {answer, other})
        if (each->lookup.outcome == LookupOutcome::failed)
            return failed(frame, each->lookup);
    if (answer->lookup.records.empty() && other->lookup.records.empty())
        return count_void(frame, spf_lookup_text(answer->lookup)) ? Match::no : Match::permerror;
    return !walking_ && holds(answer->lookup, term, query_.address) ? Match::yes : Match::no;
}

SpfEvaluation::Match SpfEvaluation::match_mx(const Frame& frame, const SpfTerm& term)
{
    const auto domain = domain_of(frame, term.domain);
    if (!domain)
        return Match::pending;
    if (!*domain)
        return Match::no;
    const auto* hosts = ask(**domain, RecordType::mx);
    if (hosts == nullptr)
        return Match::pending;
    const auto& lookup = hosts->lookup;
    if (lookup.outcome == LookupOutcome::failed)
        return failed(frame, lookup);
    if (lookup.records.empty())
        return count_void(frame, spf_lookup_text(lookup)) ? Match::no : Match::permerror;
    if (lookup.records.size() > std::size_t{SpfCheck::kMaxNames}) {
        note(PolicyFlaw::too_many_mx, frame.domain,
             term.text + ": " + std::to_string(lookup.records.size()) + " hosts");
        return error(PolicyResult::permerror);
    }
    return walking_ ? Match::no : match_mx_hosts(frame, term, lookup);
}

SpfEvaluation::Match SpfEvaluation::match_mx_hosts(const Frame& frame, const SpfTerm& term,
                                                   const Lookup& hosts)
{
    bool pending = false;
    bool any = false;
    const Lookup* broken = nullptr;
    for (const auto& host : hosts.records) {
        const auto host_name = to_lower(host.name);
        if (!is_dns_name(host_name)) // also the null MX
            continue;
        const auto* answer = ask(host_name, address_type_);
        pending = pending || answer == nullptr;
        if (pending)
            continue; // ask for all of them at once
        if (answer->lookup.outcome == LookupOutcome::failed) {
            broken = &answer->lookup;
            break;
        }
        any = any || !answer->lookup.records.empty();
        if (holds(answer->lookup, term, query_.address))
            return Match::yes;
    }
    if (pending)
        return Match::pending;
    if (broken != nullptr)
        return failed(frame, *broken);
    // The limit is one of terms: hosts of the other family alone are one void, not one each.
    if (!any && !count_void(frame, std::string(name(address_type_)) + " of the hosts of " + hosts.name))
        return Match::permerror;
    return Match::no;
}

SpfEvaluation::Match SpfEvaluation::match_ptr(const Frame& frame, const SpfTerm& term)
{
    if (walking_)
        return Match::no;
    const auto domain = domain_of(frame, term.domain);
    const auto names = validated_names();
    if (!domain || !names)
        return Match::pending;
    const auto reverse = query_.address.reverse_name();
    const auto& lookup = ask(reverse, RecordType::ptr)->lookup;
    if (lookup.outcome != LookupOutcome::failed && lookup.records.empty() &&
        !count_void(frame, spf_lookup_text(lookup)))
        return Match::permerror;
    const bool within = *domain && std::any_of(names->begin(), names->end(), [&](const std::string& each) {
        return is_within(each, **domain);
    });
    return within ? Match::yes : Match::no;
}

SpfEvaluation::Match SpfEvaluation::match_exists(const Frame& frame, const SpfTerm& term)
{
    const auto domain = domain_of(frame, term.domain);
    if (!domain)
        return Match::pending;
    if (!*domain)
        return Match::no;
    const auto* answer = ask(**domain, RecordType::a); // also where the client has IPv6 (section 5.7)
    if (answer == nullptr)
        return Match::pending;
    if (answer->lookup.outcome == LookupOutcome::failed)
        return failed(frame, answer->lookup);
    if (answer->lookup.records.empty())
        return count_void(frame, spf_lookup_text(answer->lookup)) ? Match::no : Match::permerror;
    return walking_ ? Match::no : Match::yes;
}

SpfEvaluation::Match SpfEvaluation::failed(const Frame& frame, const Lookup& lookup)
{
    note(PolicyFlaw::lookup_failed, frame.domain, spf_lookup_text(lookup));
    return error(PolicyResult::temperror);
}

SpfEvaluation::Match SpfEvaluation::error(PolicyResult result)
{
    walked(result);
    return result == PolicyResult::temperror ? Match::temperror : Match::permerror;
}

std::optional<std::vector<std::string>> SpfEvaluation::validated_names()
{
    const auto* pointers = ask(query_.address.reverse_name(), RecordType::ptr);
    if (pointers == nullptr)
        return std::nullopt;
    std::vector<std::string> names;
    bool pending = false;
    int tried = 0;
    for (const auto& pointer : pointers->lookup.records) {
        if (tried++ == SpfCheck::kMaxNames)
            break;
        const auto host = to_lower(pointer.name);
        if (!is_dns_name(host))
            continue;
        const auto* answer = ask(host, address_type_);
        pending = pending || answer == nullptr;
        if (answer == nullptr)
            continue;
        for (const auto& record : answer->lookup.records)
            if (record.address == query_.address) {
                names.push_back(host);
                break;
            }
    }
    if (pending)
        return std::nullopt;
    return names;
}

std::optional<MacroValues> SpfEvaluation::values(const Frame& frame, std::string_view domain_spec)
{
    MacroValues known;
    known.sender = query_.sender;
    known.domain = frame.domain;
    known.helo = query_.helo;
    known.address = query_.address;
    known.receiver = query_.receiver;
    known.seconds = std::chrono::duration_cast<std::chrono::seconds>(query_.now.time_since_epoch()).count();
    if (!uses_letter(domain_spec, "p"))
        return known;
    const auto names = validated_names();
    if (!names)
        return std::nullopt;
    if (names->empty())
        return known;
    known.validated = names->front();
    for (const auto& each : *names)
        if (is_within(each, frame.domain)) {
            known.validated = each;
            if (equal_ignoring_case(each, frame.domain))
                break;
        }
    return known;
}

std::optional<std::optional<std::string>> SpfEvaluation::domain_of(const Frame& frame,
                                                                   std::string_view domain_spec)
{
    if (domain_spec.empty())
        return std::optional(frame.domain);
    const auto known = values(frame, domain_spec);
    if (!known)
        return std::nullopt;
    return expand_domain(domain_spec, *known);
}

bool SpfEvaluation::unknowable(std::string_view domain_spec) const
{
    return walking_ && uses_letter(domain_spec, "slipvh");
}

} // namespace smtpprobe
