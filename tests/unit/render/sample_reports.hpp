// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "smtpprobe/report.hpp"

namespace smtpprobe::test {

struct Sample {
    std::string name;
    Report report;
};

/// Reports as probes give them, each of one situation; the diagnoses are written by hand.
std::vector<Sample> sample_reports();
const Report& sample_report(const std::string& name);

} // namespace smtpprobe::test
