// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "extract/mention.hpp"
#include "extract/recent.hpp"

namespace smtpprobe {

/// Exim's main log and reject log.
class EximLog {
public:
    /// Is this, behind its time, a line of Exim?
    static bool is_line(std::string_view text);
    /// `text` is what stands behind the time, or behind syslog's prefix.
    void read(std::string_view when, std::string_view text, std::vector<Mention>& mentions);

private:
    void read_delivery(std::string_view flag, std::string_view rest, Mention& mention);

    Recent<std::string> senders_{4096};
};

} // namespace smtpprobe
