// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "diagnosis/assessment.hpp"
#include "smtpprobe/report.hpp"

namespace smtpprobe {

// What is looked up about a domain and its mail hosts beyond what mail needs: its SPF and DMARC records, the
// names of its hosts. Both the planner and the findings go by these.

/// No more hosts than these are looked at: dozens of MX would make a burst of lookups.
inline constexpr std::size_t kMaxHygieneHosts = 8;

/// The domain whose records are looked at; empty where that was not asked for: a host or an address as the
/// target, no mail route, --no-experiments.
std::string hygiene_domain(const Facts& facts);

/// Endpoints with addresses that the world can see, each address once; at most kMaxHygieneHosts.
std::vector<Endpoint> hygiene_endpoints(const Facts& facts);

/// The names that a host gives itself in banner and EHLO reply: lower case, such that DNS may have, and other
/// than the names by which the route came to it.
std::vector<std::string> spoken_names(const Facts& facts, const SessionView& view);

/// The names that PTR gives the address, as far as they were looked up; at most two.
std::vector<std::string> pointed_names(const Facts& facts, const IpAddress& address);

} // namespace smtpprobe
