// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "diagnosis/session_view.hpp"
#include "smtpprobe/report.hpp"

namespace smtpprobe {

/// What every path carries: the MSS that is assumed where none is said (RFC 9293 3.7.1).
inline constexpr int kSmallSegment = 536;

/// Where a conversation came to a halt before mail could be spoken of.
enum class StallPlace {
    before_greeting,
    at_hello,
    at_starttls,
    in_handshake,
    behind_tls, ///< the handshake is through, and the first words inside it failed
};

enum class StallKind {
    silent,     ///< nothing came
    unfinished, ///< a reply began and did not end
    closed,
    reset,
    foreign, ///< bytes that are no SMTP, or no TLS
};

struct Stall {
    StallPlace place{};
    StallKind kind{};
    Duration after{};      ///< since the step began
    bool implicit = false; ///< TLS was begun with the first byte
};

/// How the conversation stalled or died; nothing where it did not, or did later.
std::optional<Stall> stall_of(const SessionView& view);

struct Assessment;
/// Did every endpoint, each with a public address, take the connection on port 25, and swallow or reset the
/// conversation before it had begun, twice? Firewalls on our own side do so, too.
bool all_stall_early(const Assessment& assessment);

/// The conversation of that purpose with that endpoint's address and port; null where none was held.
const Session* trial_with(const Facts& facts, Purpose purpose, const Endpoint& endpoint);
/// The one that said QUIT as soon as it was greeted.
const Session* trial_without_hello(const Facts& facts, const Endpoint& endpoint);

/// The plain repeat that was held behind the one in small segments; null where none was.
const Session* trial_after_small_segments(const Facts& facts, const Endpoint& endpoint);

/// Of a reply, on the wire.
std::size_t octets_of(const Reply& reply);

/// Did these bytes, which came in place of a greeting, come from a server of SMTP?
bool looks_like_reply(std::string_view bytes);

} // namespace smtpprobe
