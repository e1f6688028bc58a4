// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "smtpprobe/address.hpp"

namespace smtpprobe {

/// Does the reverse name look as if it had been made for every address of a range, as home lines and
/// fresh cloud servers have it? Gives what says so, as the end of a sentence: `holds the address's numbers`,
/// ``says `dyn` ``. Many receivers refuse or hold back mail from such names.
std::optional<std::string> generic_by(std::string_view name, const IpAddress& address);

} // namespace smtpprobe
