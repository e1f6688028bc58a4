// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "smtp/odd_end.hpp"
#include "smtpprobe/report.hpp"

namespace smtpprobe {

// Which experiments the facts so far call for. Pure: src/probe/ carries them out, adds what came of them
// to the facts, and asks again, until nothing new is wanted. A trial is made once: a planner simply names
// all that is warranted, whether it has been made already or not.

/// Open a connection, and close it.
struct TryContact {
    std::string host;
    IpAddress address;
    std::uint16_t port = 25;
    bool listen = false; ///< wait a few seconds for the first line, and say QUIT
    friend bool operator==(const TryContact&, const TryContact&) = default;
};

/// Connect with rising TTL.
struct TryTrace {
    IpAddress address;
    std::uint16_t port = 25;
    friend bool operator==(const TryTrace&, const TryTrace&) = default;
};

struct TryLookup {
    Question question;
    std::optional<NameServer> server; ///< ask this one, without recursion; none: the resolver
    bool checking_disabled = false;
    bool over_tcp = false;
    friend bool operator==(const TryLookup&, const TryLookup&) = default;
};

/// Hold a conversation. Waits until no other one with that host is open.
struct TrySession {
    Endpoint endpoint;                    ///< its `tls` says how
    std::optional<Step> quit_after;       ///< none: as far as the probe's own plan goes
    std::string preamble;                 ///< sent before anything else, without the line end
    int max_segment = 0;                  ///< TCP MSS in bytes; 0: the system's
    Duration wait{};                      ///< before it begins
    std::vector<std::string> to;          ///< recipients instead of the plan's; empty: the plan's
    bool starttls_unoffered = false;      ///< say STARTTLS though it is not offered
    std::optional<Duration> step_timeout; ///< of each step at most; none: what holds for the whole probe
    std::optional<std::string> from;      ///< sender instead of the plan's
    std::optional<std::uint64_t> size;    ///< SIZE= of MAIL, whatever the message has
    std::vector<ExtraVerb> verbs;         ///< instead of the plan's
    bool login = true;                    ///< false: no AUTH, whatever the plan has
    std::string mechanism;                ///< AUTH by this one alone, and no mail; empty: as the plan has it
    std::optional<OddEnd> odd_end; ///< send a test message of its own that has this end (--check smuggling)
    friend bool operator==(const TrySession&, const TrySession&) = default;
};

/// SPF's check_host(). With the unspecified address every term is followed and none matches.
struct TryPolicy {
    std::string domain;
    std::string sender;
    std::string helo;
    IpAddress address;
    friend bool operator==(const TryPolicy&, const TryPolicy&) = default;
};

struct Trial {
    Purpose purpose{};
    std::variant<TryContact, TryTrace, TryLookup, TrySession, TryPolicy> what;
    friend bool operator==(const Trial&, const Trial&) = default;
};

using Trials = std::vector<Trial>;

/// All that the facts so far call for. A session that is still under way and has not connected for some
/// seconds stands in them as timed out at connect.
Trials plan_trials(const Facts& facts);

/// What the name in the greeting of the session so far calls for, ahead of all else about it: by the time
/// that the session is over, the answer is there. plan_trials() names the same again.
Trials plan_ahead(const Facts& facts, const Session& so_far);

/// Does the verdict wait for it? What only adds a note is given little time once all else is learnt.
bool is_essential(Purpose purpose);

// Each plans for one side of the facts.

void plan_for_connect(const Facts& facts, Trials& trials);  ///< ports, controls, traces
void plan_for_dns(const Facts& facts, Trials& trials);      ///< resolver, authoritative servers, DNSSEC
void plan_for_sessions(const Facts& facts, Trials& trials); ///< stalls, TLS on the wrong port, small segments
void plan_for_redirections(const Facts& facts, Trials& trials); ///< does one server answer for all?
void plan_for_refusals(const Facts& facts, Trials& trials);     ///< "later"
void plan_for_own_side(const Facts& facts, Trials& trials);     ///< our names, SPF, block lists
void plan_for_hygiene(const Facts& facts, Trials& trials);      ///< the domain's records
void plan_for_checks(const Facts& facts, Trials& trials);       ///< --check
void plan_for_logins(const Facts& facts, Trials& trials);       ///< --auth-all

} // namespace smtpprobe
