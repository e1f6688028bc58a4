// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "smtpprobe/fault.hpp"

namespace smtpprobe {

/// What an errno of a socket call means for a probe, with the system's words for it.
Fault system_fault(int error);

} // namespace smtpprobe
