// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "smtpprobe/report.hpp"

namespace smtpprobe {

/// The exit status of a report in the program's own style: that of its outcome (0 to 3), and 130
/// where it was interrupted.
constexpr int exit_status(const Report& report)
{
    return report.facts.interrupted ? 130 : static_cast<int>(report.diagnosis.outcome);
}

} // namespace smtpprobe
