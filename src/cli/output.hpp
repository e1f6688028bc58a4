// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/options.hpp"
#include "smtpprobe/report.hpp"

namespace smtpprobe {

/// The report in the format that was asked for, with its line end.
std::string rendered(const Report& report, const CommandLine& line);

} // namespace smtpprobe
