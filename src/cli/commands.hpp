// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/options.hpp"

namespace smtpprobe {

// Each carries out one command and gives the exit status.

int run_probe_command(const CommandLine& line);
int run_render_command(const CommandLine& line);
int run_demo_command(const CommandLine& line);
int run_explain_command(const CommandLine& line);

} // namespace smtpprobe
