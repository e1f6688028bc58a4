// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "diagnosis/own_side_findings.hpp"

namespace smtpprobe {

/// Holds what servers say of us against what was found. A reason that is confirmed becomes the cause, and the
/// refusal among `others` a part of it; of one that is contradicted, it becomes a part of the contradiction.
/// What servers did not complain of weighs less.
void weigh_against_complaints(const OwnView& view, Findings& others);

} // namespace smtpprobe
