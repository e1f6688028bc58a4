// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "smtpprobe/address.hpp"
#include "smtpprobe/auth_settings.hpp"
#include "smtpprobe/check.hpp"
#include "smtpprobe/envelope_settings.hpp"
#include "smtpprobe/message_settings.hpp"
#include "smtpprobe/step.hpp"
#include "smtpprobe/target.hpp"
#include "smtpprobe/time.hpp"
#include "smtpprobe/way_settings.hpp"

namespace smtpprobe {

/// A name server to ask.
struct NameServer {
    IpAddress address;
    std::uint16_t port = 53;
    friend bool operator==(const NameServer&, const NameServer&) = default;
};

enum class Families : std::uint8_t { both, ipv4_only, ipv6_only };

template <> struct Names<Families> {
    static constexpr std::string_view all[] = {"both", "ipv4-only", "ipv6-only"};
    static constexpr Families last = Families::ipv6_only;
};

/// A host whose port 25 is known to answer: where it does not, the fault lies with us.
struct ControlTarget {
    std::string host;                 ///< a name, or empty
    std::optional<IpAddress> address; ///< where the user gave one instead of a name
    std::uint16_t port = 25;
    friend bool operator==(const ControlTarget&, const ControlTarget&) = default;
};

/// How far do SYNs get? `automatic`: where a connect timed out and nothing else tells why.
enum class TraceMode : std::uint8_t { automatic, always, never };

template <> struct Names<TraceMode> {
    static constexpr std::string_view all[] = {"auto", "always", "never"};
    static constexpr TraceMode last = TraceMode::never;
};

/// What the user asked for beside the target. Defaults are the program's.
struct Settings {
    std::optional<bool> use_mx; ///< --mx / --no-mx; else what the target's form says
    Families families = Families::both;
    std::optional<std::uint16_t> port;
    std::optional<IpAddress> source; ///< --source
    std::string helo;                ///< EHLO name; empty: this host's name, or its address literal
    std::optional<std::string> from; ///< envelope sender, "" for the null sender
    std::vector<std::string> to;     ///< envelope recipients (with a mailbox target's own one)
    std::optional<TlsMode> tls;      ///< --tls; else by URL scheme, else port 465 implicit, else may
    std::string tls_name;            ///< --tls-name: verify and SNI
    std::string ca_file;
    std::string ca_path;
    std::string tls_cert; ///< --tls-cert: PEM file; shown to hosts of the route that ask for one
    std::string tls_key;  ///< --tls-key: PEM file; empty: the key is in `tls_cert`
    Duration connect_timeout = std::chrono::seconds(20);
    std::optional<Duration> step_timeout; ///< never above RFC 5321 4.5.3.2
    Duration deadline = std::chrono::seconds(120);
    bool first = false; ///< stop at the first endpoint that works
    std::optional<Step> quit_after;
    bool allow_loopback = false;          ///< connect to loopback, link-local … addresses found by DNS
    std::vector<NameServer> name_servers; ///< --dns; empty: the system's
    bool experiments = true;              ///< --no-experiments: only the route's own lookups and sessions
    bool controls = true;                 ///< --no-controls
    std::vector<ControlTarget> control_targets; ///< --control; empty: a few large mail hosts (controls.hpp)
    TraceMode trace = TraceMode::automatic;
    bool retry_greylist = false;                         ///< wait and ask again where a server says "later"
    std::optional<std::vector<std::string>> block_lists; ///< --block-list; none: the default ones
    std::string as;                   ///< `self --as`: the domain or host that this machine sends as
    std::vector<IpAddress> addresses; ///< `self --address`; empty: Facts::own_addresses
    AuthSettings auth = {};
    EnvelopeSettings envelope = {};
    MessageSettings message = {};
    WaySettings way = {};
    std::vector<ExtraVerb> verbs = {}; ///< --verb, in this order
    std::vector<Check> checks = {};    ///< --check, each once
    bool owns_server = false;          ///< --i-own-this-server
    friend bool operator==(const Settings&, const Settings&) = default;
};

} // namespace smtpprobe
