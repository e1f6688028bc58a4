// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "smtpprobe/time.hpp"

namespace smtpprobe {

/// For people: `0.8 ms`, `23 ms`, `1.24 s`, `20 s`, `2 min 5 s`, `3 days`.
std::string duration_text(Duration duration);

} // namespace smtpprobe
