// SPDX-License-Identifier: Apache-2.0
#include "session/run_session.hpp"

#include <utility>

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
    return SessionRun::hold(std::make_unique<SessionRun>(std::move(request), std::move(control)));
}

} // namespace smtpprobe
