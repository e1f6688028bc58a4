// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace smtpprobe
{

/// A command line without its CRLF, in two spellings. Only `shown` can reach a transcript.
struct Command {
    std::string wire;
    std::string shown;
};

} // namespace smtpprobe
