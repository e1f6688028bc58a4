// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include "probe/run_probe.hpp"

namespace smtpprobe {

/// The line on a terminal that says what is being waited for. Appears after half a second, so that a
/// quick probe shows none, and is gone before anything else is printed.
class WaitingLine {
public:
    explicit WaitingLine(asio::io_context& loop);

    void update(const Progress& progress);
    void end();

private:
    void draw_later();
    void draw();

    asio::steady_timer timer_;
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    Progress progress_;
    bool running_ = false;
    bool drawn_ = false;
};

} // namespace smtpprobe
