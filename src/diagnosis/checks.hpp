// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "diagnosis/assessment.hpp"
#include "diagnosis/trials.hpp"

namespace smtpprobe {

// --check: what is said to which server. Both the planner and the findings go by these.

/// Of a domain with dozens of hosts, some are asked.
inline constexpr std::size_t kMostCheckedHosts = 4;

/// The purpose of a check's sessions.
Purpose purpose_of(Check check);

/// The conversations whose servers are asked: one a host, the first that got as far as EHLO. None while any
/// endpoint of the route is still being talked to.
std::vector<SessionView> checked_servers(const Assessment& assessment);

/// The conversations that were held for that check with that server, in their order.
std::vector<const Session*> check_sessions(const Facts& facts, Check check, const Endpoint& endpoint);

/// The domain that the server is asked about: the target's, or the first recipient's. Empty where only a host
/// was named.
std::string checked_domain(const Facts& facts);

/// A local part that no mailbox has. The same for the same facts.
std::string unlikely_name(const Facts& facts);

/// Envelopes that only an open relay takes, one conversation each: its sender, its recipients.
struct RelayForm {
    std::string from;
    std::vector<std::string> to;
};
std::vector<RelayForm> relay_forms(const Facts& facts, const SessionView& server);

/// --check smuggling: whom its messages are for: a recipient of the user's that the server took. Empty where
/// there is none, or where nothing may be sent.
std::string own_recipient(const Facts& facts, const SessionView& server);

/// What was said of the message; null where nothing was.
const Received* message_answer(const Session& session);

/// Is there STARTTLS to be enforced: is it offered in the clear?
bool offers_starttls(const SessionView& server);

/// The size that the server announces (RFC 1870 4); zero where it names none.
std::uint64_t announced_size(const SessionView& server);

/// A command and the reply to it. In order, whatever was said at once.
struct Exchange {
    const Sent* sent = nullptr;
    const Received* answer = nullptr; ///< null: none came
};
std::vector<Exchange> exchanges(const Session& session);

/// Does the line begin with that verb, in any case?
bool says(const Sent& sent, std::string_view verb);

/// The session of a check, with all that is common to them.
TrySession session_of_check(Check check, const Endpoint& endpoint);

} // namespace smtpprobe
