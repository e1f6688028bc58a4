// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "smtpprobe/names.hpp"
#include "smtpprobe/time.hpp"

namespace smtpprobe {

/// What came of waiting for our message where it should arrive (--expect-in).
enum class ArrivalOutcome : std::uint8_t {
    arrived,
    not_in_time, ///< not within --expect-timeout
    cannot_look, ///< the mailbox could not be read: see Arrival::why. Nothing was sent where that was so
                 ///< before
    not_sent,    ///< no server took the message, so nobody waited
    stopped,     ///< the probe ended before: interrupted, or --deadline
};

template <> struct Names<ArrivalOutcome> {
    static constexpr std::string_view all[] = {"arrived", "not-in-time", "cannot-look", "not-sent",
                                               "stopped"};
    static constexpr ArrivalOutcome last = ArrivalOutcome::stopped;
};

/// One Received field (RFC 5321 4.4): a server that took the message, in its own words. The texts are raw,
/// and bounded; whoever passed a message on could write what he liked into those below his own.
struct ReceivedHop {
    std::string from; ///< whom it came from, as that host named itself, and what the server saw
    std::string by;   ///< the server that took it
    std::string with; ///< the protocol: ESMTPS
    std::string id;   ///< its name for the message
    std::optional<Instant> at;
    /// Seconds since the hop before it; of the first one, since it was sent. Less than zero where the clocks
    /// of the two differ.
    std::optional<std::int64_t> delay;
    friend bool operator==(const ReceivedHop&, const ReceivedHop&) = default;
};

/// The round trip's second half.
struct Arrival {
    ArrivalOutcome outcome = ArrivalOutcome::not_sent;
    std::string where;               ///< as it was given
    std::string why;                 ///< of cannot_look: what happened; safe to print
    std::optional<Instant> sent;     ///< when a server took the message
    Duration waited{};               ///< since then, until the message was there, or nobody waited any longer
    std::vector<ReceivedHop> hops;   ///< from the first server on to the last: the fields read backwards
    std::uint64_t hops_left_out = 0; ///< of more fields than are kept: those nearest to the sender
    friend bool operator==(const Arrival&, const Arrival&) = default;
};

} // namespace smtpprobe
