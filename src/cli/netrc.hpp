// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "smtpprobe/expected.hpp"
#include "smtpprobe/secret.hpp"

namespace smtpprobe {

/// What a netrc file says about a host.
struct NetrcEntry {
    std::string user;
    Secret password;
};

/// The first entry for that host, else the file's default one: with that user, where one is asked for. Or
/// why there is none: half a sentence that goes behind the file's name.
Expected<NetrcEntry, std::string> find_in_netrc(std::string_view text, std::string_view host,
                                                std::string_view user);

/// $NETRC, else ~/.netrc; empty where there is no home.
std::string default_netrc();

/// The file as text, at most a megabyte, or half a sentence on why not.
Expected<std::string, std::string> read_netrc(const std::string& path);

} // namespace smtpprobe
