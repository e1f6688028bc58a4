// SPDX-License-Identifier: Apache-2.0
// The conversations of a probe: hosts side by side, the endpoints of one host in turn.
#include <algorithm>
#include <utility>

#include <asio/co_spawn.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include "diagnosis/hygiene.hpp"
#include "diagnosis/session_view.hpp"
#include "dialogue/plan.hpp"
#include "net/local_route.hpp"
#include "probe/login.hpp"
#include "probe/probe_run.hpp"

namespace smtpprobe {
namespace {

/// While one address of a host keeps silent, its next one may be tried after this long: RFC 8305
/// section 5 calls it the connection attempt delay.
constexpr auto kNextAddressAfter = std::chrono::milliseconds(250);

/// No deliberate delay before the mail lasts longer. A server that is silent beyond it is asked about in
/// other ways, while there is time.
constexpr auto kOpening = std::chrono::seconds(60);

} // namespace

std::shared_ptr<ProbeRun::Group> ProbeRun::group_of(const std::vector<std::size_t>& members)
{
    auto group = std::make_shared<Group>();
    for (const auto index : members) {
        auto& slot = slots_[index];
        if (is_direct() && facts_.settings.way.interface.empty() &&
            !has_local_route(slot.session.endpoint.address, facts_.settings.source))
            leave_untried(slot, NotTried::no_local_family);
        else
            group->waiting.push_back({index, false});
    }
    return group;
}

asio::awaitable<void> ProbeRun::talk_to_all()
{
    std::vector<std::shared_ptr<Group>> groups;
    for (const auto& members : groups_of_turns())
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
        co_await wait_for_change(next);
    }
}

asio::awaitable<void> ProbeRun::wait_for_change(Clock::time_point until)
{
    changed_.expires_at(until);
    std::error_code ignored;
    co_await changed_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

void ProbeRun::talk_to_group(std::shared_ptr<Group> group)
{
    while (!group->waiting.empty()) {
        if (stopped_) {
            const auto turn = group->waiting.front();
            group->waiting.pop_front();
            if (turn.in_clear) // the handshake that failed is what there is
                slots_[turn.index].done = true;
            else
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
        for (talk_to_group(group); open_sessions_ > 0 || !group->waiting.empty(); talk_to_group(group))
            co_await wait_for_change(Clock::time_point::max());
        const auto& slot = slots_[i];
        worked = outgoing_ ? message_is_gone(slot)
                           : session_works(slot.session) || (slot.in_clear && session_works(*slot.in_clear));
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
    note_refused_login(session);
    slot.control.reset();
    slot.step.reset();
    slot.connecting.reset();
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
    if (!sessions_are_done())
        look();
    settle();
}

SessionRequest ProbeRun::request_for(Turn turn)
{
    auto endpoint = facts_.route.endpoints[turn.index];
    if (turn.in_clear)
        endpoint.tls = TlsMode::none;
    auto request = request_to(endpoint);
    // Whoever breaks handshakes must not get the password by it.
    if (turn.in_clear && request.plan.auth)
        request.plan.auth->insecure = false;
    if (const auto& settings = facts_.settings;
        settings.experiments && !settings.step_timeout && settings.deadline >= 2 * kOpening)
        request.plan.opening_timeout = std::max<Duration>(kOpening, settings.deadline / 2);
    request.on_step = [this, turn](Step step) { step_began(turn, step); };
    // Of the first hosts only: plan_trials() looks at no more names than that.
    if (investigation_ && turn.index < kMaxHygieneHosts)
        request.on_greeted = [this](const Session& so_far) {
            investigation_->make(plan_ahead(facts_, so_far));
        };
    request.on_concluded = [this, turn](const Session& so_far) {
        message_concluded(so_far);
        learnt(turn, so_far);
    };
    hand_over_message(request);
    keep_login_once(request);
    return request;
}

SessionRequest ProbeRun::request_to(const Endpoint& endpoint)
{
    const auto& settings = facts_.settings;
    SessionRequest request;
    request.endpoint = endpoint;
    request.plan = plan_dialogue(endpoint, settings, facts_.target);
    request.plan.message.reset(); // an experiment delivers nothing
    choose_way(request);
    request.connect_timeout = settings.connect_timeout;
    request.tls_name = settings.tls_name;
    if (!trust_)
        trust_ =
            std::make_shared<Trust>(settings.ca_file, settings.ca_path, settings.tls_cert, settings.tls_key);
    request.trust = trust_;
    request.show_certificate = !settings.tls_cert.empty();
    if (settings.auth.wanted)
        request.respond = login_at(endpoint, settings.auth);
    request.epoch = epoch_;
    return request;
}

void ProbeRun::step_began(Turn turn, Step step)
{
    auto& slot = slots_[turn.index];
    slot.step = step;
    slot.connecting.reset();
    if (step == Step::connect) {
        slot.connecting = Clock::now();
        look_at_silence();
    }
    tell_progress();
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

} // namespace smtpprobe
