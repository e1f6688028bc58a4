// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "smtpprobe/names.hpp"
#include "smtpprobe/report.hpp"

namespace smtpprobe {

/// Whose numbers the exit status speaks.
enum class ExitStyle : std::uint8_t {
    plain,    ///< the program's own: that of the outcome, 0 to 3
    swaks,    ///< the step at which the conversation failed, as swaks(1) numbers it
    sysexits, ///< what sendmail and msmtp give: sysexits.h
};

template <> struct Names<ExitStyle> {
    static constexpr std::string_view all[] = {"plain", "swaks", "sysexits"};
    static constexpr ExitStyle last = ExitStyle::sysexits;
};

/// 130 in every style where it was interrupted.
int exit_status(const Report& report, ExitStyle style = ExitStyle::plain);

/// Where the arguments are wrong.
int usage_status(ExitStyle style);

} // namespace smtpprobe
