// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "diagnosis/own_side_findings.hpp"

namespace smtpprobe {

/// Holds what servers say of us against what was found: a reason that is confirmed becomes the cause, and
/// the refusal among `others` a part of it; one that is contradicted gets a finding of its own. What servers
/// did not complain of weighs no more than a warning.
void weigh_against_complaints(const OwnView& view, Findings& others);

} // namespace smtpprobe
