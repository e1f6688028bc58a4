// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/hygiene.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "diagnosis/own_side.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMaxPointedNames = 2;

/// Internal networks name their hosts as they like, and nobody outside sees them.
bool seen_by_the_world(const IpAddress& address)
{
    switch (address.scope()) {
    case AddressScope::global:
    case AddressScope::documentation:
    case AddressScope::reserved: return true;
    case AddressScope::unspecified:
    case AddressScope::loopback:
    case AddressScope::link_local:
    case AddressScope::multicast:
    case AddressScope::private_use:
    case AddressScope::shared: return false;
    }
    return false;
}

/// Letters, digits, dashes and underscores in two labels or more, the last of which is no number.
bool is_host_name(std::string_view name)
{
    if (name.size() > 253 || name.find('.') == std::string_view::npos)
        return false;
    const auto labels = split(name, '.');
    return std::all_of(labels.begin(), labels.end(),
                       [](std::string_view label) {
                           return !label.empty() && label.size() <= 63 &&
                                  std::all_of(label.begin(), label.end(),
                                              [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
                       }) &&
           !std::all_of(labels.back().begin(), labels.back().end(), is_digit);
}

void add_spoken(std::vector<std::string>& names, const Facts& facts, std::string_view words)
{
    auto name = to_lower(words.substr(0, words.find(' ')));
    if (name.ends_with('.'))
        name.pop_back();
    const bool of_route = std::any_of(facts.route.hosts.begin(), facts.route.hosts.end(),
                                      [&](const MailHost& host) { return host.name == name; });
    if (is_host_name(name) && !of_route && name != "localhost.localdomain" &&
        std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(std::move(name));
}

} // namespace

std::string hygiene_domain(const Facts& facts)
{
    const bool is_domain =
        facts.target.kind == TargetKind::domain || facts.target.kind == TargetKind::mailbox;
    const bool has_route = facts.route.kind == RouteKind::mx || facts.route.kind == RouteKind::implicit_mx;
    const bool fits = facts.route.domain.size() <= 240; // _dmarc. comes before it
    return facts.settings.experiments && is_domain && has_route && fits ? facts.route.domain : std::string();
}

std::vector<Endpoint> hygiene_endpoints(const Facts& facts)
{
    std::vector<Endpoint> endpoints;
    for (const auto& endpoint : facts.route.endpoints) {
        if (endpoints.size() == kMaxHygieneHosts)
            break;
        if (seen_by_the_world(endpoint.address) &&
            std::none_of(endpoints.begin(), endpoints.end(),
                         [&](const Endpoint& other) { return other.address == endpoint.address; }))
            endpoints.push_back(endpoint);
    }
    return endpoints;
}

std::vector<std::string> spoken_names(const Facts& facts, const SessionView& view)
{
    std::vector<std::string> names;
    if (view.greeting != nullptr && view.greeting->reply.code_class() == 2)
        add_spoken(names, facts, view.greeting->reply.words());
    if (view.hello != nullptr && view.hello->reply.code_class() == 2)
        add_spoken(names, facts, view.hello->reply.words());
    return names;
}

std::vector<std::string> pointed_names(const Facts& facts, const IpAddress& address)
{
    std::vector<std::string> names;
    const auto* lookup = lookup_made(facts, Purpose::host_name, address.reverse_name(), RecordType::ptr);
    if (lookup != nullptr)
        for (const auto& record : lookup->records)
            if (names.size() < kMaxPointedNames && !record.name.empty() && record.name.size() <= 253)
                names.push_back(to_lower(record.name));
    return names;
}

} // namespace smtpprobe
