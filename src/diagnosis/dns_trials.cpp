// SPDX-License-Identifier: Apache-2.0
// Where a lookup failed, took long or may be a lie: is it our own resolver, DNSSEC, or the zone's servers?
#include <algorithm>

#include "diagnosis/dns_view.hpp"
#include "diagnosis/dnssec.hpp"
#include "diagnosis/trials.hpp"

namespace smtpprobe {
namespace {

/// Of the parent's name servers so many are asked whom they refer to.
constexpr std::size_t kParentServers = 2;

void plan(Trials& trials, Purpose purpose, TryLookup lookup)
{
    const Trial trial{purpose, std::move(lookup)};
    if (std::find(trials.begin(), trials.end(), trial) == trials.end())
        trials.push_back(trial);
}

TryLookup question(const std::string& name, RecordType type)
{
    TryLookup lookup;
    lookup.question = {name, type};
    return lookup;
}

TryLookup unchecked(const std::string& name, RecordType type)
{
    auto lookup = question(name, type);
    lookup.checking_disabled = true;
    return lookup;
}

TryLookup direct(const std::string& name, RecordType type, const IpAddress& server)
{
    auto lookup = question(name, type);
    lookup.server = NameServer{server, 53};
    lookup.checking_disabled = true; // the signatures come along, as a validating resolver asks for them
    return lookup;
}

/// Is there nobody to ask anything? Then nothing more is to be learnt.
bool nobody_there(const DnsView& view)
{
    return std::all_of(view.own().begin(), view.own().end(), [](const Lookup* lookup) {
        return lookup->failure == LookupFailure::connection_refused ||
               lookup->failure == LookupFailure::unreachable || lookup->failure == LookupFailure::no_servers;
    });
}

bool is_odd(const Lookup& lookup)
{
    return !is_answer(lookup) || lookup.outcome == LookupOutcome::no_such_domain || may_be_hidden(lookup) ||
           lookup.attempts > 1 || lookup.took >= kSlowLookup;
}

bool does_not_connect(const Session& session)
{
    return session.not_tried == NotTried::tried &&
           std::none_of(session.transcript.begin(), session.transcript.end(),
                        [](const Event& event) { return std::holds_alternative<Connected>(event.what); });
}

/// Questions whose true answers are known.
void plan_resolver_checks(const DnsView& view, Trials& trials)
{
    const auto& facts = view.facts();
    const bool odd = std::any_of(view.own().begin(), view.own().end(),
                                 [](const Lookup* lookup) { return is_odd(*lookup); });
    const bool nobody_connects = !facts.sessions.empty() &&
                                 std::all_of(facts.sessions.begin(), facts.sessions.end(), does_not_connect);
    const bool by_address_alone = facts.route.kind == RouteKind::implicit_mx;
    if (!odd && !nobody_connects && !by_address_alone)
        return;
    plan(trials, Purpose::resolver_check, question("", RecordType::ns));
    plan(trials, Purpose::resolver_check, question(kImpossibleName, RecordType::a));
    const auto* root = view.made(Purpose::resolver_check, "", RecordType::ns);
    // A resolver that knows some internal zones alone denies the root, and not what is above a name of these.
    if (root && root->outcome == LookupOutcome::no_such_domain)
        for (const auto& suffix : suffixes_of(view.own().front()->name))
            plan(trials, Purpose::resolver_check, question(suffix, RecordType::ns));
    for (const auto* lookup : view.own()) {
        // A type that is dropped here, or by the zone's servers? The root has an answer to every type.
        if (lookup->failure == LookupFailure::timed_out || lookup->failure == LookupFailure::not_implemented)
            plan(trials, Purpose::resolver_check, question("", lookup->type));
        if (lookup->failure == LookupFailure::truncated) {
            auto over_tcp = question("", RecordType::ns);
            over_tcp.over_tcp = true;
            plan(trials, Purpose::over_tcp, over_tcp);
        }
    }
}

/// Does our resolver answer at all, as far as is known?
bool resolver_works(const DnsView& view)
{
    const auto* root = view.made(Purpose::resolver_check, "", RecordType::ns);
    return root && is_answer(*root) && root->outcome != LookupOutcome::no_such_domain;
}

/// Of each server an address that can be reached from here; of the other family where the first cannot.
void plan_addresses(const DnsView& view, const std::vector<std::string>& servers, std::size_t most,
                    Trials& trials)
{
    for (std::size_t i = 0; i < std::min(most, servers.size()); ++i) {
        AuthorityState state{};
        const auto address = view.address_of(servers[i], state);
        const bool unreachable = address && view.is_unreachable(*address);
        if (address && !unreachable)
            continue;
        const auto families = view.facts().settings.families;
        const auto first = families == Families::ipv6_only ? RecordType::aaaa : RecordType::a;
        const auto other = first == RecordType::a ? RecordType::aaaa : RecordType::a;
        if (!unreachable)
            plan(trials, Purpose::name_server_address, question(servers[i], first));
        if (unreachable ? families == Families::both
                        : state == AuthorityState::no_address && first == RecordType::a)
            plan(trials, Purpose::name_server_address, question(servers[i], other));
    }
}

/// Who should answer, and what do they say themselves?
void plan_servers(const DnsView& view, const Doubt& doubt, Trials& trials)
{
    plan_addresses(view, doubt.parent_servers, kParentServers, trials);
    for (std::size_t i = 0; i < std::min(kParentServers, doubt.parent_servers.size()); ++i) {
        AuthorityState state{};
        if (const auto address = view.address_of(doubt.parent_servers[i], state))
            plan(trials, Purpose::delegation, direct(doubt.question.name, RecordType::ns, *address));
    }
    // Whether there is such a name its zone's servers have said by now, if the parent is its zone.
    const bool denied = doubt.lookup->outcome == LookupOutcome::no_such_domain;
    if (denied && (doubt.zone == doubt.parent || is_denied_above(view, doubt)))
        return;
    // What may only be hidden here is hidden from no server.
    const auto most = may_be_hidden(*doubt.lookup) ? kParentServers : kMaxAuthorities;
    std::vector<std::string> names;
    names.reserve(doubt.servers.size());
    for (const auto& server : doubt.servers)
        names.push_back(server.name);
    plan_addresses(view, names, most, trials);
    for (std::size_t i = 0; i < std::min(most, doubt.servers.size()); ++i)
        if (const auto& address = doubt.servers[i].address)
            plan(trials, Purpose::authoritative, direct(doubt.question.name, doubt.question.type, *address));
}

bool is_good(const Authority& server) { return server.state == AuthorityState::good; }

void plan_signatures(const DnsView& view, const Doubt& doubt, Trials& trials)
{
    const auto zone = signing_zone(view, doubt);
    if (zone.empty())
        return;
    plan(trials, Purpose::signatures, unchecked(zone, RecordType::ds));
    plan(trials, Purpose::signatures, unchecked(zone, RecordType::dnskey));
    // Some resolvers keep to themselves what they take for forged, whatever is asked.
    const auto good = std::find_if(doubt.servers.begin(), doubt.servers.end(), is_good);
    if (good != doubt.servers.end() && is_within(zone, doubt.zone))
        plan(trials, Purpose::signatures, direct(zone, RecordType::dnskey, *good->address));
}

void plan_for_doubt(const DnsView& view, const Doubt& doubt, Trials& trials)
{
    const bool server_failure = doubt.lookup->failure == LookupFailure::server_failure;
    if (server_failure)
        plan(trials, Purpose::checking_disabled, unchecked(doubt.lookup->name, doubt.lookup->type));
    if (says_filtered(*doubt.lookup))
        return; // the resolver has told why
    for (const auto& suffix : suffixes_of(doubt.question.name))
        plan(trials, Purpose::delegation, unchecked(suffix, RecordType::ns));
    // What DNSSEC forbids is refused at once; SERVFAIL after a wait comes from servers that keep silent.
    const bool dnssec_likely = server_failure && doubt.lookup->took < kSlowLookup;
    if (!resolver_works(view) || (dnssec_likely && !doubt.unchecked))
        return;
    const bool comes_unchecked = doubt.unchecked && is_answer(*doubt.unchecked);
    if (comes_unchecked) // or does it come checked as well, by now?
        plan(trials, Purpose::resolver_check, question(doubt.lookup->name, doubt.lookup->type));
    if (!comes_unchecked || !dnssec_may_matter(view, doubt))
        plan_servers(view, doubt, trials);
    if (server_failure &&
        (comes_unchecked || std::any_of(doubt.servers.begin(), doubt.servers.end(), is_good)))
        plan_signatures(view, doubt, trials);
}

} // namespace

void plan_for_dns(const Facts& facts, Trials& trials)
{
    const DnsView view(facts);
    if (view.own().empty() || nobody_there(view))
        return;
    plan_resolver_checks(view, trials);
    for (const auto& doubt : view.doubts())
        plan_for_doubt(view, doubt, trials);
}

} // namespace smtpprobe
