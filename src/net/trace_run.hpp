// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>

#include "net/trace.hpp"

namespace smtpprobe {

/// One trace under way. Shared with the waits of its sockets, all on one loop.
class TraceRun : public std::enable_shared_from_this<TraceRun> {
public:
    TraceRun(const asio::any_io_executor& executor, const TraceRequest& request);

    static asio::awaitable<Trace> run(std::shared_ptr<TraceRun> run);
    /// No more is waited for.
    void stop();

private:
    using Clock = std::chrono::steady_clock;

    // One SYN, and what came of it.
    struct Attempt {
        explicit Attempt(const asio::any_io_executor& executor) : socket(executor) {}

        asio::posix::stream_descriptor socket; ///< open while it waits
        Clock::time_point began{};
        Hop hop;
        bool done = false;
    };

    void launch();
    bool may_launch() const;
    void launch_scout();
    /// False where the system has no descriptor left just now, but will have one.
    bool begin(Attempt& attempt, int ttl);
    void await(Attempt& attempt);
    void answered(Attempt& attempt);
    void end(Attempt& attempt, HopAnswer answer);
    /// Those whose time is up keep silent.
    void look();
    bool over() const;
    Clock::time_point next_look() const;
    bool scout_answered() const;
    Trace finish();

    asio::any_io_executor executor_;
    TraceRequest request_;
    asio::steady_timer timer_; ///< cancelled whenever something was learnt
    Clock::time_point until_;
    Clock::time_point next_launch_;
    std::vector<std::unique_ptr<Attempt>> attempts_; ///< by TTL, from 1
    std::unique_ptr<Attempt> scout_;                 ///< without a limit of hops
    int waiting_ = 0;                                ///< attempts without an answer
    int side_by_side_;                               ///< fewer where descriptors run out
    int last_answer_ = 0;                            ///< the highest TTL that anybody answered
    int found_ = 0;                                  ///< the lowest TTL whose answer ends the trace, or 0
    bool stopped_ = false;
};

} // namespace smtpprobe
