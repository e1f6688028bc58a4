// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "smtpprobe/way_settings.hpp"

namespace smtpprobe {

/// The header of haproxy's PROXY protocol, as it goes over the wire.
struct ProxyHeaderBytes {
    std::string bytes;
    std::string shown; ///< one line
};

/// `local` is our own end of the connection, `there` the endpoint: they stand where the user named none. A
/// port that is 0 is chosen: 40000 for the source, `port` for the destination. Where the two addresses are
/// of different families, the header says UNKNOWN (version 1) or LOCAL (version 2).
ProxyHeaderBytes proxy_header(const ProxyHeader& header, const IpAddress& local, const IpAddress& there,
                              std::uint16_t port);

} // namespace smtpprobe
