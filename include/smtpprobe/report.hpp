// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "smtpprobe/arrival.hpp"
#include "smtpprobe/experiment.hpp"
#include "smtpprobe/finding.hpp"
#include "smtpprobe/lookup.hpp"
#include "smtpprobe/message_facts.hpp"
#include "smtpprobe/names.hpp"
#include "smtpprobe/route.hpp"
#include "smtpprobe/settings.hpp"
#include "smtpprobe/step.hpp"
#include "smtpprobe/target.hpp"
#include "smtpprobe/time.hpp"
#include "smtpprobe/transcript.hpp"

namespace smtpprobe {

/// All that the network told us, and what was asked of it. Immutable once gathered; a diagnosis and
/// every output are functions of it.
struct Facts {
    std::string version; ///< of the smtpprobe that gathered them
    Instant started{};
    Duration took{};
    bool interrupted = false;
    Target target;
    Settings settings;
    std::vector<Lookup> lookups; ///< in the order in which they were asked
    Route route;
    std::vector<Session> sessions;            ///< one an endpoint of the route, in its order
    std::vector<Experiment> experiments = {}; ///< in the order in which they began
    /// What this machine sends from: its addresses towards the endpoints, or towards anywhere.
    std::vector<IpAddress> own_addresses = {};
    /// Does the system say that its clock is kept right? Only where it tells.
    std::optional<bool> clock_synchronised = {};
    std::optional<MessageFacts> message = {}; ///< where --send asks for one
    std::optional<Arrival> arrival = {};      ///< where --expect-in asks for it
    friend bool operator==(const Facts&, const Facts&) = default;
};

enum class Verdict : std::uint8_t {
    accepts,
    accepts_with_problems,
    refuses,
    defers,
    unreachable,
    takes_no_mail, ///< by intent: null MX, 521
    inconclusive,
};

template <> struct Names<Verdict> {
    static constexpr std::string_view all[] = {"accepts",     "accepts-with-problems", "refuses",
                                               "defers",      "unreachable",           "takes-no-mail",
                                               "inconclusive"};
    static constexpr Verdict last = Verdict::inconclusive;
};

/// The whole in one word; its number is the exit status (Nagios' contract).
enum class Outcome : std::uint8_t { ok, warning, problem, unknown };

template <> struct Names<Outcome> {
    static constexpr std::string_view all[] = {"ok", "warning", "problem", "unknown"};
    static constexpr Outcome last = Outcome::unknown;
};

struct Diagnosis {
    Verdict verdict = Verdict::inconclusive;
    Outcome outcome = Outcome::unknown;
    Actor who = Actor::unknown;      ///< of the leading finding
    std::optional<Step> failed_step; ///< of the leading finding; none where all is well
    std::string headline;            ///< one sentence
    std::vector<Finding> findings;   ///< by weight; the first one leads
    friend bool operator==(const Diagnosis&, const Diagnosis&) = default;
};

struct Report {
    Facts facts;
    Diagnosis diagnosis;
    friend bool operator==(const Report&, const Report&) = default;
};

/// Pure and total: same facts, same diagnosis.
Diagnosis diagnose(const Facts& facts);

} // namespace smtpprobe
