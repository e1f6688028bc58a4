// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/assessment.hpp"

#include <algorithm>

#include "diagnosis/deferral.hpp"

namespace smtpprobe {
namespace {

bool repeats(const Session& later, const Session& earlier)
{
    return later.endpoint.address == earlier.endpoint.address &&
           later.endpoint.port == earlier.endpoint.port && later.endpoint.host == earlier.endpoint.host &&
           earlier.endpoint.tls != TlsMode::none && later.endpoint.tls == TlsMode::none;
}

/// A refusal before the envelope makes a sender try the next host; one of the envelope is final.
bool final_refusal(const SessionView& view)
{
    return view.state == EndpointState::refuses &&
           (view.decided_at == Step::mail || view.decided_at == Step::rcpt);
}

/// What counts for more when no endpoint took the mail: a sender that was put off anywhere tries again.
int weight(EndpointState state)
{
    switch (state) {
    case EndpointState::works:
    case EndpointState::some_refused: return 6;
    case EndpointState::defers: return 5;
    case EndpointState::refuses: return 4;
    case EndpointState::no_mail: return 3;
    case EndpointState::dead: return 2;
    case EndpointState::unfinished: return 1;
    case EndpointState::untried: return 0;
    }
    return 0;
}

void walk(Assessment& assessment)
{
    for (const auto& attempt : assessment.attempts) {
        const auto& view = attempt.effective();
        if (assessment.decisive == nullptr || weight(view.state) > weight(assessment.result)) {
            assessment.decisive = &attempt;
            assessment.result = view.state;
        }
        if (assessment.mail_flows())
            return;
        if (final_refusal(view)) {
            assessment.decisive = &attempt;
            assessment.result = view.state;
            return;
        }
    }
}

} // namespace

Assessment assess(const Facts& facts)
{
    Assessment assessment;
    assessment.facts = &facts;
    for (const auto& session : facts.sessions) {
        if (!assessment.attempts.empty() && repeats(session, *assessment.attempts.back().main.session))
            assessment.attempts.back().in_clear.emplace(session);
        else
            assessment.attempts.push_back({SessionView(session)});
    }
    for (auto& attempt : assessment.attempts)
        if (const auto visits = later_visits(facts, attempt.at_first().session->endpoint); !visits.empty())
            attempt.later.emplace(*visits.back());
    walk(assessment);
    if (assessment.result == EndpointState::defers) {
        const auto& view = assessment.decisive->effective();
        if (const auto explained = passing_deferral(view))
            assessment.passes_by_itself = passes_by_itself(*explained, view.deciding->reply.code_class());
    }
    return assessment;
}

} // namespace smtpprobe
