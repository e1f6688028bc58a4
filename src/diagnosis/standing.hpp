// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "smtpprobe/explain.hpp"
#include "smtpprobe/names.hpp"
#include "smtpprobe/report.hpp"

namespace smtpprobe {

/// What became of a cause that a bounce or a log told of.
enum class Standing : std::uint8_t {
    stands,  ///< the probe met the same kind of trouble
    gone,    ///< the probe met none
    changed, ///< the probe met trouble of another kind
    untold,  ///< a probe cannot see it, or found nothing out
};

template <> struct Names<Standing> {
    static constexpr std::string_view all[] = {"stands", "gone", "changed", "untold"};
    static constexpr Standing last = Standing::untold;
};

struct Judgement {
    Standing standing = Standing::untold;
    std::string words; ///< one sentence or two
};

/// Does `then` still stand, after a probe of the recipient that it was said of?
Judgement judge_standing(const Explanation& then, const Report& now);

} // namespace smtpprobe
