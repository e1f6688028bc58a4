// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "diagnosis/findings.hpp"
#include "diagnosis/session_view.hpp"
#include "smtpprobe/settings.hpp"

namespace smtpprobe {

/// What MAIL and RCPT went without, since the server does not offer it; and what --verb was answered.
void find_in_envelope(const SessionView& view, const Settings& settings, Findings& findings);

/// Groups of commands that the server offers to take (RFC 2920), and does not get right. What broke becomes
/// part of that.
void find_in_pipelining(const SessionView& view, Severity weight, Findings& findings);

} // namespace smtpprobe
