// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "smtpprobe/settings.hpp"

namespace CLI {
class App;
}

namespace smtpprobe {

/// --block-list and --no-block-lists, for every probe that may look at our own side.
void add_block_list_options(CLI::App& app, Settings& settings);
/// The sub-command `self`, and what it alone takes.
CLI::App* add_self_command(CLI::App& app, Settings& settings);
/// This machine, named as the settings say.
Target self_target(const Settings& settings);
/// What does not go together with `self`; empty where all does.
std::string wrong_with_self(const Settings& settings, const std::vector<std::string>& targets);

/// As many as a diagnosis looks at.
inline constexpr std::size_t kMaxSelfAddresses = 4;

} // namespace smtpprobe
