// SPDX-License-Identifier: Apache-2.0
#include "cli/output.hpp"

#include "cli/terminal.hpp"
#include "smtpprobe/render.hpp"

namespace smtpprobe {

std::string rendered(const Report& report, const CommandLine& line)
{
    switch (line.format) {
    case Format::text: return to_text(report, text_style(line.colour, line.verbosity));
    case Format::json: return to_json(report) + '\n';
    case Format::ndjson: return to_json(report, -1) + '\n';
    }
    return {};
}

} // namespace smtpprobe
