// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "smtpprobe/lookup.hpp"
#include "smtpprobe/settings.hpp"

namespace smtpprobe {

/// As many name servers of resolv.conf are used, as libc does.
inline constexpr std::size_t kMaxSystemServers = 3;

/// The `nameserver` lines of a resolv.conf; lines that name no address are passed over.
std::vector<NameServer> parse_resolv_conf(std::string_view text);
/// Those of /etc/resolv.conf; empty where it names none.
std::vector<NameServer> system_name_servers();

/// The addresses that a hosts file gives a name, in its order, each once. `localhost` and what ends in
/// `.localhost` is loopback where the file does not say otherwise (RFC 6761 6.3).
Lookup find_in_hosts_file(std::string_view text, const Question& question);

/// Nothing where it cannot be read, or is no regular file; at most the first MiB.
std::string read_small_file(const std::string& path);

} // namespace smtpprobe
