// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "smtpprobe/step.hpp"
#include "smtpprobe/time.hpp"

namespace smtpprobe {

/// What is over for the client when a step is refused (a reply of another class than it hopes for).
enum class Ends : std::uint8_t {
    nothing,
    recipient,   ///< this recipient alone
    transaction, ///< the envelope: its sender, all its recipients
    session,     ///< all that is left to do is QUIT
};

/// What is always so of a kind of exchange.
struct StepFacts {
    Step step{};
    std::string_view verb; ///< empty for what is no command
    Duration limit{};      ///< how long to wait for the answer; zero where another layer decides
    Ends refusal_ends = Ends::nothing;
};

/// The row of that step. There is one for each.
const StepFacts& facts_of(Step step);

} // namespace smtpprobe
