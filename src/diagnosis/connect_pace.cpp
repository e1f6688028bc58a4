// SPDX-License-Identifier: Apache-2.0
// Connections that were made, but slowly: packets lost, a long way, a thin line.
#include <algorithm>

#include "base/duration_text.hpp"
#include "diagnosis/assessment.hpp"

namespace smtpprobe {
namespace {

using namespace std::chrono_literals;

/// RFC 6298 2.1: a SYN without an answer is sent again after a second, in all common systems.
constexpr Duration kFirstRepeat = 950ms;
constexpr Duration kHighDelay = 500ms;
constexpr Duration kSlowHandshake = 1s;
constexpr int kMuchLonger = 3;
constexpr int kTripsOfHandshake = 5;

struct Pace {
    Duration connect{};
    std::optional<Duration> exchange; ///< the quickest one: a round trip and hardly more
    std::optional<Duration> handshake;
};

Pace pace_of(const SessionView& view)
{
    Pace pace{view.connected_at, {}, {}};
    Duration sent_at{};
    Duration before{};
    bool waiting = false;
    for (const auto& event : view.session->transcript) {
        if (std::holds_alternative<Sent>(event.what)) {
            sent_at = event.at;
            waiting = true;
        } else if (const auto* received = std::get_if<Received>(&event.what)) {
            const auto first = received->first_byte_at > sent_at ? received->first_byte_at : event.at;
            if (waiting)
                pace.exchange = std::min(pace.exchange.value_or(first - sent_at), first - sent_at);
            waiting = false;
        } else if (std::holds_alternative<Secured>(event.what)) {
            pace.handshake = event.at - before;
        }
        before = event.at;
    }
    return pace;
}

} // namespace

void find_slow_ways(const Assessment& assessment, Findings& findings)
{
    for (const auto& attempt : assessment.attempts) {
        const auto& view = attempt.main;
        const auto pace = pace_of(view);
        if (!view.connected || !pace.exchange)
            continue;
        const auto exchange = *pace.exchange;
        const auto seen = "connected after " + duration_text(pace.connect) + ", the quickest exchange took " +
                          duration_text(exchange);
        const auto add = [&](std::string_view id, std::string text) {
            auto& finding = findings.add(id, {Severity::note, view.where(), std::move(text), std::nullopt});
            finding.confidence = Confidence::likely;
            finding.decided_by = "the times of the session";
        };
        if (pace.connect >= kFirstRepeat && pace.connect / kMuchLonger > exchange)
            add("connect.packets-lost", seen);
        else if (pace.connect >= kHighDelay && exchange >= kHighDelay / 2)
            add("connect.high-delay", seen);
        if (pace.handshake && *pace.handshake >= kSlowHandshake &&
            *pace.handshake / kTripsOfHandshake > exchange)
            add("connect.thin-line", seen + ", the TLS handshake " + duration_text(*pace.handshake));
    }
}

} // namespace smtpprobe
