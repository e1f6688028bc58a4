// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "base/duration_text.hpp"
#include "base/printable.hpp"
#include "render/endpoint_rows.hpp"
#include "render/text_parts.hpp"
#include "render/words.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kIndent = 2; ///< of the table
constexpr std::size_t kGap = 2;    ///< between columns
constexpr std::size_t kWidestResult = 40;
constexpr std::size_t kNarrowestResult = 22;

using Shown = std::array<bool, kTimes>;

/// How the table is laid out: its columns' widths.
struct Layout {
    bool host_in_row = false; ///< else the host has a line of its own above its addresses
    std::size_t preference = 0;
    std::size_t host = 0;
    std::size_t address = 0;
    std::size_t result = 0;
    std::array<std::size_t, kTimes> times{};
    Shown shown{};

    /// Where host names begin, and their addresses beneath them.
    std::size_t host_at() const { return kIndent + (preference > 0 ? preference + 1 : 0); }
    std::size_t address_at() const
    {
        if (host_in_row)
            return host_at() + host + kGap;
        return preference > 0 || host == 0 ? host_at() : host_at() + kGap;
    }
    std::size_t before_result() const { return address_at() + (address > 0 ? address + kGap : 0); }
    std::string host_line(const EndpointRow& row) const
    {
        const auto before = preference > 0 ? padded_left(row.preference, preference) + ' ' : std::string();
        return std::string(kIndent, ' ') + before + row.host;
    }
    std::size_t width() const
    {
        auto sum = before_result() + result;
        for (std::size_t i = 0; i < kTimes; ++i)
            sum += shown[i] ? kGap + times[i] : 0;
        return sum;
    }
};

Layout choose_layout(const std::vector<EndpointRow>& rows, std::size_t page_width)
{
    Layout layout;
    for (const auto& row : rows) {
        layout.preference = std::max(layout.preference, row.preference.size());
        layout.host = std::max(layout.host, columns(row.host));
        layout.address = std::max(layout.address, columns(row.address));
        layout.result = std::max(layout.result, std::min(kWidestResult, columns(row.result.words)));
        for (std::size_t i = 0; i < kTimes; ++i)
            layout.times[i] = std::max(layout.times[i], columns(row.times[i]));
    }
    Shown any{};
    for (std::size_t i = 0; i < kTimes; ++i) {
        // A column of dashes says nothing.
        any[i] = std::any_of(rows.begin(), rows.end(), [&](const EndpointRow& row) {
            return !row.times[i].empty() && row.times[i] != "-";
        });
        layout.times[i] = std::max(layout.times[i], kTimeHeads[i].size());
    }

    // Where room is short, the less telling ones go first.
    constexpr Shown kSteps[] = {{true, true, true, true, true},
                                {true, true, false, true, true},
                                {true, true, false, false, true},
                                {true, false, false, false, true},
                                {false, false, false, false, true}};
    for (const auto& step : kSteps)
        for (const bool host_in_row : {true, false}) {
            for (std::size_t i = 0; i < kTimes; ++i)
                layout.shown[i] = step[i] && any[i];
            layout.host_in_row = host_in_row && layout.host > 0;
            if (layout.width() <= page_width)
                return layout;
        }
    // Only the total is left beside the result, which is wrapped.
    const auto excess = layout.width() - page_width;
    layout.result -= std::min(excess, layout.result - std::min(layout.result, kNarrowestResult));
    return layout;
}

std::string times_line(const Layout& layout, const std::array<std::string_view, kTimes>& cells)
{
    std::string line;
    for (std::size_t i = 0; i < kTimes; ++i)
        if (layout.shown[i])
            line.append(kGap, ' ').append(padded_left(cells[i], layout.times[i]));
    return line;
}

void print_row(Page& page, const Layout& layout, const EndpointRow& row, bool new_host)
{
    std::string before;
    if (new_host && layout.host_in_row)
        before = layout.host_line(row);
    else if (new_host && layout.host > 0)
        page.item("", Tone::plain, layout.host_line(row));
    before = padded(before, layout.address_at());
    if (layout.address > 0)
        before += padded(row.address, layout.address + kGap);

    std::array<std::string_view, kTimes> cells;
    std::copy(row.times.begin(), row.times.end(), cells.begin());
    auto after = times_line(layout, cells);
    for (const auto& part : wrapped(row.result.words, layout.result)) {
        before += painted(part, row.result.tone, page.colour());
        before.append(layout.result - std::min(layout.result, columns(part)), ' ');
        page.line(before.append(after));
        before.assign(layout.before_result(), ' ');
        after.clear();
    }
}

/// Where even that is too wide: host, address and result beneath each other.
void print_stacked(Page& page, const Layout& layout, const EndpointRow& row, bool new_host)
{
    if (new_host && !row.host.empty())
        page.item("  ", Tone::plain, trimmed(layout.host_line(row)));
    const auto with_time = "    " + row.address + "  " + row.times[kTotal];
    if (!row.address.empty())
        page.item("    ", Tone::plain,
                  columns(with_time) <= page.width() ? trimmed(with_time) : std::string_view(row.address));
    page.item("      ", Tone::plain, row.result.words, row.result.tone);
}

void print_table(Page& page, const std::vector<EndpointRow>& rows)
{
    const auto layout = choose_layout(rows, page.width());
    const bool fits = layout.width() <= page.width();
    if (fits && std::find(layout.shown.begin(), layout.shown.end(), true) != layout.shown.end())
        page.line(
            painted(std::string(layout.before_result() + layout.result, ' ') + times_line(layout, kTimeHeads),
                    Tone::faint, page.colour()));
    const EndpointRow* previous = nullptr;
    for (const auto& row : rows) {
        const bool new_host =
            previous == nullptr || previous->host != row.host || previous->preference != row.preference;
        if (fits)
            print_row(page, layout, row, new_host);
        else
            print_stacked(page, layout, row, new_host);
        previous = &row;
    }
}

const Lookup* find_lookup(const Facts& facts, const std::string& name, RecordType type)
{
    for (const auto& lookup : facts.lookups)
        if (lookup.name == name && lookup.type == type)
            return &lookup;
    return nullptr;
}

/// ` (DNS 23 ms, DNSSEC ok)`; empty where nothing was asked.
std::string dns_words(const Facts& facts)
{
    if (facts.lookups.empty())
        return "";
    Duration first = Duration::max(), last{};
    std::size_t authenticated = 0;
    for (const auto& lookup : facts.lookups) {
        first = std::min(first, lookup.asked_at);
        last = std::max(last, lookup.asked_at + lookup.took);
        authenticated += lookup.authenticated ? 1 : 0;
    }
    return " (DNS " + duration_text(last - first) +
           (authenticated == 0                      ? ", no DNSSEC)"
            : authenticated == facts.lookups.size() ? ", DNSSEC ok)"
                                                    : ", DNSSEC in part)");
}

std::string route_words(const Facts& facts)
{
    const auto& route = facts.route;
    const auto domain = printable(route.domain.empty() ? facts.target.shown_name : route.domain);
    switch (route.kind) {
    case RouteKind::mx: return "the MX records of " + domain;
    case RouteKind::implicit_mx: return "no MX record, so the addresses of " + domain + " itself";
    case RouteKind::null_mx: return "null MX: " + domain + " declares that it takes no mail";
    case RouteKind::host: return "the host that you named";
    case RouteKind::address: return "the address that you named";
    case RouteKind::place: return "what you named";
    case RouteKind::none: break;
    }
    for (const auto type : {RecordType::mx, RecordType::a, RecordType::aaaa}) {
        const auto* lookup =
            find_lookup(facts, route.domain.empty() ? facts.target.name : route.domain, type);
        if (lookup != nullptr && lookup->outcome == LookupOutcome::no_such_domain)
            return "none: " + domain + " does not exist";
        if (lookup != nullptr && lookup->outcome == LookupOutcome::failed)
            return "none: the " + std::string(name(type)) + " lookup failed: " + lookup_words(*lookup);
    }
    return route.hosts.empty() ? "none: " + domain + " has no mail host" : "none";
}

std::string way_words(const Facts& facts)
{
    const auto& proxy = facts.settings.way.proxy;
    if (!proxy)
        return {};
    const bool six = proxy->address && proxy->address->family() == Family::ipv6;
    const auto host = printable(proxy->host, 120);
    return std::string(", through the ") + (proxy->kind == ProxyKind::socks5 ? "SOCKS5" : "HTTP") +
           " proxy " + (six ? '[' + host + ']' : host) + ':' + std::to_string(proxy->port);
}

} // namespace

void print_route(Page& page, const Facts& facts)
{
    page.gap();
    page.item("Route  ", Tone::strong, route_words(facts) + way_words(facts) + dns_words(facts));
    const auto rows = rows_of(facts);
    if (rows.empty())
        return;
    page.gap();
    print_table(page, rows);
}

} // namespace smtpprobe
