// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "smtpprobe/names.hpp"
#include "smtpprobe/transcript.hpp"

namespace smtpprobe {

/// The parts of a session whose times are told.
enum class Phase : std::uint8_t {
    connect,
    greeting,
    ehlo, ///< EHLO, HELO or LHLO; the first time
    starttls,
    tls,      ///< the handshake
    ehlo_tls, ///< once more, after STARTTLS
    mail,
    rcpt, ///< all recipients together
    quit,
};

template <> struct Names<Phase> {
    static constexpr std::string_view all[] = {"connect",  "greeting", "ehlo", "starttls", "tls",
                                               "ehlo_tls", "mail",     "rcpt", "quit"};
    static constexpr Phase last = Phase::quit;
};

/// How long each phase took; none for a phase that never ran. One that failed counts up to its
/// failure. No time counts twice: what was sent together with other commands counts from the reply
/// before its own, so that the phases add up to the session's time, apart from our own.
class Phases {
public:
    std::optional<Duration>& operator[](Phase phase) { return spans_[static_cast<std::size_t>(phase)]; }
    const std::optional<Duration>& operator[](Phase phase) const
    {
        return spans_[static_cast<std::size_t>(phase)];
    }

private:
    std::array<std::optional<Duration>, std::size(Names<Phase>::all)> spans_;
};

/// Total: events in any order give times that are not negative.
Phases measure_phases(const Transcript& transcript);

} // namespace smtpprobe
