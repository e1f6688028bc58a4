// SPDX-License-Identifier: Apache-2.0
#include "net/trace.hpp"

#include <utility>

#include <asio/this_coro.hpp>

#include "net/trace_run.hpp"

namespace smtpprobe {

asio::awaitable<Trace> trace_route(TraceRequest request, std::shared_ptr<AttemptControl> control)
{
    const auto executor = co_await asio::this_coro::executor;
    auto run = std::make_shared<TraceRun>(executor, request);
    if (control)
        control->on_cancel([weak = std::weak_ptr<TraceRun>(run)](FaultKind) {
            if (const auto trace = weak.lock())
                trace->stop();
        });
    auto trace = co_await TraceRun::run(std::move(run));
    if (control)
        control->on_cancel(nullptr);
    co_return trace;
}

} // namespace smtpprobe
