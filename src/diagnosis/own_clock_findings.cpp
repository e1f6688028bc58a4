// SPDX-License-Identifier: Apache-2.0
// Our clock, by the system's own word and by the dates that servers print in their greetings.
#include <algorithm>
#include <chrono>
#include <map>

#include "base/duration_text.hpp"
#include "base/mail_date.hpp"
#include "base/printable.hpp"
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

/// What the server's greeting says of the time; none where it says nothing.
std::optional<Instant> their_time(const Facts& facts, const Session& session)
{
    for (const auto& event : session.transcript)
        if (const auto* received = std::get_if<Received>(&event.what);
            received != nullptr && received->step == Step::greeting)
            if (const auto ahead = ahead_of(facts, session))
                return facts.started + session.began + event.at - *ahead;
    return std::nullopt;
}

/// Does its certificate hold by the server's own date, and not by our clock? Two clocks say then that it is
/// ours that is wrong: that of the server, and that of the authority.
bool certificate_tells(const Facts& facts, const Session& session)
{
    const auto theirs = their_time(facts, session);
    if (!theirs)
        return false;
    for (const auto& event : session.transcript) {
        const auto* secured = std::get_if<Secured>(&event.what);
        if (secured == nullptr || secured->tls.chain.empty())
            continue;
        const auto& chain = secured->tls.chain;
        const auto holds_at = [&](Instant when) {
            return std::all_of(chain.begin(), chain.end(), [&](const Certificate& certificate) {
                return certificate.not_before <= when && when <= certificate.not_after;
            });
        };
        if (holds_at(*theirs) && !holds_at(facts.started))
            return true;
    }
    return false;
}

bool is_about_dates(std::string_view id)
{
    for (const std::string_view dated : {"tls.certificate-not-yet-valid", "tls.certificate-expired",
                                         "dnssec.not-yet-valid", "dnssec.expired"})
        if (id == dated)
            return true;
    return false;
}

} // namespace

void fold_wrong_dates(const Facts& facts, Findings& findings)
{
    constexpr std::string_view kClock = "self.clock-wrong";
    auto& all = findings.all();
    const auto clock =
        std::find_if(all.begin(), all.end(), [&](const Finding& finding) { return finding.id == kClock; });
    const auto told = std::find_if(facts.sessions.begin(), facts.sessions.end(),
                                   [&](const Session& session) { return certificate_tells(facts, session); });
    if (clock == all.end() || told == facts.sessions.end())
        return;
    auto weight = Severity::warning;
    for (auto& finding : all)
        if (is_about_dates(finding.id) && finding.part_of.empty()) {
            finding.part_of = kClock;
            weight = std::max(weight, finding.severity);
        }
    clock->severity = std::max(clock->severity, weight);
    clock->confidence = std::max(clock->confidence, Confidence::likely);
    clock->seen +=
        "; by that date the certificate of " + told->endpoint.text() + " holds, and by our clock not";
    clock->decided_by = "the dates in greetings and certificates";
}

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
