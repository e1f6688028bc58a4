// SPDX-License-Identifier: Apache-2.0
// The message of --send: taken, refused, arrived.
#include "diagnosis/message_findings.hpp"

#include <algorithm>
#include <cstdint>

#include "base/duration_text.hpp"
#include "base/printable.hpp"
#include "diagnosis/delivery_view.hpp"
#include "diagnosis/evidence.hpp"

namespace smtpprobe {
namespace {

/// Later than this somebody kept the message on its way.
constexpr Duration kLate = std::chrono::seconds(60);
/// Clocks of one second, read at two ends: less is no difference.
constexpr std::int64_t kClockNoise = 1;
/// RFC 5321 4.5.3.1.6, without the CRLF.
constexpr std::uint64_t kLongestLine = 998;
/// What was measured, as far as it makes sense to be told.
constexpr std::int64_t kMostSeconds = 1'000'000'000;

std::string seconds_text(std::int64_t seconds)
{
    return duration_text(std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, kMostSeconds)));
}

std::string host_of(const ReceivedHop& hop) { return hop.by.empty() ? "a server" : printable(hop.by, 100); }

/// The server that took the message last, as far as we know.
struct Taker {
    std::string where;
    std::string id;
};
Taker taker_of(const Assessment& assessment)
{
    for (const auto& attempt : assessment.attempts) {
        const auto& view = attempt.effective();
        for (const auto& answer : read_delivery(view).answers)
            if (answer.received->reply.code_class() == 2)
                return {view.where(), queue_id(answer.received->reply)};
    }
    return {};
}

void find_clock_skew(const Arrival& arrival, Findings& findings)
{
    for (const auto& hop : arrival.hops) {
        if (!hop.delay || *hop.delay >= -kClockNoise)
            continue;
        const bool first = &hop == &arrival.hops.front();
        findings.add("arrival.clocks-differ",
                     {Severity::note, printable(hop.by, 200),
                      "its Received field is " +
                          seconds_text(-std::clamp<std::int64_t>(*hop.delay, -kMostSeconds, 0)) +
                          (first ? " older than our own sending" : " older than that of the hop before it"),
                      std::nullopt});
    }
}

void find_arrived(const Arrival& arrival, Findings& findings)
{
    auto seen = "in " + printable(arrival.where, 200) + ' ' + duration_text(arrival.waited) +
                " after the server took it";
    const auto slowest = std::max_element(
        arrival.hops.begin(), arrival.hops.end(),
        [](const ReceivedHop& a, const ReceivedHop& b) { return a.delay.value_or(0) < b.delay.value_or(0); });
    if (slowest != arrival.hops.end() && slowest->delay.value_or(0) > kClockNoise)
        seen += "; the longest stay was before " + host_of(*slowest) + ", " + seconds_text(*slowest->delay);
    const bool late = arrival.waited >= kLate;
    findings.add(late ? "arrival.late" : "arrival.arrived",
                 {late ? Severity::warning : Severity::note, "", std::move(seen), std::nullopt});
    find_clock_skew(arrival, findings);
}

void find_arrival(const Assessment& assessment, const Arrival& arrival, Findings& findings)
{
    const auto place = printable(arrival.where, 200);
    switch (arrival.outcome) {
    case ArrivalOutcome::arrived: find_arrived(arrival, findings); break;
    case ArrivalOutcome::not_in_time: {
        const auto taker = taker_of(assessment);
        auto seen =
            "not in " + place + " within " + duration_text(arrival.waited) + " after the server took it";
        if (!taker.id.empty())
            seen += " as " + taker.id;
        auto& finding =
            findings.add("arrival.not-in-time", {Severity::problem, taker.where, seen, std::nullopt});
        if (!taker.id.empty())
            for (auto& step : finding.fix)
                put_in(step, "QUEUEID", taker.id);
        break;
    }
    case ArrivalOutcome::cannot_look:
        findings.add("arrival.cannot-look",
                     {Severity::problem, place, printable(arrival.why, 300), std::nullopt});
        break;
    case ArrivalOutcome::stopped:
        findings.add("arrival.not-awaited",
                     {Severity::note, place,
                      "the probe ended " + duration_text(arrival.waited) + " after the server took it",
                      std::nullopt});
        break;
    case ArrivalOutcome::not_sent: break;
    }
}

void find_in_content(const MessageFacts& message, Findings& findings)
{
    if (!message.unsendable.empty())
        findings.add("message.unsendable",
                     {Severity::problem, "", printable(message.unsendable, 300), std::nullopt});
    if (message.longest_line > kLongestLine)
        findings.add("message.long-lines", {Severity::note, "",
                                            "its longest line has " + std::to_string(message.longest_line) +
                                                " octets; 998 are allowed",
                                            std::nullopt});
    if (message.stray_carriage_returns > 0)
        findings.add("message.line-ends-changed", {Severity::note, "",
                                                   std::to_string(message.stray_carriage_returns) +
                                                       " carriage returns without a line feed",
                                                   std::nullopt});
}

} // namespace

void find_in_delivery(const SessionView& view, Severity weight, Findings& findings)
{
    const auto delivery = read_delivery(view);
    for (const auto& answer : delivery.answers) {
        auto seen = (answer.mailbox.empty() ? "" : printable(answer.mailbox, 200) + ": ") +
                    quoted(answer.received->reply);
        const Observation observation{Severity::note, view.where(), std::move(seen), Step::message};
        if (answer.received->reply.code_class() == 2) {
            findings.add("message.accepted", observation);
        } else if (answer.received != view.deciding || view.state == EndpointState::some_refused) {
            auto refusal = observation;
            refusal.severity = view.state == EndpointState::some_refused ? Severity::problem : weight;
            findings.add(explain(Step::message, answer.received->reply), std::move(refusal));
        }
    }
}

void find_in_message(const Assessment& assessment, Findings& findings)
{
    const auto& facts = *assessment.facts;
    if (facts.message)
        find_in_content(*facts.message, findings);
    if (facts.arrival)
        find_arrival(assessment, *facts.arrival, findings);
}

bool delivery_is_unknown(const Assessment& assessment)
{
    return assessment.decisive != nullptr && assessment.result == EndpointState::dead &&
           read_delivery(assessment.decisive->effective()).unknown();
}

std::string message_headline(const Assessment& assessment, const std::string& target)
{
    const auto& arrival = assessment.facts->arrival;
    if (delivery_is_unknown(assessment))
        return "It is not known whether the message to " + target +
               " was delivered: the server did not answer when it had all of it.";
    if (arrival && arrival->outcome == ArrivalOutcome::arrived)
        return "The message to " + target + " arrived after " + duration_text(arrival->waited) + '.';
    if (arrival && arrival->outcome == ArrivalOutcome::not_in_time)
        return "A server took the message to " + target + ", and it did not arrive within " +
               duration_text(arrival->waited) + '.';
    const auto taken = taker_of(assessment);
    return taken.where.empty() ? std::string()
                               : "The message to " + target + " was taken by " + taken.where + '.';
}

} // namespace smtpprobe
