// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/options.hpp"
#include "smtpprobe/expected.hpp"

namespace smtpprobe {

/// What swaks' arguments ask for, as a command line of ours; or the text that answers them by itself.
Expected<CommandLine, Answer> parse_swaks_command_line(const std::vector<std::string>& arguments);

/// Are these arguments meant for swaks_command: is the program called swaks, or is that its sub-command?
/// Takes the sub-command out.
bool is_swaks(const std::string& program, std::vector<std::string>& arguments);

} // namespace smtpprobe
