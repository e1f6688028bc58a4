// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "smtpprobe/report.hpp"
#include "smtpprobe/settings.hpp"
#include "smtpprobe/target.hpp"

namespace smtpprobe {

/// Looks up the route, talks to every endpoint on it, and diagnoses. Blocks until done or until the
/// deadline. Sends no message. Uses no globals: several threads may each run their own.
Report probe(const Target& target, const Settings& settings);

/// The version of this library: `0.1.0`.
std::string_view version();

} // namespace smtpprobe
