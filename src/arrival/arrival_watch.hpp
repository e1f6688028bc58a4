// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>

#include "arrival/mailbox.hpp"

namespace smtpprobe {

/// Waits for one message in a mailbox, on a thread of its own, so that no loop is blocked. One call at a
/// time; it is alive until each has returned.
class ArrivalWatch {
public:
    using Clock = std::chrono::steady_clock;

    ArrivalWatch(asio::any_io_executor executor, std::unique_ptr<Mailbox> mailbox);
    ~ArrivalWatch();
    ArrivalWatch(const ArrivalWatch&) = delete;
    ArrivalWatch& operator=(const ArrivalWatch&) = delete;

    /// Before the message is sent. Why the mailbox cannot be read; nothing where all is well.
    asio::awaitable<std::optional<std::string>> open();

    struct Found {
        std::optional<std::string> header; ///< none: it did not come
        std::string why_not;               ///< where the last look failed; safe to print
        Clock::time_point at{};            ///< when it was found, or waiting ended
    };
    /// Looks every `pace`.
    asio::awaitable<Found> wait(Clock::time_point until, std::chrono::milliseconds pace);

    /// Ends what is under way, and all later calls, soon.
    void cancel();

private:
    struct State;
    template <class Work> static bool caught(State& state, Work work);
    asio::awaitable<void> beside(std::function<void()> work);

    asio::any_io_executor executor_;
    std::shared_ptr<State> state_;
    std::thread thread_;
};

} // namespace smtpprobe
