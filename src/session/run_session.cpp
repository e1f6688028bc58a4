// SPDX-License-Identifier: Apache-2.0
#include "session/run_session.hpp"

#include <utility>

#include <asio/this_coro.hpp>

#include "session/session_run.hpp"

namespace smtpprobe {

void SessionControl::cancel(FaultKind why)
{
    if (!asked_)
        asked_ = why;
    if (cancel_)
        cancel_(why);
}

asio::awaitable<Session> run_session(SessionRequest request, std::shared_ptr<SessionControl> control)
{
    const auto executor = co_await asio::this_coro::executor;
    SessionRun session(executor, std::move(request), std::move(control));
    auto done = co_await session.run();
    co_return done;
}

} // namespace smtpprobe
