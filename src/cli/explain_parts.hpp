// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "cli/options.hpp"

namespace smtpprobe {

// The parts of `smtpprobe explain`. Each gives the exit status.

/// --list, --class, --search.
int list_entries(const CommandLine& line);

/// A name that the catalogue knows: a command, an entry's id, a code or a status alone, a family of
/// statuses, an error's name. Nothing where the text is none of them.
std::optional<int> explain_name(const CommandLine& line, const std::string& text);

/// A text or a file (`-` for standard input), recognised by itself.
int explain_text(const CommandLine& line, const std::string& text);
int explain_file(const CommandLine& line, const std::string& path);

} // namespace smtpprobe
