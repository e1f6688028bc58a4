// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "extract/log_line.hpp"
#include "extract/mention.hpp"
#include "extract/recent.hpp"

namespace smtpprobe {

/// Sendmail: deliveries (`stat=`), refusals by rule sets and milters, DSN, TLS and connections.
class SendmailLog {
public:
    void read(const LogLine& line, std::vector<Mention>& mentions);
    static bool is_delivery(std::string_view text);

private:
    bool read_delivery(std::string_view text, Mention& mention, std::vector<Mention>& mentions);

    Recent<std::string> senders_{4096};
};

} // namespace smtpprobe
