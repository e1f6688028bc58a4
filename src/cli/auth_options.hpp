// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/options.hpp"

namespace CLI {
class App;
}

namespace smtpprobe {

/// --auth and all that belongs to a login.
void add_auth_options(CLI::App& app, CommandLine& line);

/// --auth and --netrc may stand without a value: their value is tied to them here, so that the word behind
/// them, which may be a target, is not taken for one.
std::vector<std::string> with_tied_values(std::vector<std::string> arguments);

/// What does not go together; empty where all does.
std::string wrong_with_auth(const CommandLine& line);

/// The settings of the login at that target, with user and password read from where the command line says,
/// or asked for on the terminal. Else one line on what is wrong. Reads files, and may wait for a person.
Expected<AuthSettings, std::string> read_login(const CommandLine& line, const Target& target);

} // namespace smtpprobe
