// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/own_side.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "diagnosis/seen_address.hpp"
#include "policy/dmarc_record.hpp"
#include "smtpprobe/explain.hpp"

namespace smtpprobe {
namespace {

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::optional<Concern> concern_of(const Explanation& entry)
{
    switch (entry.kind) {
    case Cause::require_ptr: return Concern::reverse_name;
    case Cause::auth_failure: return Concern::policy;
    case Cause::bad_reputation: return Concern::reputation;
    case Cause::blocked:
        // One class in the catalogue, since bounce processors count so; two things to look at here.
        return has(entry.id, "helo") || has(entry.id, ".ehlo.") ? Concern::hello : Concern::listing;
    case Cause::rejected:
    case Cause::host_unknown:
        return has(entry.id, "sender-domain") || has(entry.id, ".1.8") ? std::optional(Concern::sender_domain)
                                                                       : std::nullopt;
    case Cause::system:
        // Their resolver is not served by the list, and they take that for a listing.
        return has(entry.id, "refused-query") ? std::optional(Concern::listing) : std::nullopt;
    case Cause::success:
    case Cause::user_unknown:
    case Cause::filtered:
    case Cause::has_moved:
    case Cause::mailbox_full:
    case Cause::suspend:
    case Cause::not_accept:
    case Cause::message_too_big:
    case Cause::exceed_limit:
    case Cause::content_error:
    case Cause::not_compliant:
    case Cause::spam:
    case Cause::virus:
    case Cause::policy:
    case Cause::security:
    case Cause::no_relaying:
    case Cause::starttls_required:
    case Cause::rate_limited:
    case Cause::too_many:
    case Cause::greylisted:
    case Cause::network:
    case Cause::expired:
    case Cause::system_full:
    case Cause::mailer:
    case Cause::syntax:
    case Cause::unknown: break;
    }
    return std::nullopt;
}

const Connected* connected_in(const Session& session)
{
    for (const auto& event : session.transcript)
        if (const auto* connected = std::get_if<Connected>(&event.what))
            return connected;
    return nullptr;
}

/// Where the server sees us: by its own word, or our end of the connection where nothing translates it.
std::optional<IpAddress> seen_by(const Session& session)
{
    if (const auto quoted = seen_address(session))
        return quoted;
    const auto* connected = connected_in(session);
    if (connected == nullptr || connected->local == IpAddress())
        return std::nullopt;
    const bool we_are_public = connected->local.scope() == AddressScope::global;
    const bool it_is_public = session.endpoint.address.scope() == AddressScope::global;
    return we_are_public || !it_is_public ? std::optional(connected->local) : std::nullopt;
}

void add_once(std::vector<IpAddress>& addresses, const IpAddress& address)
{
    if (addresses.size() < kMaxOwnAddresses &&
        std::find(addresses.begin(), addresses.end(), address) == addresses.end())
        addresses.push_back(address);
}

std::vector<AboutUs> complaints_in(const Facts& facts)
{
    std::vector<AboutUs> complaints;
    for (const auto& session : facts.sessions)
        for (const auto& event : session.transcript) {
            const auto* received = std::get_if<Received>(&event.what);
            if (received == nullptr || received->reply.code_class() < 4 || received->step == Step::quit)
                continue;
            const auto concern = concern_of(*explain(received->step, received->reply).entry);
            if (!concern || inner_address(session, *received))
                continue; // nothing, or not about us: it judges an address of its own network
            AboutUs about;
            about.session = &session;
            about.received = received;
            about.concern = *concern;
            about.seen = seen_by(session);
            if (*concern == Concern::listing)
                about.zones = zones_named_in(received->reply.words());
            complaints.push_back(std::move(about));
        }
    return complaints;
}

bool wanted(const Settings& settings, Family family)
{
    return settings.families == Families::both ||
           settings.families == (family == Family::ipv4 ? Families::ipv4_only : Families::ipv6_only);
}

/// For `self`: what the user names, or else what this machine sends from.
void find_addresses(const Facts& facts, OwnSide& own)
{
    if (!facts.settings.addresses.empty()) {
        for (const auto& address : facts.settings.addresses)
            add_once(own.addresses, address);
        return;
    }
    for (const auto& experiment : facts.experiments)
        if (const auto* session = std::get_if<Session>(&experiment.what))
            if (const auto seen = seen_address(*session); seen && seen->scope() == AddressScope::global) {
                add_once(own.addresses, *seen);
                own.told_by = session->endpoint.text();
            }
    if (facts.settings.source) {
        add_once(facts.settings.source->scope() == AddressScope::global ? own.addresses : own.hidden,
                 *facts.settings.source);
        return;
    }
    for (const auto& address : facts.own_addresses)
        if (wanted(facts.settings, address.family()))
            add_once(address.scope() == AddressScope::global ? own.addresses : own.hidden, address);
}

} // namespace

bool OwnSide::is_concern(Concern concern) const
{
    return std::any_of(complaints.begin(), complaints.end(),
                       [&](const AboutUs& about) { return about.concern == concern; });
}

bool OwnSide::hello_is_qualified() const
{
    if (hello_is_literal())
        return false;
    const auto dot = hello.find('.');
    const auto last = hello.substr(hello.rfind('.') + 1);
    return dot != std::string::npos && dot > 0 && hello != "localhost.localdomain" &&
           !equal_ignoring_case(last, "localhost") && !equal_ignoring_case(last, "localdomain");
}

OwnSide own_side_of(const Facts& facts)
{
    OwnSide own;
    own.asked = facts.target.kind == TargetKind::self;
    own.complaints = complaints_in(facts);
    if (!own.matters())
        return own;
    own.hello = to_lower(facts.settings.helo);
    if (own.asked)
        find_addresses(facts, own);
    for (const auto& about : own.complaints)
        if (about.seen)
            add_once(own.addresses, *about.seen);
    own.sender = facts.settings.from.value_or("");
    const auto at = own.sender.rfind('@');
    if (at != std::string::npos && !own.sender.ends_with(']'))
        own.domain = to_lower(std::string_view(own.sender).substr(at + 1));
    else if (own.asked)
        own.domain = to_lower(facts.settings.as);
    return own;
}

const Lookup* lookup_made(const Facts& facts, Purpose purpose, std::string_view name, RecordType type)
{
    for (const auto& experiment : facts.experiments) {
        const auto* lookup = std::get_if<Lookup>(&experiment.what);
        if (lookup != nullptr && experiment.purpose == purpose && lookup->type == type &&
            equal_ignoring_case(lookup->name, name) && lookup->failure != LookupFailure::cancelled)
            return lookup;
    }
    return nullptr;
}

const PolicyCheck* policy_made(const Facts& facts, std::string_view domain, const IpAddress& address)
{
    for (const auto& experiment : facts.experiments) {
        const auto* check = std::get_if<PolicyCheck>(&experiment.what);
        if (check != nullptr && experiment.purpose == Purpose::own_policy &&
            equal_ignoring_case(check->domain, domain) && check->address == address)
            return check;
    }
    return nullptr;
}

std::vector<std::string> own_names(const Facts& facts, const IpAddress& address)
{
    std::vector<std::string> names;
    const auto* lookup = lookup_made(facts, Purpose::own_name, address.reverse_name(), RecordType::ptr);
    if (lookup != nullptr)
        for (const auto& record : lookup->records)
            if (names.size() < kMaxOwnNames && !record.name.empty())
                names.push_back(record.name);
    std::sort(names.begin(), names.end());
    return names;
}

RecordType record_type_of(Family family) { return family == Family::ipv4 ? RecordType::a : RecordType::aaaa; }

std::vector<std::string> listing_names(const BlockList& list, const OwnSide& own)
{
    std::vector<std::string> names;
    for (const auto& address : own.addresses) {
        const bool held = address.family() == Family::ipv4 ? list.ipv4 : list.ipv6;
        const bool within_net = address.scope() == AddressScope::private_use ||
                                address.scope() == AddressScope::shared ||
                                address.scope() == AddressScope::loopback;
        if (held && !within_net)
            names.push_back(listing_name(address, list.zone));
    }
    if (list.domains) {
        if (!own.domain.empty())
            names.push_back(listing_name(own.domain, list.zone));
        if (own.hello_is_qualified() && own.hello != own.domain && !own.hello.ends_with('.' + own.domain))
            names.push_back(listing_name(own.hello, list.zone));
    }
    return names;
}

std::vector<std::string> dmarc_names(const std::string& domain)
{
    // No list says which names registries sell: every parent is asked, as RFC 9989 section 4.10 has it, with
    // its bound of eight questions. Below a registry's name that is known nothing is asked.
    constexpr std::size_t kMost = 8;
    const auto organisation = organisational_domain(domain);
    std::vector<std::string> names{"_dmarc." + domain};
    auto rest = domain;
    auto labels = static_cast<std::size_t>(std::count(rest.begin(), rest.end(), '.')) + 1;
    while (rest.size() > organisation.size() && rest.find('.') != std::string::npos) {
        rest.erase(0, rest.find('.') + 1);
        if (--labels < kMost)
            names.push_back("_dmarc." + rest);
    }
    return names;
}

} // namespace smtpprobe
