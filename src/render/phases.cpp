// SPDX-License-Identifier: Apache-2.0
#include "render/phases.hpp"

#include <algorithm>

namespace smtpprobe {
namespace {

/// The phase that a step belongs to; none for steps whose time is not told.
std::optional<Phase> phase_of(Step step, bool after_starttls)
{
    switch (step) {
    case Step::connect: return Phase::connect;
    case Step::greeting: return Phase::greeting;
    case Step::ehlo:
    case Step::helo:
    case Step::lhlo: return after_starttls ? Phase::ehlo_tls : Phase::ehlo;
    case Step::starttls: return Phase::starttls;
    case Step::tls: return Phase::tls;
    case Step::mail: return Phase::mail;
    case Step::rcpt: return Phase::rcpt;
    case Step::quit: return Phase::quit;
    case Step::resolve:
    case Step::proxy:
    case Step::xclient:
    case Step::xforward:
    case Step::auth:
    case Step::data:
    case Step::bdat:
    case Step::message:
    case Step::rset:
    case Step::noop:
    case Step::vrfy:
    case Step::expn:
    case Step::help:
    case Step::etrn:
    case Step::command: return std::nullopt;
    }
    return std::nullopt;
}

class Stopwatch {
public:
    void operator()(const Connected&, Duration at) { stop(Step::connect, at); }
    void operator()(const Sent& sent, Duration at)
    {
        // Nothing is awaited: the time until now was our own.
        if (awaited_ == 0)
            since_ = std::max(since_, at);
        ++awaited_;
        said_starttls_ = said_starttls_ || sent.step == Step::starttls;
    }
    void operator()(const Received& received, Duration at)
    {
        stop(received.step, at);
        if (received.step != Step::greeting && awaited_ > 0)
            --awaited_;
    }
    void operator()(const Secured&, Duration at)
    {
        stop(Step::tls, at);
        after_starttls_ = said_starttls_;
    }
    void operator()(const Skipped&, Duration) {}
    void operator()(const Broken& broken, Duration at) { stop(broken.step, at); }

    Phases phases;

private:
    void stop(Step step, Duration at)
    {
        if (const auto phase = phase_of(step, after_starttls_)) {
            auto& span = phases[*phase];
            span = span.value_or(Duration(0)) + (at > since_ ? at - since_ : Duration(0));
        }
        since_ = std::max(since_, at);
    }

    Duration since_{}; ///< when the last answer came, or what waits for one was sent
    int awaited_ = 0;
    bool said_starttls_ = false;
    bool after_starttls_ = false;
};

} // namespace

Phases measure_phases(const Transcript& transcript)
{
    Stopwatch stopwatch;
    for (const auto& event : transcript)
        std::visit([&](const auto& what) { stopwatch(what, event.at); }, event.what);
    return stopwatch.phases;
}

} // namespace smtpprobe
