// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "diagnosis/session_view.hpp"
#include "smtpprobe/explain.hpp"
#include "smtpprobe/report.hpp"

namespace smtpprobe {

/// Was the mail put off by a reply that waiting alone may overcome: greylisting, postscreen's first visit,
/// a limit of pace, load? Not so where a mailbox or disk is full, or TLS is demanded.
std::optional<Explained> passing_deferral(const SessionView& view);

/// Does mail of most senders flow all the same: greylisting, or a limit of pace that is about us alone?
bool passes_by_itself(const Explained& explained, int reply_class);

/// The conversations held with that endpoint after a wait, in their order.
std::vector<const Session*> later_visits(const Facts& facts, const Endpoint& endpoint);

/// How long to wait before the next visit: what the server asks for in its words, else longer each time.
Duration wait_before_visit(const SessionView& put_off, std::size_t visits_made);

/// No more visits than these: who is still put off by then needs hours, not minutes.
constexpr std::size_t kMostVisits = 3;

} // namespace smtpprobe
