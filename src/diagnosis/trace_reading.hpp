// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "smtpprobe/experiment.hpp"

namespace smtpprobe {

/// Whose part of the way it is.
enum class Place {
    unknown,
    own_network, ///< this machine, its router, and what else has private addresses
    provider,    ///< the first public routers
    on_the_way,
    their_side, ///< the network of the host, or the host itself
};

/// Where the SYNs to a port end, compared with those to another port of the same address.
struct TraceReading {
    int last_ttl = 0;              ///< the last hop from which an answer came; 0 for none at all
    std::optional<IpAddress> last; ///< who that was, where it is known
    std::optional<int> host_ttl;   ///< the host's distance, where it was found
    bool reached = false;          ///< the port itself answered
    bool compared_reached = false;
    int compared_last_ttl = 0;
    std::optional<int> answered_early; ///< a refusal came from nearer than the host is: at this hop
    bool answered_sooner = false;      ///< it came from as far as the host, but in much less time
    Place place = Place::unknown;      ///< where the SYNs end; unknown where they reach it
    bool at_own_border = false;        ///< our last router was heard, and nothing behind it
    std::string text;                  ///< for a finding: how far each got; empty where nothing was seen
};

/// `own`: this machine's addresses. `compared` may be missing.
TraceReading read_traces(const Trace& trace, const Trace* compared, const std::vector<IpAddress>& own);

/// Whose router is this, met at that hop?
Place place_of_router(const IpAddress& router, int ttl, const std::vector<IpAddress>& own,
                      const IpAddress& destination);

} // namespace smtpprobe
