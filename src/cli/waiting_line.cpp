// SPDX-License-Identifier: Apache-2.0
#include "cli/waiting_line.hpp"

#include "cli/terminal.hpp"
#include "render/progress.hpp"

namespace smtpprobe {
namespace {

constexpr auto kFirstAfter = std::chrono::milliseconds(500);
constexpr auto kAgainAfter = std::chrono::milliseconds(200);
constexpr const char* kErase = "\r\x1b[K";

Waiting waiting_of(const Progress& progress, Duration elapsed)
{
    Waiting waiting;
    waiting.elapsed = elapsed;
    waiting.lookups_open = progress.lookups_open;
    waiting.arrival = progress.awaits_arrival;
    for (const auto& talk : progress.talks)
        waiting.talks.push_back(
            {talk.endpoint.carrier == Carrier::socket || talk.endpoint.carrier == Carrier::process
                 ? talk.endpoint.text()
             : talk.endpoint.host.empty() ? talk.endpoint.address.text()
                                          : talk.endpoint.host,
             talk.step});
    return waiting;
}

} // namespace

WaitingLine::WaitingLine(asio::io_context& loop) : timer_(loop) {}

void WaitingLine::update(const Progress& progress)
{
    progress_ = progress;
    if (!running_)
        draw_later();
}

void WaitingLine::draw_later()
{
    running_ = true;
    timer_.expires_after(drawn_ ? kAgainAfter : kFirstAfter);
    timer_.async_wait([this](const std::error_code& error) {
        if (error || !running_)
            return;
        draw();
        draw_later();
    });
}

void WaitingLine::draw()
{
    const auto elapsed = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began_);
    // One column is left free: a full line would make some terminals scroll.
    complain(kErase + progress_line(waiting_of(progress_, elapsed), progress_width() - 1));
    drawn_ = true;
}

void WaitingLine::end()
{
    running_ = false;
    timer_.cancel();
    if (drawn_)
        complain(kErase);
    drawn_ = false;
}

} // namespace smtpprobe
