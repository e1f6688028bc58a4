// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/add_option.hpp"
#include "cli/options.hpp"

namespace smtpprobe {

/// What the options say of the connection beside the settings.
struct WayChoice {
    std::vector<Target> places; ///< --socket and --pipe: targets
    bool lmtp = false;
    bool proxy_dns = false;
    std::string proxy_password;
    std::string proxy_password_variable; ///< where it came from there
    ProxyHeader header;
    bool header_wanted = false;
    bool header_told = false; ///< one of --proxy-header-…
};

void add_way_options(CLI::App& app, Settings& settings, WayChoice& choice);

/// Puts the choice into the command line, once its targets are known. Gives what is wrong with it; empty
/// where nothing is.
std::string choose_way(const WayChoice& choice, CommandLine& line);

/// What only the system can say: is there such an interface? Nothing where all is well.
std::optional<std::string> wrong_with_way(const Settings& settings);

} // namespace smtpprobe
