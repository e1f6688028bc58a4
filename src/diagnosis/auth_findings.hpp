// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "diagnosis/assessment.hpp"
#include "diagnosis/login_view.hpp"

namespace smtpprobe {

/// How the login of one conversation went. `weight`: of a failure.
void find_in_login(const SessionView& view, Severity weight, Findings& findings);
/// --auth-all: which mechanisms work.
void find_each_mechanism(const Assessment& assessment, Findings& findings);

} // namespace smtpprobe
