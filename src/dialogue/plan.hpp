// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "smtpprobe/route.hpp"
#include "smtpprobe/settings.hpp"
#include "smtpprobe/target.hpp"
#include "smtpprobe/time.hpp"

namespace smtpprobe {

/// The script of one conversation, before it is held.
struct Plan {
    Protocol protocol = Protocol::smtp;
    TlsMode tls = TlsMode::may;
    std::string helo;                ///< empty: the address literal of our own end of the connection
    std::optional<std::string> from; ///< where it is set MAIL is said; "" is the null sender
    std::vector<std::string> to;     ///< RCPT of each; only behind MAIL
    std::optional<Step> quit_after;
    std::optional<Duration> step_timeout; ///< replaces a step's limit where it is shorter
    /// The same for all that comes before AUTH and MAIL, where a probe waits for nobody's lookups.
    std::optional<Duration> opening_timeout;
    bool starttls_unoffered = false; ///< say STARTTLS though it is not offered
};

/// The plan for one endpoint of a route. Recipients without a sender get the null sender.
Plan plan_dialogue(const Endpoint& endpoint, const Settings& settings, const Target& target);

} // namespace smtpprobe
