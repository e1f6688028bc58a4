// SPDX-License-Identifier: Apache-2.0
#include "net/clock_state.hpp"

#if defined(__linux__)
#include <sys/timex.h>
#endif

namespace smtpprobe {

std::optional<bool> clock_synchronised()
{
#if defined(__linux__)
    timex state{}; // modes 0: only read, which anybody may
    if (::adjtimex(&state) < 0)
        return std::nullopt;
    return (state.status & STA_UNSYNC) == 0;
#else
    return std::nullopt;
#endif
}

} // namespace smtpprobe
