// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/trials.hpp"

namespace smtpprobe {

void plan_for_refusals(const Facts&, Trials&) {}

} // namespace smtpprobe
