// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace smtpprobe {

/// What ties a login to the TLS connection below it (RFC 5056).
struct ChannelBinding {
    std::string kind; ///< tls-exporter (RFC 9266) or tls-unique (RFC 5929)
    std::string bytes;
    friend bool operator==(const ChannelBinding&, const ChannelBinding&) = default;
};

} // namespace smtpprobe
