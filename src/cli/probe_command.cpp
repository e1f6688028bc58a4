// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <vector>

#include "cli/auth_options.hpp"
#include "cli/commands.hpp"
#include "cli/message_options.hpp"
#include "cli/output.hpp"
#include "cli/secret_source.hpp"
#include "cli/target_run.hpp"
#include "cli/terminal.hpp"
#include "cli/way_options.hpp"
#include "sasl/sasl_client.hpp"

namespace smtpprobe {
namespace {

/// The login at each target: all is read, and asked for, before anything is sent. Of several targets without
/// entries of their own, the first one's password is everybody's.
std::optional<std::string> read_logins(const CommandLine& line, std::vector<CommandLine>& each)
{
    for (const auto& target : line.targets) {
        const bool known = !each.empty() && !line.password_source.netrc;
        auto login = known ? Expected<AuthSettings, std::string>(each.front().settings.auth)
                           : read_login(line, target);
        if (!login)
            return login.error();
        each.push_back(line);
        each.back().settings.auth = *std::move(login);
    }
    return wrong_with_sasl(line.settings.auth);
}

/// What --pipe and --auth-password-command start gets no password of ours with its environment.
void hide_passwords_from_commands(const CommandLine& line)
{
    hide_from_commands(line.password_source.variable);
    hide_from_commands(line.expect_password_variable);
    hide_from_commands(line.proxy_password_variable);
}

} // namespace

int run_probe_command(const CommandLine& line)
{
    if (const auto wrong = wrong_with_trust(line.settings)) {
        complain("smtpprobe: " + *wrong + '\n');
        return usage_status(line.exit_style);
    }
    if (const auto wrong = wrong_with_way(line.settings)) {
        complain("smtpprobe: " + *wrong + '\n');
        return usage_status(line.exit_style);
    }
    const auto expect_password = read_expect_password(line);
    if (!expect_password) {
        complain("smtpprobe: " + expect_password.error() + '\n');
        return usage_status(line.exit_style);
    }
    if (line.password_source.variable.empty())
        hide_passwords_from_commands(line);
    std::vector<CommandLine> lines;
    if (const auto wrong = read_logins(line, lines)) {
        complain("smtpprobe: " + *wrong + '\n');
        return *wrong == "interrupted" ? 130 : usage_status(line.exit_style);
    }
    hide_passwords_from_commands(line);
    const auto messages = read_messages(line);
    if (!messages) {
        complain("smtpprobe: " + messages.error() + '\n');
        return usage_status(line.exit_style);
    }
    const auto show = [&](const Report& report) { print(rendered(report, line)); };
    int status = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        lines[i].settings.message.expect_password = *expect_password;
        status = worse(run_target(lines[i], line.targets[i], show, (*messages)[i]), status);
        if (status == 130)
            break;
    }
    return status;
}

} // namespace smtpprobe
