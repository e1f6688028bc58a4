// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "smtpprobe/lookup.hpp"
#include "smtpprobe/route.hpp"
#include "smtpprobe/settings.hpp"
#include "smtpprobe/target.hpp"

namespace smtpprobe {

/// Hosts of a route that are looked up and tried; more are named in a note and left alone.
inline constexpr std::size_t kMaxRouteHosts = 32;
/// Addresses of one host that are tried.
inline constexpr std::size_t kMaxHostAddresses = 16;

/// Does this target, so asked, take the MX route?
bool uses_mx(const Target& target, const Settings& settings);

/// What must be asked to get on, given what is known: first MX, A and AAAA of the domain together,
/// then all MX hosts' A and AAAA together; empty when the route can be planned. Never asks twice,
/// and a null MX asks nothing more.
std::vector<Question> questions(const Target& target, const Settings& settings,
                                const std::vector<Lookup>& known);

/// Must the route wait for the answer to a question that has been asked?
enum class Wait {
    no,      ///< the MX records give hosts, so the domain's own addresses are not for mail
    briefly, ///< what is known leads on already; the answer can only add to it
    yes,
};

/// Some resolvers drop questions of one type, and some answers get lost: `briefly` and `no` keep these from
/// holding up the rest.
Wait wait_for(const Question& asked, const Target& target, const Settings& settings,
              const std::vector<Lookup>& known);

/// RFC 5321 section 5.1 and RFC 7505 on what the lookups said. Pure and total.
Route plan_route(const Target& target, const Settings& settings, const std::vector<Lookup>& lookups);

/// May this address be connected to, when DNS gave it (and not the user)?
bool may_connect(const IpAddress& address, const Settings& settings);

} // namespace smtpprobe
