// SPDX-License-Identifier: Apache-2.0
// The experiments of a probe: when the facts are looked at again, and how long they are waited for.
#include <algorithm>
#include <utility>

#include "diagnosis/login_view.hpp"
#include "dialogue/plan.hpp"
#include "probe/probe_run.hpp"
#include "probe/way_out.hpp"

namespace smtpprobe {
namespace {

/// An endpoint that has not connected after this long is asked about: its two SYNs were not answered.
constexpr auto kSilence = std::chrono::seconds(3);
/// What only adds a note may come this much later than all the rest.
constexpr auto kGrace = std::chrono::milliseconds(1500);

/// A login was tried, and none has come through.
bool login_has_failed(const Facts& facts)
{
    bool tried = false;
    for (const auto& session : facts.sessions) {
        const auto logins = read_logins(session);
        if (logins.logged_in())
            return false;
        tried = tried || logins.last() != nullptr;
    }
    return tried;
}

} // namespace

void ProbeRun::begin_investigation()
{
    const auto& settings = facts_.settings;
    if (!settings.experiments && settings.checks.empty() && !settings.auth.all)
        return;
    Investigation::Tools tools;
    tools.resolver = [this] { return route_finder_.resolver(facts_.settings); };
    tools.prepare = [this](const TrySession& wanted) { return request_for(wanted); };
    tools.is_busy = [this](const Endpoint& endpoint) { return is_busy(endpoint); };
    tools.on_change = [this] {
        if (!sessions_are_done())
            look();
        settle();
        changed_.cancel();
    };
    tools.source = facts_.settings.source;
    tools.interface = facts_.settings.way.interface;
    tools.connect_timeout = facts_.settings.connect_timeout;
    tools.started = facts_.started;
    investigation_ = std::make_shared<Investigation>(executor_, epoch_, std::move(tools));
    if (stopped_)
        investigation_->cancel(*stopped_);
    look();
}

/// What is still open when the conversations are over.
asio::awaitable<void> ProbeRun::finish_investigation()
{
    while (investigation_) {
        look();
        if (!investigation_->is_open())
            co_return;
        if (!investigation_->is_open_essential())
            arm_grace();
        co_await wait_for_change(Clock::time_point::max());
    }
}

/// Starts what the facts call for by now. An endpoint that keeps silent counts as one that does not
/// connect, long before its time is up.
void ProbeRun::look()
{
    if (!investigation_ || stopped_ || settled_)
        return;
    auto facts = facts_now();
    std::size_t at = 0;
    for (const auto& slot : slots_) {
        auto& session = facts.sessions[at];
        at += slot.in_clear ? 2U : 1U;
        if (!slot.connecting || Clock::now() < *slot.connecting + kSilence)
            continue;
        Fault fault;
        fault.kind = FaultKind::timed_out;
        session.transcript.push_back({kSilence, Broken{Step::connect, std::move(fault), {}}});
    }
    investigation_->look(facts);
    if (sessions_are_done() && investigation_->is_open() && !investigation_->is_open_essential())
        arm_grace();
}

/// Sets the alarm for the next endpoint that has kept silent for too long.
void ProbeRun::look_at_silence()
{
    auto next = Clock::time_point::max();
    for (const auto& slot : slots_)
        if (slot.connecting && *slot.connecting + kSilence > Clock::now())
            next = std::min(next, *slot.connecting + kSilence);
    if (next == Clock::time_point::max() || !investigation_)
        return;
    silence_.expires_at(next);
    silence_.async_wait([weak = weak_from_this()](const std::error_code& error) {
        const auto run = weak.lock();
        if (error || !run)
            return;
        run->look();
        run->look_at_silence();
    });
}

void ProbeRun::arm_grace()
{
    if (std::exchange(grace_armed_, true))
        return;
    grace_.expires_after(kGrace);
    grace_.async_wait([weak = weak_from_this()](const std::error_code& error) {
        const auto run = weak.lock();
        if (error || !run || !run->investigation_)
            return;
        run->investigation_->drop_inessential();
        run->settle();
        run->changed_.cancel();
    });
}

SessionRequest ProbeRun::request_for(const TrySession& wanted)
{
    auto request = request_to(wanted.endpoint);
    if (wanted.quit_after)
        request.plan.quit_after = wanted.quit_after;
    if (!wanted.to.empty()) {
        request.plan.to = wanted.to;
        if (!request.plan.from)
            request.plan.from.emplace();
    }
    if (wanted.from)
        request.plan.from = wanted.from;
    if (wanted.size)
        request.plan.envelope.size = wanted.size;
    request.plan.verbs = wanted.verbs;
    request.plan.message.reset(); // what is tried delivers nothing
    if (wanted.odd_end)
        hand_over_odd_message(request, *wanted.odd_end); // but for what was asked for by name
    // A password that was refused is not said again and again: accounts are locked for that.
    const bool refused = login_has_failed(facts_now()) || login_refused_by(wanted.endpoint);
    if (!wanted.login || (wanted.mechanism.empty() && refused))
        request.plan.auth.reset();
    if (request.plan.auth && !wanted.mechanism.empty())
        request.plan.auth->mechanisms = {wanted.mechanism};
    request.plan.starttls_unoffered = wanted.starttls_unoffered;
    if (wanted.step_timeout)
        request.plan.step_timeout =
            std::min(*wanted.step_timeout, request.plan.step_timeout.value_or(*wanted.step_timeout));
    request.preamble = wanted.preamble;
    request.max_segment = wanted.max_segment;
    keep_from_strangers(request, facts_.route);
    return request;
}

bool ProbeRun::is_busy(const Endpoint& endpoint) const
{
    return std::any_of(slots_.begin(), slots_.end(), [&](const Slot& slot) {
        const auto& other = slot.session.endpoint;
        const bool open = slot.control != nullptr || !slot.done;
        return open &&
               (other.address == endpoint.address || (!other.host.empty() && other.host == endpoint.host));
    });
}

} // namespace smtpprobe
