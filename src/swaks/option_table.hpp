// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace smtpprobe {

/// Does smtpprobe do what an option of swaks asks for?
enum class Coverage : std::uint8_t { yes, partly, no };

/// Does the option take an argument? swaks asks at the terminal where one is left out.
enum class Argument : std::uint8_t { none, wanted };

struct SwaksOption {
    std::string_view names[4]; ///< without dashes, the one that identifies it first
    Argument argument;
    Coverage coverage;
    std::string_view ours; ///< what is said or done instead; why not
};

/// All options of swaks 20201014, and those of newer versions that are known.
std::span<const SwaksOption> swaks_options();

std::string_view word(Coverage coverage);

} // namespace smtpprobe
