// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "extract/log_line.hpp"
#include "extract/mention.hpp"
#include "extract/recent.hpp"

namespace smtpprobe {

/// Postfix: deliveries of smtp, lmtp, local, pipe, virtual and error; refusals by smtpd, postscreen, cleanup
/// and milters; failed connections, TLS and logins.
class PostfixLog {
public:
    void read(const LogLine& line, std::vector<Mention>& mentions);
    /// A delivery's line without what stands before it.
    static bool is_delivery(std::string_view text);

private:
    bool read_delivery(std::string_view text, Mention& mention);

    Recent<std::string> senders_{4096};
};

} // namespace smtpprobe
