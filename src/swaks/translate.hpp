// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "swaks/read_options.hpp"

namespace smtpprobe {

/// What swaks would find out about this machine.
struct SwaksWorld {
    std::string user;
    std::string host;
    std::function<bool(const std::string&)> is_directory;
};

/// The same in smtpprobe's words.
struct SwaksTranslation {
    std::vector<std::string> arguments;  ///< behind `smtpprobe`; no password among them
    std::optional<std::string> password; ///< of -ap
    std::vector<std::string> remarks;    ///< where it is not quite the same
};

/// The error is one line, in the manner of swaks' own: what cannot be done, and why.
Expected<SwaksTranslation, std::string> translate_swaks(const SwaksChoice& choice, const SwaksWorld& world);

/// Words for a shell.
std::string shell_words(const std::vector<std::string>& arguments);

} // namespace smtpprobe
