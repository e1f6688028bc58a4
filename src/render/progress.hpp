// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "smtpprobe/step.hpp"
#include "smtpprobe/time.hpp"

namespace smtpprobe {

/// What a probe waits for at a moment.
struct Waiting {
    struct Talk {
        std::string host; ///< as DNS gave it
        Step step{};
    };
    Duration elapsed{};
    std::size_t lookups_open = 0;
    bool arrival = false;    ///< the message that was sent
    std::vector<Talk> talks; ///< endpoints that are being talked to, in the route's order
};

/// One line of at most `width` columns, without line end and safe to print, to be drawn over while
/// the user waits: `12 s  mx1.example.com: greeting, mx2.example.com: connecting`. What does not fit
/// is counted: `… and 3 more`.
std::string progress_line(const Waiting& waiting, int width);

} // namespace smtpprobe
