// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "render/style.hpp"
#include "smtpprobe/transcript.hpp"

namespace smtpprobe {

/// What came of one endpoint, in a few words: `TLSv1.3, certificate ok`, `silent for 20 s`,
/// `550 5.1.1 at RCPT`. Safe to print.
struct EndpointResult {
    std::string words;
    Tone tone = Tone::plain;
};

EndpointResult summarise(const Session& session);

} // namespace smtpprobe
