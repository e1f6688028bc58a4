// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "diagnosis/session_view.hpp"

namespace smtpprobe {

// What was seen, as a finding quotes it: safe to print, of bounded length.

/// `550 5.1.1 no such user`; the lines of a longer reply with slashes between.
std::string quoted(const Reply& reply);
/// What a step is called within a sentence: `RCPT`, `the TLS handshake`.
std::string step_text(Step step);
/// `answers RCPT with: 550 …`
std::string answer_seen(const Received& received);
/// How long the step that broke had lasted. The view must be broken.
Duration time_in_step(const SessionView& view);
/// What broke, at which step, after how long. The view must be broken.
std::string fault_seen(const SessionView& view);

} // namespace smtpprobe
