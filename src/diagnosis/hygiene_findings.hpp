// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "diagnosis/assessment.hpp"

namespace smtpprobe {

// The parts of find_in_hygiene(). `weight`: of a flaw that mail from the domain suffers from.

void find_in_spf(const Facts& facts, Severity weight, Findings& findings);
void find_in_dmarc(const Facts& facts, Severity weight, Findings& findings);
/// PTR of the hosts' addresses, and the names that the hosts give themselves.
void find_in_host_names(const Assessment& assessment, Findings& findings);

} // namespace smtpprobe
