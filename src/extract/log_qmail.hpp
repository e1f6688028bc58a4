// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "extract/mention.hpp"
#include "extract/recent.hpp"

namespace smtpprobe {

/// qmail-send, through multilog or syslog.
class QmailLog {
public:
    /// `@4000000065a1b2c3…` of multilog at the start, which is taken off; empty for none.
    static std::string_view take_time(std::string_view& line);
    static bool is_line(std::string_view text);
    void read(std::string_view text, std::vector<Mention>& mentions);

private:
    struct Delivery {
        std::string message;
        std::string recipient;
    };

    Recent<std::string> senders_{4096};
    Recent<Delivery> deliveries_{4096};
};

} // namespace smtpprobe
