// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "extract/mention.hpp"

namespace smtpprobe {

/// OpenSMTPD: deliveries by mta and mda, refused commands, failed connections. Each line tells all.
struct OpenSmtpdLog {
    static bool is_line(std::string_view text);
    static void read(std::string_view text, std::vector<Mention>& mentions);
};

} // namespace smtpprobe
