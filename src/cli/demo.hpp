// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "lab/lab.hpp"
#include "smtpprobe/report.hpp"

namespace smtpprobe {

// The words of `smtpprobe demo`, beside the reports.

/// What a probe concluded about a situation of the lab.
struct Demonstrated {
    const Situation* situation = nullptr;
    Report report;
};

/// Situation, expected, concluded, ok or FAILED: one line each, and below a failure what differs.
std::string summary(const std::vector<Demonstrated>& all);
bool all_as_built(const std::vector<Demonstrated>& all);

/// The situations' names and stories.
std::string list_of_situations();
/// How other programs can probe a lab that is up.
std::string how_to_probe(const Lab& lab);

} // namespace smtpprobe
