// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/deferral.hpp"

#include <algorithm>

#include "diagnosis/named_wait.hpp"

namespace smtpprobe {
namespace {

using std::chrono::seconds;

/// 65 s passes whoever wants a minute, 65 + 240 s the usual five minutes, 15 minutes the patient ones.
constexpr seconds kWaits[kMostVisits] = {seconds(65), seconds(240), seconds(600)};
/// postscreen's tests are over with the first visit: it only has to write down that we passed.
constexpr seconds kAfterTests{10};

bool may_pass(const Explanation& entry)
{
    return entry.retry == Retry::later && entry.kind != Cause::mailbox_full &&
           entry.kind != Cause::system_full && entry.kind != Cause::starttls_required;
}

} // namespace

std::optional<Explained> passing_deferral(const SessionView& view)
{
    if (view.state != EndpointState::defers || view.deciding == nullptr)
        return std::nullopt;
    const auto explained = explain(view.deciding->step, view.deciding->reply);
    if (!may_pass(*explained.entry))
        return std::nullopt;
    return explained;
}

bool passes_by_itself(const Explained& explained, int reply_class)
{
    const auto& entry = *explained.entry;
    // Greylisting is meant to pass: every real mail server tries again.
    if (entry.kind == Cause::greylisted)
        return true;
    // Where all of a server's places are taken, that is nobody's own pace. A code alone names no pace.
    const bool pace = entry.kind == Cause::rate_limited || entry.kind == Cause::too_many;
    return pace && reply_class == 4 && explained.decided_by <= DecidedBy::generic_words &&
           entry.id != "vendor.postfix.postscreen-busy" && entry.id != "vendor.exim.places-taken";
}

std::vector<const Session*> later_visits(const Facts& facts, const Endpoint& endpoint)
{
    std::vector<const Session*> visits;
    for (const auto& experiment : facts.experiments) {
        const auto* session = std::get_if<Session>(&experiment.what);
        if (experiment.purpose == Purpose::later && session != nullptr && session->endpoint == endpoint)
            visits.push_back(session);
    }
    return visits;
}

Duration wait_before_visit(const SessionView& put_off, std::size_t visits_made)
{
    const auto round = std::min(visits_made, kMostVisits - 1);
    // A second over, since the server's clock ticks in seconds; and one more each time, so that no two
    // visits are the same one to who plans them.
    if (const auto named = named_wait(put_off.deciding->reply.words()))
        return *named + seconds(1) + seconds(visits_made);
    const auto explained = explain(put_off.deciding->step, put_off.deciding->reply);
    if (round == 0 && explained.entry->id == "vendor.postfix.postscreen-later")
        return kAfterTests;
    return kWaits[round];
}

} // namespace smtpprobe
