// SPDX-License-Identifier: Apache-2.0
// A probe as a whole: its route, its conversations, its experiments, and when all is learnt.
#include "probe/probe_run.hpp"

#include <algorithm>
#include <utility>

#include "net/clock_state.hpp"
#include "net/own_addresses.hpp"
#include "net/own_name.hpp"
#include "smtpprobe/probe.hpp"

namespace smtpprobe {

ProbeRun::ProbeRun(asio::any_io_executor executor, Target target, Settings settings, ProbeEvents events,
                   std::shared_ptr<ProbeControl> control, std::shared_ptr<const OutgoingMessage> message)
    : executor_(executor), events_(std::move(events)), control_(std::move(control)),
      route_finder_(executor, epoch_), outgoing_(std::move(message)), deadline_(executor), changed_(executor),
      silence_(executor), grace_(executor)
{
    facts_.version = version();
    facts_.started = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    facts_.target = std::move(target);
    facts_.settings = std::move(settings);
    if (facts_.settings.helo.empty())
        facts_.settings.helo = own_host_name();
}

void ProbeControl::interrupt()
{
    if (interrupt_)
        interrupt_();
}

void ProbeControl::hang_up()
{
    if (hang_up_)
        hang_up_();
}

asio::awaitable<Facts> ProbeRun::run()
{
    const auto self = shared_from_this(); // timers and callbacks may outlive the caller's frame
    control_->interrupt_ = [this] {
        facts_.interrupted = true;
        stop(FaultKind::cancelled);
    };
    control_->hang_up_ = [this] {
        for (auto& slot : slots_)
            if (slot.control)
                slot.control->cancel(FaultKind::cancelled);
    };
    arm_deadline();
    co_await begin_message();
    co_await find_route();
    begin_investigation();
    // A message is delivered once.
    if (facts_.settings.first || outgoing_)
        co_await talk_one_by_one();
    else
        co_await talk_to_all();
    co_await finish_investigation();
    co_await finish_arrival();
    settle();
    deadline_.cancel();
    silence_.cancel();
    grace_.cancel();
    route_finder_.cancel();
    control_->interrupt_ = nullptr;
    control_->hang_up_ = nullptr;
    co_return facts_now();
}

void ProbeRun::arm_deadline()
{
    deadline_.expires_after(facts_.settings.deadline);
    deadline_.async_wait([weak = weak_from_this()](const std::error_code& error) {
        const auto run = weak.lock();
        if (!error && run)
            run->stop(FaultKind::deadline);
    });
}

void ProbeRun::stop(FaultKind why)
{
    if (!stopped_)
        stopped_ = why;
    route_finder_.cancel();
    if (investigation_)
        investigation_->cancel(why);
    if (watch_)
        watch_->cancel();
    for (auto& slot : slots_)
        if (slot.control)
            slot.control->cancel(why);
    changed_.cancel();
}

asio::awaitable<void> ProbeRun::find_route()
{
    if (facts_.target.kind != TargetKind::self) {
        const std::function<void(std::size_t)> on_open = [this](std::size_t open) {
            open_questions_ = open;
            if (open > 0)
                tell_progress();
        };
        co_await route_finder_.find(facts_, on_open);
    }
    slots_.resize(facts_.route.endpoints.size());
    for (std::size_t i = 0; i < slots_.size(); ++i)
        slots_[i].session.endpoint = facts_.route.endpoints[i];
    co_await find_proxy();
    see_ourselves();
    const auto& target = facts_.target;
    if (target.kind == TargetKind::address && target.address.scope() != AddressScope::loopback)
        ask_for_name(target.address);
}

/// What we send from, and whether our clock can be trusted: asked of the system alone.
void ProbeRun::see_ourselves()
{
    facts_.clock_synchronised = clock_synchronised();
    auto& own = facts_.own_addresses;
    if (facts_.target.kind == TargetKind::self)
        own = own_addresses();
    if (!is_direct())
        return; // the server sees somebody else
    for (const auto& endpoint : facts_.route.endpoints) {
        const auto source =
            facts_.settings.source ? facts_.settings.source : source_towards(endpoint.address);
        if (source && std::find(own.begin(), own.end(), *source) == own.end())
            own.push_back(*source);
    }
}

/// Who is this address? Asked beside the conversation; nobody waits for the answer.
void ProbeRun::ask_for_name(const IpAddress& address)
{
    route_finder_.ask_for_name(address, facts_.settings, [weak = weak_from_this()](Lookup lookup) {
        if (const auto run = weak.lock(); run && !run->settled_ && lookup.failure != LookupFailure::cancelled)
            run->facts_.lookups.push_back(std::move(lookup));
    });
}

void ProbeRun::tell_progress()
{
    if (!events_.on_progress)
        return;
    Progress progress;
    progress.lookups_open = open_questions_;
    progress.awaits_arrival = awaiting_arrival_;
    for (const auto& slot : slots_)
        if (slot.step)
            progress.talks.push_back({slot.session.endpoint, *slot.step});
    events_.on_progress(progress);
}

bool ProbeRun::sessions_are_done() const
{
    return std::all_of(slots_.begin(), slots_.end(), [](const Slot& slot) { return slot.done; });
}

void ProbeRun::settle()
{
    if (settled_ || awaiting_arrival_ || !sessions_are_done())
        return;
    look();
    if (settled_ || (investigation_ && !stopped_ && investigation_->is_open()))
        return;
    settled_ = true;
    if (events_.on_settled)
        events_.on_settled(facts_now());
}

Facts ProbeRun::facts_now() const
{
    Facts facts = facts_;
    for (const auto& slot : slots_) {
        facts.sessions.push_back(slot.session);
        if (slot.in_clear)
            facts.sessions.push_back(*slot.in_clear);
    }
    if (investigation_)
        facts.experiments = investigation_->results();
    facts.took = std::chrono::duration_cast<Duration>(Clock::now() - epoch_);
    return facts;
}

asio::awaitable<Facts> run_probe(asio::any_io_executor executor, Target target, Settings settings,
                                 ProbeEvents events, std::shared_ptr<ProbeControl> control,
                                 std::shared_ptr<const OutgoingMessage> message)
{
    auto run = std::make_shared<ProbeRun>(executor, std::move(target), std::move(settings), std::move(events),
                                          std::move(control), std::move(message));
    auto facts = co_await run->run();
    co_return facts;
}

} // namespace smtpprobe
