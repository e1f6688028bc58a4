// SPDX-License-Identifier: Apache-2.0
#include "route/mx_list.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "base/ascii.hpp"
#include "route/plan_route.hpp"

namespace smtpprobe {
namespace {

enum class NameForm { good, odd, useless };

/// Odd: looked up and tried, as senders do. Useless: nothing to look up.
NameForm form_of(std::string_view name)
{
    auto form = NameForm::good;
    if (name.size() > 253)
        return NameForm::useless;
    for (const auto label : split(name, '.')) {
        if (label.empty() || label.size() > 63)
            return NameForm::useless;
        for (const char c : label)
            if (!is_alnum(c) && c != '-' && c != '_')
                return NameForm::useless;
        if (label.find('_') != std::string_view::npos || label.front() == '-' || label.back() == '-')
            form = NameForm::odd;
    }
    return form;
}

/// `192.0.2.1` of `192.0.2.1.example.com` under example.com: the final dot is missing, too. The zone may be
/// one above the domain.
std::string address_in_zone(const std::string& name, const std::string& domain)
{
    for (auto zone = std::string_view(domain); zone.find('.') != std::string_view::npos;
         zone.remove_prefix(zone.find('.') + 1)) {
        const auto tail = "." + std::string(zone);
        const auto head = name.ends_with(tail) ? name.substr(0, name.size() - tail.size()) : std::string();
        if (IpAddress::parse(head))
            return head;
    }
    return {};
}

void add_name_notes(const MxHost& host, const std::string& domain, std::vector<RouteNote>& notes)
{
    if (auto address = address_in_zone(host.name, domain); !address.empty())
        notes.push_back({RouteNoteKind::mx_is_address_text, host.name, std::move(address)});
    else if (form_of(host.name) == NameForm::odd)
        notes.push_back({RouteNoteKind::mx_name_invalid, host.name, {}});
}

void remove_duplicates(std::vector<MxHost>& hosts, std::vector<RouteNote>& notes)
{
    std::vector<MxHost> kept;
    for (auto& host : hosts) {
        const bool known = std::any_of(kept.begin(), kept.end(),
                                       [&](const MxHost& other) { return other.name == host.name; });
        if (known)
            notes.push_back({RouteNoteKind::mx_duplicate, host.name, std::to_string(host.preference)});
        else
            kept.push_back(std::move(host));
    }
    hosts = std::move(kept);
}

} // namespace

MxList read_mx(const Lookup& mx)
{
    MxList list;
    std::vector<MxHost> all;
    std::size_t nulls = 0;
    std::uint16_t null_preference = 0;
    for (const auto& record : mx.records) {
        auto name = to_lower(record.name);
        if (name.empty()) {
            ++nulls;
            null_preference = std::max(null_preference, record.preference);
        } else {
            all.push_back({std::move(name), record.preference});
        }
    }
    std::sort(all.begin(), all.end(), [](const MxHost& a, const MxHost& b) {
        return std::tie(a.preference, a.name) < std::tie(b.preference, b.name);
    });
    list.null = nulls != 0 && all.empty();
    if (nulls != 0 && !all.empty())
        list.notes.push_back({RouteNoteKind::null_mx_with_others, mx.name, {}});
    if (list.null && null_preference != 0)
        list.notes.push_back(
            {RouteNoteKind::null_mx_with_preference, mx.name, std::to_string(null_preference)});

    remove_duplicates(all, list.notes);
    for (auto& host : all) {
        if (IpAddress::parse(host.name))
            list.notes.push_back({RouteNoteKind::mx_is_address_text, host.name, host.name});
        else if (form_of(host.name) == NameForm::useless)
            list.notes.push_back({RouteNoteKind::mx_name_invalid, host.name, {}});
        else
            list.hosts.push_back(std::move(host));
    }
    if (list.hosts.size() > kMaxRouteHosts) {
        list.notes.push_back({RouteNoteKind::too_many_hosts, mx.name, std::to_string(list.hosts.size())});
        list.hosts.resize(kMaxRouteHosts);
    }
    for (const auto& host : list.hosts)
        add_name_notes(host, mx.name, list.notes);
    return list;
}

std::string undoubled(const std::string& host, const std::string& domain)
{
    // The zone may be that of the domain, or one above it: mx.example.com.example.com for
    // sub.example.com. One label alone is no zone.
    auto zone = std::string_view(domain);
    while (zone.find('.') != std::string_view::npos) {
        const auto once = "." + std::string(zone);
        if (host.ends_with(once + once) || host == std::string(zone) + once)
            return host.substr(0, host.size() - once.size());
        zone.remove_prefix(zone.find('.') + 1);
    }
    return {};
}

std::string without_appended_zone(const std::string& host, const std::string& domain)
{
    // Labels that hardly anybody gives a host within a zone, and every provider's name ends with.
    constexpr std::string_view kEndings[] = {".com", ".net", ".org", ".de", ".uk",
                                             ".eu",  ".fr",  ".nl",  ".io"};
    const auto tail = "." + domain;
    if (domain.find('.') == std::string::npos || !host.ends_with(tail))
        return {};
    const auto head = host.substr(0, host.size() - tail.size());
    const bool named = std::any_of(std::begin(kEndings), std::end(kEndings),
                                   [&](std::string_view ending) { return head.ends_with(ending); });
    return named ? head : std::string();
}

} // namespace smtpprobe
