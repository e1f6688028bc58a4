// SPDX-License-Identifier: Apache-2.0
#include "net/trace_run.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include "net/icmp.hpp"
#include "net/part_gently.hpp"
#include "net/tcp_connect.hpp"

namespace smtpprobe {
namespace {

/// Hops that have kept silent for so long are not merely slow: will the destination answer at all?
constexpr auto kScoutAfter = std::chrono::milliseconds(400);
/// More than any way on the Internet has.
constexpr int kNoLimit = 64;

bool ends(HopAnswer answer) { return answer != HopAnswer::silent && answer != HopAnswer::expired; }

bool is_shortage(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

HopAnswer answer_of(int error, const std::optional<IcmpError>& icmp)
{
    // ECONNRESET: it was up, and has been closed since.
    if (error == 0 || error == ECONNRESET || error == EPIPE)
        return HopAnswer::connected;
    if (icmp)
        return is_time_exceeded(*icmp)      ? HopAnswer::expired
               : is_port_unreachable(*icmp) ? HopAnswer::refused
                                            : HopAnswer::unreachable;
    switch (error) {
    case ECONNREFUSED: return HopAnswer::refused;
    // Before Linux 5.8 the errno of time exceeded is all there is.
    case EHOSTUNREACH: return HopAnswer::expired;
    default: return HopAnswer::failed;
    }
}

} // namespace

TraceRun::TraceRun(const asio::any_io_executor& executor, const TraceRequest& request)
    : executor_(executor), request_(request), timer_(executor), until_(Clock::now() + request.limit),
      next_launch_(Clock::now()), side_by_side_(std::max(1, request.side_by_side))
{
    request_.most_hops = std::min(request_.most_hops, kNoLimit - 1);
}

asio::awaitable<Trace> TraceRun::run(std::shared_ptr<TraceRun> run)
{
    for (;;) {
        run->launch();
        if (run->over())
            break;
        run->timer_.expires_at(run->next_look());
        std::error_code error;
        co_await run->timer_.async_wait(asio::redirect_error(asio::use_awaitable, error));
        run->look();
    }
    co_return run->finish();
}

void TraceRun::stop()
{
    stopped_ = true;
    timer_.cancel();
}

bool TraceRun::scout_answered() const { return scout_ && scout_->done && ends(scout_->hop.answer); }

bool TraceRun::may_launch() const
{
    const int next = static_cast<int>(attempts_.size()) + 1;
    if (stopped_ || found_ != 0 || next > request_.most_hops || waiting_ >= side_by_side_)
        return false;
    return next <= last_answer_ + request_.side_by_side || scout_answered();
}

void TraceRun::launch()
{
    while (may_launch() && Clock::now() >= next_launch_) {
        auto attempt = std::make_unique<Attempt>(executor_);
        if (!begin(*attempt, static_cast<int>(attempts_.size()) + 1))
            return;
        attempts_.push_back(std::move(attempt));
        next_launch_ = Clock::now() + request_.pace;
    }
}

void TraceRun::launch_scout()
{
    auto scout = std::make_unique<Attempt>(executor_);
    if (!begin(*scout, kNoLimit))
        scout->done = true; // no descriptor for it: nothing is known, as where it keeps silent
    scout_ = std::move(scout);
}

bool TraceRun::begin(Attempt& attempt, int ttl)
{
    ConnectTo to;
    to.address = request_.address;
    to.port = request_.port;
    to.source = request_.source;
    to.interface = request_.interface;
    to.hop_limit = ttl;
    attempt.hop.ttl = ttl;
    attempt.began = Clock::now();
    ++waiting_;
    const Connecting connecting = begin_connect(to);
    std::error_code error;
    if (!connecting.fault)
        attempt.socket.assign(connecting.descriptor, error);
    if (error)
        ::close(connecting.descriptor);
    const int failure = connecting.fault ? connecting.fault->system_error : error.value();
    if (is_shortage(failure) && waiting_ > 1) {
        side_by_side_ = --waiting_;
        return false;
    }
    if (connecting.fault || error) {
        attempt.hop.icmp = connecting.fault ? connecting.fault->icmp : std::nullopt;
        end(attempt, attempt.hop.icmp ? answer_of(failure, attempt.hop.icmp) : HopAnswer::failed);
    } else {
        await(attempt);
    }
    return true;
}

void TraceRun::await(Attempt& attempt)
{
    auto then = [self = shared_from_this(), &attempt](const std::error_code& error) {
        if (!error && !attempt.done)
            self->answered(attempt);
    };
    attempt.socket.async_wait(asio::posix::descriptor_base::wait_write, std::move(then));
}

void TraceRun::answered(Attempt& attempt)
{
    const int descriptor = attempt.socket.native_handle();
    const int error = connect_error(descriptor);
    attempt.hop.icmp = take_icmp(descriptor);
    end(attempt, answer_of(error, attempt.hop.icmp));
}

void TraceRun::end(Attempt& attempt, HopAnswer answer)
{
    Hop& hop = attempt.hop;
    hop.answer = answer;
    hop.took = std::chrono::duration_cast<Duration>(Clock::now() - attempt.began);
    if (hop.icmp)
        hop.from = hop.icmp->from;
    else if (answer == HopAnswer::connected || answer == HopAnswer::refused)
        hop.from = request_.address;
    if (answer == HopAnswer::expired)
        hop.icmp.reset();
    attempt.done = true;
    --waiting_;
    std::error_code ignored;
    if (answer == HopAnswer::connected)
        part_gently(std::move(attempt.socket));
    attempt.socket.close(ignored);
    timer_.cancel();
    if (hop.ttl == kNoLimit)
        return;
    if (answer != HopAnswer::silent)
        last_answer_ = std::max(last_answer_, hop.ttl);
    if (ends(answer) && (found_ == 0 || hop.ttl < found_))
        found_ = hop.ttl;
}

void TraceRun::look()
{
    const auto now = Clock::now();
    bool slow = false;
    for (const auto& attempt : attempts_) {
        if (attempt->done)
            continue;
        slow = slow || now >= attempt->began + kScoutAfter;
        if (now >= attempt->began + request_.patience)
            end(*attempt,
                dropped_here(attempt->socket.native_handle()) ? HopAnswer::failed : HopAnswer::silent);
    }
    if (scout_ && !scout_->done && now >= scout_->began + request_.patience)
        end(*scout_, HopAnswer::silent);
    if (slow && !scout_ && found_ == 0)
        launch_scout();
}

bool TraceRun::over() const
{
    if (stopped_ || Clock::now() >= until_)
        return true;
    const auto open = [](const auto& attempt) { return !attempt->done; };
    const auto end = found_ != 0 ? attempts_.begin() + found_ : attempts_.end();
    if (std::any_of(attempts_.begin(), end, open))
        return false;
    return found_ != 0 || !((scout_ && !scout_->done) || may_launch());
}

TraceRun::Clock::time_point TraceRun::next_look() const
{
    auto next = until_;
    if (may_launch())
        next = std::min(next, next_launch_);
    for (const auto& attempt : attempts_) {
        if (attempt->done)
            continue;
        next = std::min(next, attempt->began + request_.patience);
        if (!scout_ && found_ == 0)
            next = std::min(next, attempt->began + kScoutAfter);
    }
    if (scout_ && !scout_->done)
        next = std::min(next, scout_->began + request_.patience);
    return next;
}

Trace TraceRun::finish()
{
    Trace trace;
    trace.address = request_.address;
    trace.port = request_.port;
    const auto now = Clock::now();
    std::size_t known = 0; // of those behind, nobody had time to answer
    for (const auto& attempt : attempts_) {
        if (attempt->done || now >= attempt->began + request_.patience / 2)
            known = static_cast<std::size_t>(attempt->hop.ttl);
        if (!attempt->done)
            end(*attempt, HopAnswer::silent);
    }
    if (scout_ && !scout_->done)
        end(*scout_, HopAnswer::silent);
    if (found_ != 0)
        known = static_cast<std::size_t>(found_);
    for (std::size_t i = 0; i < known; ++i)
        trace.hops.push_back(attempts_[i]->hop);
    if (found_ == 0 && scout_answered())
        trace.hops.push_back(scout_->hop);
    return trace;
}

} // namespace smtpprobe
