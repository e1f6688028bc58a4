// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "smtpprobe/expected.hpp"
#include "smtpprobe/settings.hpp"
#include "smtpprobe/target.hpp"

namespace CLI {
class App;
}

namespace smtpprobe {

/// `relay,size` or `all-safe`: the checks, each once.
Expected<std::vector<Check>, std::string> parse_checks(std::string_view text);
/// --check and --i-own-this-server.
void add_check_options(CLI::App& app, Settings& settings);
/// What the checks lack; empty where they lack nothing.
std::string wrong_with_checks(const Settings& settings, const std::vector<Target>& targets);

} // namespace smtpprobe
