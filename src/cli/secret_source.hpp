// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "smtpprobe/expected.hpp"
#include "smtpprobe/secret.hpp"

namespace smtpprobe {

// Where passwords come from. The password is the first line, without its line end. An error is one sentence
// that never holds what was read.

Expected<Secret, std::string> secret_from_file(const std::string& path);
/// Closed then, but for the standard ones: no command that is started later can read what is left.
Expected<Secret, std::string> secret_from_descriptor(int descriptor);
Expected<Secret, std::string> secret_from_environment(const std::string& variable);
/// By /bin/sh, as the user wrote it.
Expected<Secret, std::string> secret_from_command(const std::string& command);

/// From now on no command that is started gets this variable. An empty name is none.
void hide_from_commands(const std::string& variable);

/// Is standard input a terminal, so that somebody can be asked?
bool can_prompt();
/// Asks on the terminal, without echo. Interrupted, it says so: `interrupted`.
Expected<Secret, std::string> prompted_secret(std::string_view question);

} // namespace smtpprobe
