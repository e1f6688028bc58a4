// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>

#include "mime/outgoing_message.hpp"
#include "smtpprobe/report.hpp"

namespace smtpprobe {

/// What is going on, for a line that lives while the user waits.
struct Progress {
    std::size_t lookups_open = 0;
    bool awaits_arrival = false; ///< of the message
    /// One an endpoint that is being talked to, in the route's order.
    struct Talk {
        Endpoint endpoint;
        Step step{};
    };
    std::vector<Talk> talks;
};

/// Callbacks of a probe; each may be empty. Called on its loop.
struct ProbeEvents {
    std::function<void(const Progress&)> on_progress;
    /// Once, when all is learnt and only answers to QUIT are missing. What comes later changes no
    /// verdict.
    std::function<void(const Facts&)> on_settled;
};

/// Ends a probe from outside; what is known by then becomes its facts.
class ProbeControl {
public:
    /// The user wants it to end: Facts::interrupted.
    void interrupt();
    /// Do not wait for answers to QUIT any longer.
    void hang_up();

private:
    friend class ProbeRun;
    std::function<void()> interrupt_;
    std::function<void()> hang_up_;
};

/// `message` is what --send delivers; null: it is prepared here, where it is asked for, which reads files.
/// The use case: route, conversations side by side, facts. Lives on the executor's loop (one thread).
asio::awaitable<Facts> run_probe(asio::any_io_executor executor, Target target, Settings settings,
                                 ProbeEvents events, std::shared_ptr<ProbeControl> control,
                                 std::shared_ptr<const OutgoingMessage> message = nullptr);

} // namespace smtpprobe
