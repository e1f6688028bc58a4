// SPDX-License-Identifier: Apache-2.0
#include "arrival/arrival_watch.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <utility>

#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>

#include "base/printable.hpp"

namespace smtpprobe {

struct ArrivalWatch::State {
    explicit State(std::unique_ptr<Mailbox> given) : mailbox(std::move(given)) {}

    /// Whether it was stopped.
    bool sleep_until(Clock::time_point until)
    {
        std::unique_lock<std::mutex> lock(mutex);
        return stopped.wait_until(lock, until, [this] { return stop.load(); });
    }

    std::unique_ptr<Mailbox> mailbox; ///< the thread's while there is one
    std::mutex mutex;
    std::condition_variable stopped;
    StopFlag stop = false;
    // What the last call gave. Here, since a thread may outlive the coroutine that began it.
    std::optional<std::string> wrong;
    Found found;
};

/// What is thrown on the thread has nobody above who could catch it: a mailbox that cannot be read.
template <class Work> bool ArrivalWatch::caught(State& state, Work work)
{
    try {
        work();
        return true;
    } catch (const std::exception& error) {
        state.found.why_not = "looking into the mailbox failed: " + printable(error.what(), 200);
        return false;
    }
}

ArrivalWatch::ArrivalWatch(asio::any_io_executor executor, std::unique_ptr<Mailbox> mailbox)
    : executor_(std::move(executor)), state_(std::make_shared<State>(std::move(mailbox)))
{
}

ArrivalWatch::~ArrivalWatch()
{
    cancel();
    if (thread_.joinable())
        thread_.join();
}

void ArrivalWatch::cancel()
{
    const std::lock_guard<std::mutex> lock(state_->mutex);
    state_->stop = true;
    state_->stopped.notify_all();
}

asio::awaitable<void> ArrivalWatch::beside(std::function<void()> work)
{
    const auto done = std::make_shared<asio::steady_timer>(executor_, Clock::time_point::max());
    auto guard = asio::make_work_guard(executor_);
    const auto executor = executor_;
    // The post runs on the loop, and so not before this coroutine waits.
    thread_ = std::thread([work = std::move(work), executor, done] {
        work();
        asio::post(executor, [done] { done->cancel(); });
    });
    std::error_code ignored;
    co_await done->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    thread_.join();
}

asio::awaitable<std::optional<std::string>> ArrivalWatch::open()
{
    const std::function<void()> work = [state = state_] {
        state->wrong.reset();
        caught(*state, [&] { state->wrong = state->mailbox->open(state->stop); });
        if (!state->found.why_not.empty())
            state->wrong = state->found.why_not;
    };
    co_await beside(work);
    co_return state_->wrong;
}

asio::awaitable<ArrivalWatch::Found> ArrivalWatch::wait(Clock::time_point until,
                                                        std::chrono::milliseconds pace)
{
    const std::function<void()> work = [state = state_, until, pace] {
        auto& found = state->found;
        for (bool over = false; !over;) {
            over = Clock::now() >= until; // what came just before the end counts, too
            const bool looked = caught(*state, [&] {
                auto look = state->mailbox->look(state->stop, until);
                found.header = std::move(look.header);
                found.why_not = std::move(look.why_not);
            });
            found.at = Clock::now();
            over = over || !looked || found.header || state->sleep_until(std::min(until, found.at + pace));
        }
    };
    co_await beside(work);
    co_return state_->found;
}

} // namespace smtpprobe
