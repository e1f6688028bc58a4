// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/target_run.hpp"
#include "cli/terminal.hpp"

namespace smtpprobe {

int run_probe_command(const CommandLine& line)
{
    if (const auto wrong = wrong_with_trust(line.settings)) {
        complain("smtpprobe: " + *wrong + '\n');
        return 3;
    }
    const auto show = [&](const Report& report) { print(rendered(report, line)); };
    int status = 0;
    for (const auto& target : line.targets) {
        status = worse(run_target(line, target, show), status);
        if (status == 130)
            break;
    }
    return status;
}

} // namespace smtpprobe
