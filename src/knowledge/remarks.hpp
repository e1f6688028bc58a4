// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "smtpprobe/explain.hpp"

namespace smtpprobe {

/// Where a reply says one thing and means another.
enum class Remark : std::uint8_t {
    status_contradicts_code,      ///< 550 4.2.2, 250 5.1.1
    permanent_code_passing_cause, ///< a 5xx whose cause passes by itself
    temporary_code_lasting_cause, ///< a 4xx whose cause stays until somebody acts
    follows_from_earlier,         ///< only follows from a refusal before it
    step_unknown,                 ///< which command it answers is not known, and would matter
};

template <> struct Names<Remark> {
    static constexpr std::string_view all[] = {"status-contradicts-code", "permanent-code-passing-cause",
                                               "temporary-code-lasting-cause", "follows-from-earlier",
                                               "step-unknown"};
    static constexpr Remark last = Remark::step_unknown;
};

std::vector<Remark> remarks_on(const ReplyEvidence& evidence, const Explained& explained);

/// One or two sentences for people.
std::string_view remark_words(Remark remark);

} // namespace smtpprobe
