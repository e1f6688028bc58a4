// SPDX-License-Identifier: Apache-2.0
// Where a server says "later": come back later, if the user wants to know what happens then.
#include <algorithm>

#include "diagnosis/assessment.hpp"
#include "diagnosis/deferral.hpp"
#include "diagnosis/trials.hpp"

namespace smtpprobe {
namespace {

/// What must be left of the deadline for a visit to be of use.
constexpr Duration kTimeForVisit = std::chrono::seconds(5);

bool under_way(const Attempt& attempt) { return attempt.effective().state == EndpointState::unfinished; }

Duration end_of(const Session& session) { return session.began + session.took; }

} // namespace

void plan_for_refusals(const Facts& facts, Trials& trials)
{
    if (!facts.settings.retry_greylist || facts.interrupted)
        return;
    const auto assessment = assess(facts);
    // Another host may take the mail yet.
    if (assessment.result != EndpointState::defers ||
        std::any_of(assessment.attempts.begin(), assessment.attempts.end(), under_way))
        return;
    const auto& first = assessment.decisive->effective();
    const auto& endpoint = first.session->endpoint;
    const auto visits = later_visits(facts, endpoint);
    if (visits.size() >= kMostVisits)
        return;
    const SessionView last(visits.empty() ? *first.session : *visits.back());
    if (!passing_deferral(last))
        return;
    const auto wait = wait_before_visit(last, visits.size());
    auto begins = end_of(*last.session);
    for (const auto& session : facts.sessions)
        begins = std::max(begins, end_of(session));
    if (begins + wait + kTimeForVisit > facts.settings.deadline)
        return;
    TrySession visit;
    visit.endpoint = endpoint;
    visit.wait = wait;
    trials.push_back({Purpose::later, visit});
}

} // namespace smtpprobe
