// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <asio/awaitable.hpp>

#include "base/channel_binding.hpp"
#include "dialogue/dialogue.hpp"
#include "net/trust.hpp"
#include "smtp/message_source.hpp"
#include "smtpprobe/transcript.hpp"
#include "smtpprobe/way_settings.hpp"

namespace smtpprobe {

using SteadyTime = std::chrono::steady_clock::time_point;

/// How one session is carried out.
struct SessionRequest {
    Endpoint endpoint;
    Plan plan;
    std::optional<IpAddress> source;
    Duration connect_timeout{};
    std::string preamble;       ///< a line sent before anything else, TLS too; without its line end
    std::string interface;      ///< leave by this one
    std::optional<Proxy> proxy; ///< its address is known, or `no_proxy` says why not
    std::optional<Fault> no_proxy;
    std::optional<ProxyHeader> proxy_header; ///< sent before anything else, where there is no preamble
    int max_segment = 0;                     ///< TCP MSS in bytes; 0: the system's
    std::string tls_name;                    ///< verify and SNI; empty: the endpoint's host
    std::shared_ptr<Trust> trust;            ///< shared by the sessions of a probe; null: the system's store
    bool show_certificate = false;           ///< the one of `trust`, where the server asks for one
    SteadyTime epoch{};                      ///< of the probe; Session::began counts from it
    /// AUTH: what Dialogue's Respond asks for, and what the login can be tied to; empty: every exchange is
    /// cancelled.
    std::function<Response(const Respond&, const std::optional<ChannelBinding>&)> respond;
    /// Opens the message of Plan::message, when it is about to be sent. Empty or null: there is none.
    std::function<std::unique_ptr<MessageSource>()> open_message;
    std::function<void(Step)> on_step; ///< progress; may be empty
    /// Once, when the server's greeting has come: what is known so far. May be empty.
    std::function<void(const Session& so_far)> on_greeted;
    std::function<bool()>
        may_talk; ///< asked once when TCP is up; false: close at once, say nothing, and
                  ///< give Session with an empty transcript (its host is busy). May be empty
    /// Once: all is learnt. QUIT was said (its bytes are out), or the session ended. What is known so
    /// far; only QUIT's own reply may still come. May be empty.
    std::function<void(const Session& so_far)> on_concluded;
};

/// A handle to end a session from outside: its pending operation fails with that fault.
class SessionControl {
public:
    /// Deadline or cancelled. Harmless when it has ended; before it began, it ends at its first step.
    void cancel(FaultKind why);

private:
    friend class SessionRun;
    std::function<void(FaultKind)> cancel_;
    std::optional<FaultKind> asked_;
};

/// Holds one conversation from SYN to close. Never throws for what a server does.
asio::awaitable<Session> run_session(SessionRequest request, std::shared_ptr<SessionControl> control);

} // namespace smtpprobe
