// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/block_lists.hpp"

#include <algorithm>
#include <iterator>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMaxNamed = 2;

/// Labels by which lists of domains are called.
bool names_domain_list(std::string_view zone)
{
    const auto labels = split(zone, '.');
    return std::any_of(labels.begin(), labels.end(), [](std::string_view label) {
        return label == "dbl" || label == "rhsbl" || label == "uribl" || label == "surbl" || label == "zrd";
    });
}

/// A host name of two labels or more, of plain letters.
bool is_zone(std::string_view text)
{
    const auto labels = split(text, '.');
    return labels.size() >= 2 && text.size() <= 120 &&
           std::all_of(labels.begin(), labels.end(),
                       [](std::string_view label) {
                           return !label.empty() && label.size() <= 63 && label.front() != '-' &&
                                  std::all_of(label.begin(), label.end(),
                                              [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
                       }) &&
           std::any_of(labels.back().begin(), labels.back().end(), is_alpha);
}

/// The word that begins there, as far as a host name goes.
std::string_view zone_at(std::string_view words)
{
    std::size_t end = 0;
    while (end < words.size() &&
           (is_alnum(words[end]) || words[end] == '.' || words[end] == '-' || words[end] == '_'))
        ++end;
    while (end > 0 && words[end - 1] == '.')
        --end;
    return words.substr(0, end);
}

/// 127.0.0.1 is no listing anywhere (RFC 5782 2.1); SURBL and URIBL say by it that they do not serve us.
bool is_refusal(const IpAddress& answer)
{
    const auto& bytes = answer.bytes();
    const bool error_range = bytes[1] == 255 && bytes[2] == 255;
    const bool never_listed = bytes[1] == 0 && bytes[2] == 0 && bytes[3] <= 1;
    const bool wrong_kind = bytes[1] == 0 && bytes[2] == 1 && bytes[3] == 255; // DBL: asked for an address
    return error_range || never_listed || wrong_kind;
}

const BlockListCode* find_code(const BlockList& list, const std::vector<IpAddress>& answers)
{
    for (const auto& code : list.codes)
        for (const auto& answer : answers)
            if (answer.bytes()[1] == 0 && answer.bytes()[2] == code.third && answer.bytes()[3] >= code.from &&
                answer.bytes()[3] <= code.to)
                return &code;
    return nullptr;
}

} // namespace

BlockList block_list(std::string_view zone)
{
    for (const auto& list : known_block_lists())
        if (equal_ignoring_case(list.zone, zone))
            return list;
    BlockList list;
    list.zone = list.name = zone;
    list.asked = false;
    // Spamhaus gives registered users zones of their own: KEY.zen.dq.spamhaus.net.
    if (zone.ends_with(".zen.dq.spamhaus.net")) {
        list = known_block_lists().front();
        list.zone = zone;
        return list;
    }
    list.domains = names_domain_list(zone);
    list.ipv4 = list.ipv6 = !list.domains;
    return list;
}

std::vector<std::string> zones_to_ask(const std::optional<std::vector<std::string>>& chosen)
{
    if (chosen)
        return *chosen;
    std::vector<std::string> zones;
    for (const auto& list : known_block_lists())
        if (list.asked)
            zones.emplace_back(list.zone);
    return zones;
}

std::vector<std::string> zones_named_in(std::string_view words)
{
    const auto text = to_lower(words.substr(0, 1000));
    std::vector<std::string> zones;
    const auto take = [&](std::string_view zone) {
        if (zones.size() < kMaxNamed && is_zone(zone) &&
            std::find(zones.begin(), zones.end(), zone) == zones.end())
            zones.emplace_back(zone);
    };
    for (const std::string_view before : {"blocked using ", "listed by ", "listed at ", "blocked by "}) {
        const auto at = text.find(before);
        if (at != std::string::npos)
            take(zone_at(std::string_view(text).substr(at + before.size())));
    }
    for (const auto& list : known_block_lists()) {
        const auto at = text.find(list.zone);
        // `sbl.spamhaus.org` stands within `xsbl.spamhaus.org`.
        if (at != std::string::npos && (at == 0 || !(is_alnum(text[at - 1]) || text[at - 1] == '-')) &&
            zone_at(std::string_view(text).substr(at)) == list.zone)
            take(list.zone);
    }
    return zones;
}

std::string listing_name(const IpAddress& address, std::string_view zone)
{
    auto name = address.reverse_name();
    const std::string_view suffix = address.family() == Family::ipv4 ? ".in-addr.arpa" : ".ip6.arpa";
    name.resize(name.size() - suffix.size());
    return name + '.' + std::string(zone);
}

std::string listing_name(std::string_view domain, std::string_view zone)
{
    return std::string(domain) + '.' + std::string(zone);
}

std::string must_be_listed(const BlockList& list)
{
    if (!list.domains)
        return "2.0.0.127." + std::string(list.zone);
    return listing_name(list.must_be_listed.empty() ? "test" : list.must_be_listed, list.zone);
}

std::string must_not_be_listed(const BlockList& list)
{
    return (list.domains ? "invalid." : "1.0.0.127.") + std::string(list.zone);
}

ListAnswer read_answer(const BlockList& list, const Lookup& lookup)
{
    ListAnswer answer;
    switch (lookup.outcome) {
    case LookupOutcome::failed: return answer;
    case LookupOutcome::no_such_domain:
    case LookupOutcome::no_records: answer.listing = Listing::none; return answer;
    case LookupOutcome::found: break;
    }
    std::vector<IpAddress> listings;
    bool refused = false;
    for (const auto& record : lookup.records) {
        if (record.address.family() != Family::ipv4 || record.address.bytes()[0] != 127)
            continue;
        answer.codes += (answer.codes.empty() ? "" : ", ") + record.address.text();
        if (is_refusal(record.address))
            refused = true;
        else
            listings.push_back(record.address);
    }
    if (listings.empty()) {
        answer.listing = refused ? Listing::refused : Listing::no_list;
        if (!refused && !lookup.records.empty())
            answer.codes = lookup.records.front().address.text();
        return answer;
    }
    answer.listing = Listing::listed;
    answer.entry = list.entry;
    if (const auto* code = find_code(list, listings)) {
        answer.means = code->means;
        if (!code->entry.empty())
            answer.entry = code->entry;
    }
    return answer;
}

} // namespace smtpprobe
