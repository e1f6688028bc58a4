// SPDX-License-Identifier: Apache-2.0
// Our clock, by the system's own word and by the dates that servers print in their greetings.
#include <chrono>
#include <map>

#include "base/duration_text.hpp"
#include "base/printable.hpp"
#include "base/mail_date.hpp"
#include "diagnosis/own_side_findings.hpp"

namespace smtpprobe {
namespace {

/// Greetings may be late, and other clocks wrong: less than this says nothing.
constexpr auto kTolerance = std::chrono::minutes(5);

Duration distance(Duration span) { return span < Duration::zero() ? -span : span; }

/// How far our clock is ahead of the server's, where its greeting tells.
std::optional<Duration> ahead_of(const Facts& facts, const Session& session)
{
    for (const auto& event : session.transcript) {
        const auto* received = std::get_if<Received>(&event.what);
        if (received == nullptr || received->step != Step::greeting)
            continue;
        const auto theirs = mail_date(received->reply.words());
        if (!theirs)
            return std::nullopt;
        return facts.started + session.began + event.at - *theirs;
    }
    return std::nullopt;
}

} // namespace

void find_own_clock(const OwnView& view)
{
    const auto& facts = view.facts;
    std::map<IpAddress, Duration> off; ///< by server: several ports of one have one clock
    bool right = false;
    for (const auto& session : facts.sessions)
        if (const auto ahead = ahead_of(facts, session)) {
            if (distance(*ahead) > kTolerance)
                off.emplace(session.endpoint.address, *ahead);
            else
                right = true;
        }
    if (!off.empty() && !right) {
        std::string seen;
        for (const auto& [address, ahead] : off)
            seen += (seen.empty() ? "" : "; ") +
                    ("by the greeting of " + address.text() + " our clock is " +
                     duration_text(distance(ahead)) + (ahead < Duration::zero() ? " behind" : " ahead"));
        // Of one server alone, it may as well be its clock.
        const bool sure = off.size() > 1;
        view.add("self.clock-wrong", sure ? Severity::warning : Severity::note, "", seen,
                 "the dates in greetings")
            .confidence = sure ? Confidence::likely : Confidence::guess;
        return;
    }
    if (view.own.asked && facts.clock_synchronised == false)
        view.add("self.clock-not-synchronised", Severity::note, "",
                 "the system says that nothing keeps its clock right", "the system's clock");
}

} // namespace smtpprobe
