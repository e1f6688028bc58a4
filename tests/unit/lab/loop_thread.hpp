// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <future>
#include <thread>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>

namespace smtpprobe {

/// An event loop on a thread of its own, for servers that a blocking test talks to.
class LoopThread {
public:
    LoopThread() : work_(loop.get_executor()), thread_([this] { loop.run(); }) {}
    ~LoopThread()
    {
        work_.reset();
        loop.stop();
        thread_.join();
    }
    LoopThread(const LoopThread&) = delete;
    LoopThread& operator=(const LoopThread&) = delete;

    /// Runs it on the loop, and returns when it is done.
    template <class Work> auto on_loop(Work work)
    {
        std::packaged_task<decltype(work())()> task(std::move(work));
        auto result = task.get_future();
        asio::post(loop, [&task] { task(); });
        return result.get();
    }

    asio::io_context loop;

private:
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    std::thread thread_;
};

} // namespace smtpprobe
