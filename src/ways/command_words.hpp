// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "smtpprobe/expected.hpp"

namespace smtpprobe {

/// The words of a command line as a shell would part them: at blanks, with '…', "…" and backslash for what
/// belongs together. Nothing else of a shell is done: no variable, no pipe, no `*`. The error is half a
/// sentence that goes behind the option's name.
Expected<std::vector<std::string>, std::string> command_words(std::string_view text);

} // namespace smtpprobe
