// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "diagnosis/session_view.hpp"

namespace smtpprobe {

// Whose is a name, as far as it tells by itself?

/// The last two labels in small letters: whose name it is, roughly.
std::string owner_of(std::string_view host);
/// What a greeting or its text begins with, in small letters, where that is a host name of several labels.
std::string greeting_name(std::string_view words);
/// Did it show a trusted certificate for the endpoint's own host? Then it is who it should be.
bool proves_its_name(const SessionView& view);

} // namespace smtpprobe
