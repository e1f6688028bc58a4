// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/options.hpp"
#include "smtpprobe/explain.hpp"

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

/// Of whom a failure was told, and what it was.
struct Told {
    std::string recipient;
    const Explanation* entry = nullptr;
};

/// --probe: probes each of the recipients and says whether the cause still stands.
int probe_again(const CommandLine& line, const std::vector<Told>& failures);

} // namespace smtpprobe
