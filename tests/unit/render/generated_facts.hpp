// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "smtpprobe/report.hpp"

namespace smtpprobe::test {

/// Facts as no network would give them together: every variant and every value of every closed set
/// occurs in a run of seeds, and texts hold any bytes. The same seed gives the same facts.
Facts generated_facts(std::uint64_t seed);

/// The same with a diagnosis, which need not fit the facts.
Report generated_report(std::uint64_t seed);

} // namespace smtpprobe::test
