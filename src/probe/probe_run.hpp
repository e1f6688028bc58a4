// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>

#include "arrival/arrival_watch.hpp"
#include "mime/outgoing_message.hpp"
#include "net/trust.hpp"
#include "probe/investigation.hpp"
#include "probe/route_finder.hpp"
#include "probe/run_probe.hpp"
#include "session/run_session.hpp"

namespace smtpprobe {

/// One endpoint's turn. `repeat` is the second one, without TLS.
struct Turn {
    std::size_t index = 0;
    bool in_clear = false;
};

/// Whose login was refused, and the words for where and how.
struct RefusedLogin {
    std::string user;
    Secret password;
    std::string by;
};

/// One probe. Shared by the coroutines of its groups; all on one loop.
class ProbeRun : public std::enable_shared_from_this<ProbeRun> {
public:
    ProbeRun(asio::any_io_executor executor, Target target, Settings settings, ProbeEvents events,
             std::shared_ptr<ProbeControl> control, std::shared_ptr<const OutgoingMessage> message);

    asio::awaitable<Facts> run();

private:
    using Clock = std::chrono::steady_clock;

    // One host: its endpoints take turns.
    struct Group {
        std::deque<Turn> waiting;
        std::size_t open = 0;
        bool talking = false;
        Clock::time_point next_start{};
    };
    // One endpoint, and what came of it.
    struct Slot {
        Session session;
        std::optional<Session> in_clear;
        std::shared_ptr<SessionControl> control;
        std::optional<Step> step;                    ///< while it runs
        std::optional<Clock::time_point> connecting; ///< since when, while it connects
        bool done = false;                           ///< nothing more will be learnt
    };

    // The whole: probe_run.cpp
    void arm_deadline();
    void stop(FaultKind why);
    asio::awaitable<void> find_route();
    void see_ourselves();
    // How connections are made: way_out.cpp
    bool is_direct() const;
    asio::awaitable<void> find_proxy();
    void choose_way(SessionRequest& request) const;
    void ask_for_name(const IpAddress& address);
    void tell_progress();
    void settle();
    bool sessions_are_done() const;
    Facts facts_now() const;

    // The conversations: turns.cpp
    asio::awaitable<void> talk_to_all();
    asio::awaitable<void> talk_one_by_one();
    void talk_to_group(std::shared_ptr<Group> group);
    void start(std::shared_ptr<Group> group, Turn turn);
    asio::awaitable<void> hold(std::shared_ptr<Group> group, Turn turn);
    SessionRequest request_for(Turn turn);
    SessionRequest request_to(const Endpoint& endpoint);
    void step_began(Turn turn, Step step);
    void learnt(Turn turn, const Session& so_far);
    void leave_untried(Slot& slot, NotTried why);
    std::vector<std::vector<std::size_t>> groups_of_turns() const;
    std::shared_ptr<Group> group_of(const std::vector<std::size_t>& members);
    asio::awaitable<void> wait_for_change(Clock::time_point until);

    // A login that was refused is not said again: refused_logins.cpp
    void keep_login_once(SessionRequest& request);
    void note_refused_login(const Session& session);
    std::optional<std::string> login_refused_by(const Endpoint& endpoint) const;

    // The message, and its arrival: round_trip.cpp
    asio::awaitable<void> begin_message();
    void hand_over_message(SessionRequest& request);
    void hand_over_odd_message(SessionRequest& request, OddEnd odd_end) const;
    bool message_is_gone(const Slot& slot) const;
    void message_concluded(const Session& session);
    asio::awaitable<void> await_arrival(Clock::time_point taken);
    asio::awaitable<void> finish_arrival();

    // What the facts call for beyond them: further_trials.cpp
    void begin_investigation();
    asio::awaitable<void> finish_investigation();
    void look();
    void look_at_silence();
    void arm_grace();
    SessionRequest request_for(const TrySession& wanted);
    bool is_busy(const Endpoint& endpoint) const;

    asio::any_io_executor executor_;
    ProbeEvents events_;
    std::shared_ptr<ProbeControl> control_;
    Clock::time_point epoch_ = Clock::now();
    Facts facts_;
    RouteFinder route_finder_;
    std::optional<Fault> no_proxy_;          ///< why its name gave no address
    std::optional<IpAddress> proxy_address_; ///< where its name gave one
    std::shared_ptr<Trust> trust_;
    std::shared_ptr<const OutgoingMessage> outgoing_; ///< null: nothing is delivered
    std::unique_ptr<ArrivalWatch> watch_;             ///< where --expect-in asks for it
    std::chrono::milliseconds arrival_pace_{};
    bool awaiting_arrival_ = false;
    std::vector<Slot> slots_;
    std::shared_ptr<Investigation> investigation_;
    asio::steady_timer deadline_;
    asio::steady_timer changed_; ///< cancelled whenever a session or an experiment ends
    asio::steady_timer silence_; ///< fires when an endpoint has kept silent for long enough to wonder
    asio::steady_timer grace_;   ///< what the verdict does not wait for has this long
    std::vector<RefusedLogin> refused_logins_;
    std::size_t open_questions_ = 0;
    std::size_t open_sessions_ = 0;
    std::optional<FaultKind> stopped_;
    bool grace_armed_ = false;
    bool settled_ = false;
};

} // namespace smtpprobe
