// SPDX-License-Identifier: Apache-2.0
#include "probe/investigation.hpp"

#include <algorithm>
#include <utility>

#include <asio/co_spawn.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include "net/contact.hpp"
#include "net/trace.hpp"
#include "probe/policy_run.hpp"

namespace smtpprobe {
namespace {

/// No facts call for more; a planner that goes astray is stopped here.
constexpr std::size_t kMostTrials = 400;
/// How long a control target may take to greet: long enough for most deliberate delays.
constexpr Duration kListen = std::chrono::seconds(7);
/// A contact gives up sooner than the endpoint itself: three SYNs have gone out by then.
constexpr Duration kContactLimit = std::chrono::seconds(5);

bool same_host(const Endpoint& a, const Endpoint& b)
{
    return a.address == b.address || (!a.host.empty() && a.host == b.host);
}

bool was_cancelled(const Lookup& lookup) { return lookup.failure == LookupFailure::cancelled; }
bool was_cancelled(const Contact& contact)
{
    return contact.fault &&
           (contact.fault->kind == FaultKind::cancelled || contact.fault->kind == FaultKind::deadline);
}
bool was_cancelled(const Session& session) { return session.transcript.empty(); }
template <class Other> bool was_cancelled(const Other&) { return false; }

} // namespace

Investigation::Investigation(asio::any_io_executor executor, Clock::time_point epoch, Tools tools)
    : executor_(std::move(executor)), epoch_(epoch), tools_(std::move(tools))
{
}

void Investigation::look(const Facts& facts)
{
    if (!cancelled_)
        make(plan_trials(facts));
}

void Investigation::make(Trials trials)
{
    if (cancelled_)
        return;
    for (auto& trial : trials) {
        const bool known = std::any_of(attempts_.begin(), attempts_.end(),
                                       [&](const Attempt& attempt) { return attempt.trial == trial; });
        const bool wanted = is_essential(trial.purpose) || !essential_only_;
        if (wanted && !known && attempts_.size() < kMostTrials)
            attempts_.emplace_back().trial = std::move(trial);
    }
    start_waiting();
}

void Investigation::start_waiting()
{
    for (auto& attempt : attempts_)
        if (!attempt.started && !attempt.over && host_is_free(attempt))
            start(attempt);
}

/// Conversations with one host take turns, those of the route among them.
bool Investigation::host_is_free(const Attempt& attempt) const
{
    const auto* wanted = std::get_if<TrySession>(&attempt.trial.what);
    if (wanted == nullptr)
        return true;
    if (tools_.is_busy(wanted->endpoint))
        return false;
    return std::none_of(attempts_.begin(), attempts_.end(), [&](const Attempt& other) {
        const auto* session = std::get_if<TrySession>(&other.trial.what);
        return session != nullptr && other.started && !other.over &&
               same_host(session->endpoint, wanted->endpoint);
    });
}

void Investigation::start(Attempt& attempt)
{
    attempt.started = true;
    attempt.experiment.purpose = attempt.trial.purpose;
    attempt.experiment.began = std::chrono::duration_cast<Duration>(Clock::now() - epoch_);
    begun_.push_back(&attempt);
    std::visit([&](const auto& wanted) { begin(attempt, wanted); }, attempt.trial.what);
}

void Investigation::begin(Attempt& attempt, const TryContact& wanted)
{
    ContactRequest request;
    request.host = wanted.host;
    request.address = wanted.address;
    request.port = wanted.port;
    request.source = tools_.source;
    request.interface = tools_.interface;
    request.connect_limit = std::min(kContactLimit, tools_.connect_timeout);
    request.listen = wanted.listen ? kListen : Duration::zero();
    auto control = std::make_shared<AttemptControl>();
    attempt.cancel = [control](FaultKind why) { control->cancel(why); };
    spawn(attempt, make_contact(std::move(request), control));
}

void Investigation::begin(Attempt& attempt, const TryTrace& wanted)
{
    TraceRequest request;
    request.address = wanted.address;
    request.port = wanted.port;
    request.source = tools_.source;
    request.interface = tools_.interface;
    auto control = std::make_shared<AttemptControl>();
    attempt.cancel = [control](FaultKind why) { control->cancel(why); };
    spawn(attempt, trace_route(std::move(request), control));
}

void Investigation::begin(Attempt& attempt, const TryLookup& wanted)
{
    AskHow how;
    how.server = wanted.server;
    how.checking_disabled = wanted.checking_disabled;
    how.over_tcp = wanted.over_tcp;
    how.briefly = true;
    tools_.resolver()->ask(
        wanted.question, how, epoch_,
        [self = shared_from_this(), &attempt](Lookup lookup) { self->came(attempt, std::move(lookup)); });
}

void Investigation::begin(Attempt& attempt, const TrySession& wanted)
{
    auto control = std::make_shared<SessionControl>();
    auto timer = std::make_shared<asio::steady_timer>(executor_);
    attempt.cancel = [control, timer](FaultKind why) {
        timer->cancel();
        control->cancel(why);
    };
    spawn(attempt, talk_after(wanted.wait, wanted, control, timer));
}

void Investigation::begin(Attempt& attempt, const TryPolicy& wanted)
{
    spawn(attempt, run_policy(tools_.resolver(), wanted, tools_.started, epoch_));
}

template <class Made> void Investigation::spawn(Attempt& attempt, asio::awaitable<Made> work)
{
    asio::co_spawn(executor_, std::move(work),
                   [self = shared_from_this(), &attempt](std::exception_ptr error, Made made) {
                       if (error)
                           std::rethrow_exception(error);
                       self->came(attempt, std::move(made));
                   });
}

asio::awaitable<Session> Investigation::talk_after(Duration wait, TrySession wanted,
                                                   std::shared_ptr<SessionControl> control,
                                                   std::shared_ptr<asio::steady_timer> timer)
{
    if (wait > Duration::zero() && !cancelled_) {
        timer->expires_after(wait);
        std::error_code ignored;
        co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    Session session;
    if (!cancelled_) {
        auto request = tools_.prepare(wanted);
        session = co_await run_session(std::move(request), control);
    }
    co_return session;
}

template <class Made> void Investigation::came(Attempt& attempt, Made made)
{
    if (attempt.over)
        return;
    attempt.told = !was_cancelled(made);
    attempt.experiment.took =
        std::chrono::duration_cast<Duration>(Clock::now() - epoch_) - attempt.experiment.began;
    attempt.experiment.what = std::move(made);
    ended(attempt);
}

void Investigation::ended(Attempt& attempt)
{
    attempt.over = true;
    attempt.cancel = nullptr;
    if (tools_.on_change)
        tools_.on_change();
}

bool Investigation::is_open() const
{
    return std::any_of(attempts_.begin(), attempts_.end(),
                       [](const Attempt& attempt) { return !attempt.over; });
}

bool Investigation::is_open_essential() const
{
    return std::any_of(attempts_.begin(), attempts_.end(), [](const Attempt& attempt) {
        return !attempt.over && is_essential(attempt.trial.purpose);
    });
}

void Investigation::drop_inessential()
{
    essential_only_ = true;
    for (auto& attempt : attempts_)
        if (!attempt.over && !is_essential(attempt.trial.purpose)) {
            attempt.over = true;
            if (auto cancel = std::exchange(attempt.cancel, nullptr))
                cancel(FaultKind::cancelled);
        }
}

void Investigation::cancel(FaultKind why)
{
    cancelled_ = true;
    for (auto& attempt : attempts_) {
        // A lookup and a policy check end with the resolver; what had not begun never will.
        if (!attempt.started)
            attempt.over = true;
        else if (const auto cancel = attempt.cancel)
            cancel(why);
    }
}

std::vector<Experiment> Investigation::results() const
{
    std::vector<Experiment> made;
    for (const auto* attempt : begun_)
        if (attempt->told)
            made.push_back(attempt->experiment);
    return made;
}

} // namespace smtpprobe
