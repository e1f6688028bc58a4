// SPDX-License-Identifier: Apache-2.0
// The message that was sent, and its way to the mailbox.
#include <algorithm>
#include <cstdint>

#include "base/duration_text.hpp"
#include "base/printable.hpp"
#include "render/text_parts.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kDelayWidth = 9;
constexpr std::int64_t kMostSeconds = 1'000'000'000;
/// What is shown of a text that a server wrote.
constexpr std::size_t kMostText = 120;

/// `+2 s`, `-3 s` where the clocks differ.
std::string delay_text(const std::optional<std::int64_t>& delay)
{
    if (!delay)
        return "?";
    const auto bounded = std::clamp(*delay, -kMostSeconds, kMostSeconds);
    const auto span = duration_text(std::chrono::seconds(bounded < 0 ? -bounded : bounded));
    return (bounded < 0 ? "-" : "+") + span;
}

std::string arrival_words(const Arrival& arrival)
{
    const auto waited = duration_text(arrival.waited);
    switch (arrival.outcome) {
    case ArrivalOutcome::arrived: return "arrived after " + waited;
    case ArrivalOutcome::not_in_time: return "did not arrive within " + waited;
    case ArrivalOutcome::cannot_look: return "cannot be looked for: " + printable(arrival.why, 200);
    case ArrivalOutcome::not_sent: return "not waited for: no server took it";
    case ArrivalOutcome::stopped: return "not there yet after " + waited + ", when the probe ended";
    }
    return {};
}

void print_hop(Page& page, const ReceivedHop& hop)
{
    auto text = (hop.from.empty() ? std::string("?") : printable(hop.from, kMostText)) + " -> " +
                (hop.by.empty() ? std::string("?") : printable(hop.by, kMostText));
    if (!hop.with.empty())
        text += ", " + printable(hop.with, kMostText);
    if (!hop.id.empty())
        text += ", as " + printable(hop.id, kMostText);
    page.item("  " + padded_left(delay_text(hop.delay), kDelayWidth) + "  ", Tone::faint, text);
}

} // namespace

void print_message(Page& page, const Facts& facts)
{
    if (facts.message && facts.message->unsendable.empty()) {
        page.gap();
        page.item("Message  ", Tone::strong,
                  (facts.message->id.empty() ? std::string("without a Message-ID")
                                             : printable(facts.message->id, kMostText)) +
                      ", " + std::to_string(facts.message->octets) + " octets");
    }
    if (!facts.arrival)
        return;
    page.item("Arrival  ", Tone::strong,
              arrival_words(*facts.arrival) + ", in " + printable(facts.arrival->where, 200));
    if (facts.arrival->hops_left_out > 0)
        page.item("  " + padded_left("", kDelayWidth) + "  ", Tone::faint,
                  std::to_string(facts.arrival->hops_left_out) + " hops before, not shown");
    for (const auto& hop : facts.arrival->hops)
        print_hop(page, hop);
}

} // namespace smtpprobe
