// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <asio/awaitable.hpp>

#include "net/attempt_control.hpp"
#include "smtpprobe/experiment.hpp"

namespace smtpprobe {

/// How a route is traced.
struct TraceRequest {
    IpAddress address;
    std::uint16_t port = 25;
    std::optional<IpAddress> source;
    std::string interface = {};
    Duration limit = std::chrono::seconds(10); ///< for all of it
    /// For one hop. The system repeats an unanswered SYN after a second: a silent hop has had two.
    Duration patience = std::chrono::milliseconds(1900);
    Duration pace = std::chrono::milliseconds(20); ///< between one SYN and the next
    int most_hops = 30;
    /// Hops tried at a time. So many silent ones beyond the last answer end a trace to a destination that
    /// keeps silent too.
    int side_by_side = 8;
};

/// Connects with rising TTL, several side by side, and notes who answers: without privileges. Where hops
/// keep silent, a SYN without such a limit goes out as well; if that one is answered, the trace goes on
/// until it has found from how far, and else ends with that answer, as of TTL 64. Connections that come up
/// are closed at once, in an orderly way. Where it is cut short it gives what was learnt till then.
asio::awaitable<Trace> trace_route(TraceRequest request, std::shared_ptr<AttemptControl> control);

} // namespace smtpprobe
