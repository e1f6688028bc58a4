// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "smtpprobe/explain.hpp"

namespace smtpprobe {

/// The step that a program names in its own words: `RCPT TO`, `end of DATA`, `initial connection`.
/// Case does not matter; what follows the name does not either.
std::optional<Step> step_named(std::string_view text);

/// The reply within a line, freed of what the programs that passed it on put around it: `host mx.example
/// [192.0.2.1] said: 550 … (in reply to RCPT TO command)`, `smtp; 550-5.1.1 … 550 5.1.1 …`. Of a reply
/// that quotes another server's, the innermost.
ReplyEvidence unwrap(std::string_view line);

} // namespace smtpprobe
