// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "smtpprobe/auth_settings.hpp"
#include "smtpprobe/expected.hpp"

namespace smtpprobe {

/// The entries of a netrc file, in their order; what cannot be read as one is passed over. The default entry
/// has no host.
std::vector<HostLogin> parse_netrc(std::string_view text);

/// $NETRC, else ~/.netrc; empty where there is no home.
std::string default_netrc();

/// The file as text, at most a megabyte, or half a sentence on why not.
Expected<std::string, std::string> read_netrc(const std::string& path);

} // namespace smtpprobe
