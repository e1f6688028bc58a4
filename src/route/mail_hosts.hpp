// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "route/known_lookups.hpp"
#include "route/mx_list.hpp"
#include "smtpprobe/route.hpp"
#include "smtpprobe/settings.hpp"

namespace smtpprobe {

/// The addresses that the lookups give a name, each once, IPv6 first, of the families wanted.
std::vector<IpAddress> addresses_of(const std::string& host, const KnownLookups& known,
                                    const Settings& settings);

/// Notes about addresses that are not for everybody. Those that --allow-loopback allows are none.
void note_addresses(Route& route, const std::string& host, const std::vector<IpAddress>& addresses,
                    const Settings& settings);

/// The name that was probably meant by an MX host whose final dot was forgotten; empty for a good name.
/// Where the name itself does not show it, it takes the host's being missing to believe it.
std::string meant_name(const std::string& host, const std::string& domain, const KnownLookups& known);

/// An MX host with its addresses; what is odd about it becomes notes of `route`.
MailHost mail_host(const MxHost& host, Route& route, const KnownLookups& known, const Settings& settings);

} // namespace smtpprobe
