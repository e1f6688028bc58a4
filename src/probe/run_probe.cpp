// SPDX-License-Identifier: Apache-2.0
#include "probe/run_probe.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include <asio/co_spawn.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>

#include "diagnosis/session_view.hpp"
#include "dialogue/plan.hpp"
#include "net/local_route.hpp"
#include "net/own_name.hpp"
#include "net/trust.hpp"
#include "probe/host_groups.hpp"
#include "probe/route_finder.hpp"
#include "session/run_session.hpp"
#include "smtpprobe/probe.hpp"

namespace smtpprobe {
namespace {

using Clock = std::chrono::steady_clock;

/// While one address of a host keeps silent, its next one may be tried after this long: RFC 8305
/// section 5 calls it the connection attempt delay.
constexpr auto kNextAddressAfter = std::chrono::milliseconds(250);

/// One endpoint's turn. `repeat` is the second one, without TLS.
struct Turn {
    std::size_t index = 0;
    bool in_clear = false;
};

} // namespace

/// One probe. Shared by the coroutines of its groups; all on one loop.
class ProbeRun : public std::enable_shared_from_this<ProbeRun> {
public:
    ProbeRun(asio::any_io_executor executor, Target target, Settings settings, ProbeEvents events,
             std::shared_ptr<ProbeControl> control)
        : executor_(executor), events_(std::move(events)), control_(std::move(control)),
          route_finder_(executor, epoch_), deadline_(executor), changed_(executor)
    {
        facts_.version = version();
        facts_.started = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
        facts_.target = std::move(target);
        facts_.settings = std::move(settings);
        if (facts_.settings.helo.empty())
            facts_.settings.helo = own_host_name();
    }

    asio::awaitable<Facts> run();

private:
    // One host: its endpoints take turns.
    struct Group {
        std::deque<Turn> waiting;
        std::size_t open = 0;
        bool talking = false;
        Clock::time_point next_start{};
    };
    // One endpoint, and what came of it.
    struct Slot {
        Session session;
        std::optional<Session> in_clear;
        std::shared_ptr<SessionControl> control;
        std::optional<Step> step; ///< while it runs
        bool done = false;        ///< nothing more will be learnt
    };

    void arm_deadline();
    void stop(FaultKind why);
    asio::awaitable<void> find_route();
    asio::awaitable<void> talk_to_all();
    asio::awaitable<void> talk_one_by_one();
    void ask_for_name(const IpAddress& address);
    void talk_to_group(std::shared_ptr<Group> group);
    void start(std::shared_ptr<Group> group, Turn turn);
    asio::awaitable<void> hold(std::shared_ptr<Group> group, Turn turn);
    SessionRequest request_for(Turn turn);
    void learnt(Turn turn, const Session& so_far);
    void leave_untried(Slot& slot, NotTried why);
    std::shared_ptr<Group> group_of(const std::vector<std::size_t>& members);
    void tell_progress();
    void settle();
    Facts facts_now() const;

    asio::any_io_executor executor_;
    ProbeEvents events_;
    std::shared_ptr<ProbeControl> control_;
    Clock::time_point epoch_ = Clock::now();
    Facts facts_;
    RouteFinder route_finder_;
    std::shared_ptr<Trust> trust_;
    std::vector<Slot> slots_;
    asio::steady_timer deadline_;
    asio::steady_timer changed_; ///< cancelled whenever a session ends
    std::size_t open_questions_ = 0;
    std::size_t open_sessions_ = 0;
    std::optional<FaultKind> stopped_;
    bool settled_ = false;
};

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
    co_await find_route();
    if (facts_.settings.first)
        co_await talk_one_by_one();
    else
        co_await talk_to_all();
    settle();
    deadline_.cancel();
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
    for (auto& slot : slots_)
        if (slot.control)
            slot.control->cancel(why);
    changed_.cancel();
}

asio::awaitable<void> ProbeRun::find_route()
{
    const std::function<void(std::size_t)> on_open = [this](std::size_t open) {
        open_questions_ = open;
        if (open > 0)
            tell_progress();
    };
    co_await route_finder_.find(facts_, on_open);
    slots_.resize(facts_.route.endpoints.size());
    for (std::size_t i = 0; i < slots_.size(); ++i)
        slots_[i].session.endpoint = facts_.route.endpoints[i];
    const auto& target = facts_.target;
    if (target.kind == TargetKind::address && target.address.scope() != AddressScope::loopback)
        ask_for_name(target.address);
}

/// Who is this address? Asked beside the conversation; nobody waits for the answer.
void ProbeRun::ask_for_name(const IpAddress& address)
{
    route_finder_.ask_for_name(address, facts_.settings, [weak = weak_from_this()](Lookup lookup) {
        if (const auto run = weak.lock(); run && !run->settled_ && lookup.failure != LookupFailure::cancelled)
            run->facts_.lookups.push_back(std::move(lookup));
    });
}

std::shared_ptr<ProbeRun::Group> ProbeRun::group_of(const std::vector<std::size_t>& members)
{
    auto group = std::make_shared<Group>();
    for (const auto index : members) {
        auto& slot = slots_[index];
        if (!has_local_route(slot.session.endpoint.address, facts_.settings.source))
            leave_untried(slot, NotTried::no_local_family);
        else
            group->waiting.push_back({index, false});
    }
    return group;
}

asio::awaitable<void> ProbeRun::talk_to_all()
{
    std::vector<std::shared_ptr<Group>> groups;
    for (const auto& members : host_groups(facts_.route.endpoints))
        groups.push_back(group_of(members));
    for (;;) {
        auto next = Clock::time_point::max();
        for (const auto& group : groups) {
            talk_to_group(group);
            if (!group->waiting.empty() && !group->talking)
                next = std::min(next, group->next_start);
        }
        if (open_sessions_ == 0 && std::all_of(groups.begin(), groups.end(),
                                               [](const auto& group) { return group->waiting.empty(); }))
            co_return;
        changed_.expires_at(next);
        std::error_code error;
        co_await changed_.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
}

void ProbeRun::talk_to_group(std::shared_ptr<Group> group)
{
    while (!group->waiting.empty()) {
        if (stopped_) {
            const auto turn = group->waiting.front();
            group->waiting.pop_front();
            if (!turn.in_clear)
                leave_untried(slots_[turn.index],
                              *stopped_ == FaultKind::deadline ? NotTried::deadline : NotTried::cancelled);
            continue;
        }
        const bool may_start = !group->talking && (group->open == 0 || Clock::now() >= group->next_start);
        if (!may_start)
            return;
        const auto turn = group->waiting.front();
        group->waiting.pop_front();
        group->next_start = Clock::now() + kNextAddressAfter;
        start(group, turn);
    }
}

asio::awaitable<void> ProbeRun::talk_one_by_one()
{
    bool worked = false;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        if (worked) {
            leave_untried(slots_[i], NotTried::first_worked);
            continue;
        }
        const std::vector<std::size_t> alone{i};
        const auto group = group_of(alone);
        for (talk_to_group(group); open_sessions_ > 0 || !group->waiting.empty(); talk_to_group(group)) {
            changed_.expires_at(Clock::time_point::max());
            std::error_code error;
            co_await changed_.async_wait(asio::redirect_error(asio::use_awaitable, error));
        }
        const auto& slot = slots_[i];
        worked = session_works(slot.session) || (slot.in_clear && session_works(*slot.in_clear));
    }
}

void ProbeRun::start(std::shared_ptr<Group> group, Turn turn)
{
    ++group->open;
    ++open_sessions_;
    asio::co_spawn(executor_, hold(std::move(group), turn),
                   [self = shared_from_this()](std::exception_ptr error) {
                       --self->open_sessions_;
                       self->changed_.cancel();
                       if (error)
                           std::rethrow_exception(error);
                   });
}

asio::awaitable<void> ProbeRun::hold(std::shared_ptr<Group> group, Turn turn)
{
    auto& slot = slots_[turn.index];
    slot.control = std::make_shared<SessionControl>();
    bool talked = false;
    bool busy = false;
    auto request = request_for(turn);
    auto may_talk = [group, &talked, &busy] {
        busy = group->talking;
        talked = !busy;
        group->talking = true;
        return talked;
    };
    request.may_talk = std::move(may_talk);
    auto session = co_await run_session(std::move(request), slot.control);
    slot.control.reset();
    slot.step.reset();
    --group->open;
    if (talked)
        group->talking = false;

    if (busy && !stopped_) {
        // It had kept silent until another connection to its host was open: after that one, then.
        group->waiting.push_back(turn);
        co_return;
    }
    const bool again = !turn.in_clear && tls_attempt_failed(session) && !stopped_;
    (turn.in_clear ? slot.in_clear.emplace() : slot.session) = std::move(session);
    slot.done = !again;
    if (again) {
        Turn repeat;
        repeat.index = turn.index;
        repeat.in_clear = true;
        group->waiting.push_front(repeat);
    }
    settle();
}

SessionRequest ProbeRun::request_for(Turn turn)
{
    const auto& settings = facts_.settings;
    SessionRequest request;
    request.endpoint = facts_.route.endpoints[turn.index];
    if (turn.in_clear)
        request.endpoint.tls = TlsMode::none;
    request.plan = plan_dialogue(request.endpoint, settings, facts_.target);
    request.source = settings.source;
    request.connect_timeout = settings.connect_timeout;
    request.tls_name = settings.tls_name;
    if (!trust_)
        trust_ = std::make_shared<Trust>(settings.ca_file, settings.ca_path);
    request.trust = trust_;
    request.epoch = epoch_;
    request.on_step = [this, turn](Step step) {
        slots_[turn.index].step = step;
        tell_progress();
    };
    request.on_concluded = [this, turn](const Session& so_far) { learnt(turn, so_far); };
    return request;
}

void ProbeRun::learnt(Turn turn, const Session& so_far)
{
    if (settled_ || !events_.on_settled || so_far.transcript.empty())
        return;
    if (!turn.in_clear && tls_attempt_failed(so_far))
        return; // the repeat without TLS is still to come
    auto& slot = slots_[turn.index];
    (turn.in_clear ? slot.in_clear.emplace() : slot.session) = so_far;
    slot.done = true;
    settle();
}

void ProbeRun::leave_untried(Slot& slot, NotTried why)
{
    slot.session.not_tried = why;
    slot.done = true;
}

void ProbeRun::tell_progress()
{
    if (!events_.on_progress)
        return;
    Progress progress;
    progress.lookups_open = open_questions_;
    for (const auto& slot : slots_)
        if (slot.step)
            progress.talks.push_back({slot.session.endpoint, *slot.step});
    events_.on_progress(progress);
}

void ProbeRun::settle()
{
    if (settled_ || !std::all_of(slots_.begin(), slots_.end(), [](const Slot& slot) { return slot.done; }))
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
    facts.took = std::chrono::duration_cast<Duration>(Clock::now() - epoch_);
    return facts;
}

asio::awaitable<Facts> run_probe(asio::any_io_executor executor, Target target, Settings settings,
                                 ProbeEvents events, std::shared_ptr<ProbeControl> control)
{
    auto run = std::make_shared<ProbeRun>(executor, std::move(target), std::move(settings), std::move(events),
                                          std::move(control));
    auto facts = co_await run->run();
    co_return facts;
}

} // namespace smtpprobe
