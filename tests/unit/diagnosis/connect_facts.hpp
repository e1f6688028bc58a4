// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "facts_builder.hpp"

namespace smtpprobe::test {

/// Facts about connections, in a few words each:
///
///     ConnectFacts().endpoint("5.0.1.2", "silent").ports("5.0.1.2", {"587 refused", "443 open"})
///                   .controls({"open", "open", "silent"})
///
/// How it came: `open`, `refused`, `silent`, `unreachable`, `no-route`, `forbidden`, `blackhole`, or an ICMP
/// error `icmp FROM TYPE CODE`; with ` after MILLISECONDS` at the end (10 otherwise).
class ConnectFacts {
public:
    /// `host`: an MX; the next address of the same host without it.
    ConnectFacts& endpoint(const std::string& address, std::string_view came, const std::string& host = {});
    ConnectFacts& untried(const std::string& address, NotTried why);
    ConnectFacts& ports(const std::string& address, std::initializer_list<const char*> came);
    /// The first, second … known provider on that port: 9.0.0.1, 9.0.1.1 …; 2a09::1, 2a09:0:1::1 …
    ConnectFacts& controls(std::initializer_list<const char*> came, Family family = Family::ipv4,
                           std::uint16_t port = 25);
    /// `1 expired 192.168.1.1`, `2 silent`, `3 connected after 40`, `4 unreachable 5.0.3.1`
    ConnectFacts& trace(const std::string& address, std::uint16_t port,
                        std::initializer_list<const char*> hops);
    ConnectFacts& own(const std::string& address);
    ConnectFacts& control_lookup(const std::string& host, RecordType type, const std::string& address);

    Facts facts() const { return builder_.facts; }
    FactsBuilder& builder() { return builder_; }

private:
    FactsBuilder builder_{"example.com"};
};

} // namespace smtpprobe::test
