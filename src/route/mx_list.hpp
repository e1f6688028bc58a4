// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "smtpprobe/lookup.hpp"
#include "smtpprobe/route.hpp"

namespace smtpprobe {

/// One host that an MX record names and that can be looked up.
struct MxHost {
    std::string name;
    std::uint16_t preference = 0;
    friend bool operator==(const MxHost&, const MxHost&) = default;
};

/// What a domain's MX records say, before any host of them is looked up.
struct MxList {
    bool null = false;         ///< nothing but null MX (RFC 7505)
    std::vector<MxHost> hosts; ///< by preference, then name; each once, at most kMaxRouteHosts
    std::vector<RouteNote> notes;
};

MxList read_mx(const Lookup& mx);

/// The name that was probably meant, where this one repeats its zone because a final dot was
/// forgotten: `mx.example.com` for `mx.example.com.example.com`. Empty where it does not.
std::string undoubled(const std::string& host, const std::string& domain);

/// The same by a weaker sign, for a host that does not exist: `mx.example.net` for
/// `mx.example.net.example.com` under example.com.
std::string without_appended_zone(const std::string& host, const std::string& domain);

} // namespace smtpprobe
