// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <exception>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/swaks_command.hpp"
#include "cli/terminal.hpp"

namespace {

int run(const smtpprobe::CommandLine& line)
{
    switch (line.command) {
    case smtpprobe::CommandKind::probe: return smtpprobe::run_probe_command(line);
    case smtpprobe::CommandKind::render: return smtpprobe::run_render_command(line);
    case smtpprobe::CommandKind::explain: return smtpprobe::run_explain_command(line);
    case smtpprobe::CommandKind::demo: return smtpprobe::run_demo_command(line);
    }
    return 3;
}

} // namespace

int main(int argc, char** argv)
try {
    // A peer or a pipe that goes away is an error of that write, not the end of the program.
    std::signal(SIGPIPE, SIG_IGN);
    std::vector<std::string> arguments(argv + 1, argv + argc);
    const auto line = smtpprobe::is_swaks(argv[0], arguments)
                          ? smtpprobe::parse_swaks_command_line(arguments)
                          : smtpprobe::parse_command_line(arguments, smtpprobe::default_config_file());
    if (line)
        return run(*line);
    const auto& answer = line.error();
    if (answer.exit_status == 0)
        smtpprobe::print(answer.text);
    else
        smtpprobe::complain(answer.text);
    return answer.exit_status;
} catch (const std::exception& error) {
    smtpprobe::complain("smtpprobe: internal error: " + std::string(error.what()) + "; please report it\n");
    return 3;
}
