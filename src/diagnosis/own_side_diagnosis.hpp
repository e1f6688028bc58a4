// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "diagnosis/assessment.hpp"

namespace smtpprobe {

/// What receivers find when they look this machine up: its names, its sender policy, block lists, its clock.
/// Confirms or contradicts what servers refuse us for.
void find_own_side(const Assessment& assessment, Findings& findings);

/// The diagnosis of `self`, where nobody was talked to: the findings about our own side decide.
Diagnosis diagnose_own_side(const Facts& facts, Findings findings);

} // namespace smtpprobe
