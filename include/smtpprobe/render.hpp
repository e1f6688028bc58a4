// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "smtpprobe/expected.hpp"
#include "smtpprobe/report.hpp"

namespace smtpprobe {

/// How the text report is to look.
struct TextStyle {
    int width = 80;      ///< columns; text is wrapped to it
    bool colour = false; ///< ANSI colours
    int verbosity = 0;   ///< -1: the headline alone; 0: the report; 1: with the annotated transcript
};

/// For people. Ends with a line end. No control byte of a server is in it.
std::string to_text(const Report& report, const TextStyle& style);

/// Schema 1 (schema/report-1.schema.json). `indent` < 0 gives one line without line end.
std::string to_json(const Report& report, int indent = 2);

/// Reads what `to_json` wrote, of this or an older version of schema 1. Findings in it are ignored:
/// `diagnose` makes them anew. The error is one line.
Expected<Facts, std::string> from_json(std::string_view json);

} // namespace smtpprobe
