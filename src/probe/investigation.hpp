// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <vector>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>

#include "diagnosis/trials.hpp"
#include "dns/resolver.hpp"
#include "session/run_session.hpp"
#include "smtpprobe/experiment.hpp"

namespace smtpprobe {

/// Carries out the experiments that the facts call for, side by side, each once. On one loop.
class Investigation : public std::enable_shared_from_this<Investigation> {
public:
    using Clock = std::chrono::steady_clock;

    /// What it borrows from the probe. The callbacks live as long as it is open.
    struct Tools {
        std::function<std::shared_ptr<Resolver>()> resolver;
        std::function<SessionRequest(const TrySession&)> prepare;
        /// Is a conversation with that host open? There is never more than one.
        std::function<bool(const Endpoint&)> is_busy;
        /// An experiment has ended: look again.
        std::function<void()> on_change;
        std::optional<IpAddress> source;
        std::string interface;
        Duration connect_timeout{};
        Instant started{}; ///< of the probe, by the calendar
    };

    Investigation(asio::any_io_executor executor, Clock::time_point epoch, Tools tools);

    /// Starts what these facts call for and has not been started yet.
    void look(const Facts& facts);
    /// Starts these, where they have not been started yet.
    void make(Trials trials);
    /// Is anything under way, or waiting for its host?
    bool is_open() const;
    /// The same, of what the verdict waits for.
    bool is_open_essential() const;
    /// Forgets what only adds a note and is not there yet, and begins nothing more of that kind.
    void drop_inessential();
    /// Ends what is under way, and starts nothing more.
    void cancel(FaultKind why);

    /// What came out, in the order in which it began.
    std::vector<Experiment> results() const;

private:
    /// A trial, and what came of it. Its address is stable.
    struct Attempt {
        Trial trial;
        Experiment experiment;
        std::function<void(FaultKind)> cancel; ///< while it is under way
        bool started = false;
        bool over = false; ///< ended, or given up
        bool told = false; ///< it gave a result
    };

    void start_waiting();
    void start(Attempt& attempt);
    bool host_is_free(const Attempt& attempt) const;
    void begin(Attempt& attempt, const TryContact& wanted);
    void begin(Attempt& attempt, const TryTrace& wanted);
    void begin(Attempt& attempt, const TryLookup& wanted);
    void begin(Attempt& attempt, const TrySession& wanted);
    void begin(Attempt& attempt, const TryPolicy& wanted);
    template <class Made> void spawn(Attempt& attempt, asio::awaitable<Made> work);
    asio::awaitable<Session> talk_after(Duration wait, TrySession wanted,
                                        std::shared_ptr<SessionControl> control,
                                        std::shared_ptr<asio::steady_timer> timer);
    template <class Made> void came(Attempt& attempt, Made made);
    void ended(Attempt& attempt);

    asio::any_io_executor executor_;
    Clock::time_point epoch_;
    Tools tools_;
    std::list<Attempt> attempts_;
    std::vector<const Attempt*> begun_; ///< in that order
    bool essential_only_ = false;
    bool cancelled_ = false;
};

} // namespace smtpprobe
