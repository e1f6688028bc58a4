// SPDX-License-Identifier: Apache-2.0
// `self`: the machine as a sender, in place of a route.
#include <algorithm>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "render/labelled.hpp"
#include "render/text_parts.hpp"
#include "render/words.hpp"

namespace smtpprobe {
namespace {

/// The results of one kind for one purpose, in the order in which they were asked for.
template <class What> std::vector<const What*> made(const Facts& facts, Purpose purpose)
{
    std::vector<const What*> results;
    for (const auto& experiment : facts.experiments)
        if (const auto* what = std::get_if<What>(&experiment.what);
            what != nullptr && experiment.purpose == purpose)
            results.push_back(what);
    return results;
}

bool leads_back(const Facts& facts, const std::string& name, const IpAddress& address)
{
    const auto lookups = made<Lookup>(facts, Purpose::own_address);
    return std::any_of(lookups.begin(), lookups.end(), [&](const Lookup* lookup) {
        return equal_ignoring_case(lookup->name, name) &&
               std::any_of(lookup->records.begin(), lookup->records.end(),
                           [&](const Record& record) { return record.address == address; });
    });
}

std::string reverse_words(const Facts& facts, const Lookup& lookup, const IpAddress& address)
{
    if (lookup.outcome != LookupOutcome::found || lookup.records.empty())
        return lookup_words(lookup);
    std::string text;
    for (const auto& record : lookup.records) {
        if (text.size() > 200)
            return text + " ...";
        text +=
            (text.empty() ? "" : ", ") + printable(record.name, 120) +
            (leads_back(facts, record.name, address) ? ", which leads back" : ", which does not lead back");
    }
    return text;
}

std::string policy_words(const PolicyCheck& check)
{
    auto text = std::string(name(check.result)) + " for " + printable(check.domain, 120);
    if (!check.matched.empty())
        text += ", by `" + printable(check.matched, 120) + '`';
    return text;
}

/// `9.113.0.203.` of 203.0.113.9: what the questions to block lists begin with.
std::string reversed(const IpAddress& address)
{
    const auto name = address.reverse_name();
    return name.substr(
        0, name.size() -
               std::string_view(address.family() == Family::ipv4 ? "in-addr.arpa" : "ip6.arpa").size());
}

/// Answers within 127.255.255.0/24, and 127.0.0.1, say that the list does not serve us.
bool says_listed(const Lookup& lookup)
{
    return std::any_of(lookup.records.begin(), lookup.records.end(), [](const Record& record) {
        const auto& bytes = record.address.bytes();
        const bool refusal =
            (bytes[1] == 255 && bytes[2] == 255) || (bytes[1] == 0 && bytes[2] == 0 && bytes[3] <= 1);
        return bytes[0] == 127 && !refusal;
    });
}

std::string list_words(const Facts& facts, const IpAddress& address)
{
    std::size_t clean = 0;
    std::size_t listed = 0;
    std::size_t unknown = 0;
    for (const auto* lookup : made<Lookup>(facts, Purpose::block_list)) {
        if (lookup->type != RecordType::a || !lookup->name.starts_with(reversed(address)))
            continue;
        const bool not_listed =
            lookup->outcome == LookupOutcome::no_such_domain || lookup->outcome == LookupOutcome::no_records;
        ++(not_listed ? clean : says_listed(*lookup) ? listed : unknown);
    }
    if (clean + listed + unknown == 0)
        return {};
    const auto answered = clean + listed;
    if (answered == 0)
        return "no block list answered";
    auto text = answered == 1
                    ? std::string(listed == 0 ? "not on" : "on") + " the one block list that answered"
                    : "on " + (listed == 0 ? std::string("none") : std::to_string(listed)) + " of the " +
                          std::to_string(answered) + " block lists that answered";
    if (unknown > 0)
        text += "; " + std::to_string(unknown) + " did not";
    return text;
}

/// Those that were named, or that this machine has; and those that a server sees in their place.
std::vector<IpAddress> sending_addresses(const Facts& facts)
{
    auto addresses = facts.settings.addresses;
    if (addresses.empty() && facts.settings.source)
        addresses.push_back(*facts.settings.source);
    if (addresses.empty())
        addresses = facts.own_addresses;
    for (const auto* check : made<PolicyCheck>(facts, Purpose::own_policy))
        if (std::find(addresses.begin(), addresses.end(), check->address) == addresses.end())
            addresses.push_back(check->address);
    return addresses;
}

} // namespace

void print_sender(Page& page, const Facts& facts)
{
    page.gap();
    auto text = facts.settings.helo.empty() ? std::string("without a name to say in EHLO")
                                            : "EHLO " + printable(facts.settings.helo, 120);
    if (facts.settings.from)
        text += ", MAIL FROM:<" + printable(*facts.settings.from, 200) + '>';
    else if (!facts.settings.as.empty())
        text += ", sending as " + printable(facts.settings.as, 200);
    page.item("Sender  ", Tone::strong, text);
    for (const auto& address : sending_addresses(facts)) {
        page.gap();
        const bool hidden = address.scope() != AddressScope::global;
        page.item("  ", Tone::plain,
                  address.text() + (hidden ? " (" + std::string(name(address.scope())) + ')' : ""));
        for (const auto* lookup : made<Lookup>(facts, Purpose::own_name))
            if (equal_ignoring_case(lookup->name, address.reverse_name()))
                print_part(page, "  PTR", reverse_words(facts, *lookup, address));
        for (const auto* check : made<PolicyCheck>(facts, Purpose::own_policy))
            if (check->address == address)
                print_part(page, "  SPF", policy_words(*check));
        print_part(page, "  Lists", list_words(facts, address));
    }
}

} // namespace smtpprobe
