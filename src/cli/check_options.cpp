// SPDX-License-Identifier: Apache-2.0
// The questions that are only asked when somebody wants to know.
#include "cli/check_options.hpp"

#include <algorithm>
#include <iterator>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "cli/add_option.hpp"
#include "smtp/odd_end.hpp"

namespace smtpprobe {
namespace {

// Strangers' servers block those who ask for relaying or go through names, and a smuggled message is
// delivered.
constexpr Check kSafe[] = {Check::catch_all, Check::postmaster, Check::null_sender, Check::starttls_enforced,
                           Check::size};

void add_once(std::vector<Check>& checks, Check check)
{
    if (std::find(checks.begin(), checks.end(), check) == checks.end())
        checks.push_back(check);
}

std::string all_names()
{
    std::string text;
    for (const auto each : Names<Check>::all)
        text += std::string(each) + ", ";
    return text + "all-safe";
}

} // namespace

Expected<std::vector<Check>, std::string> parse_checks(std::string_view text)
{
    std::vector<Check> checks;
    for (const auto part : split(text, ',')) {
        const auto word = to_lower(trimmed(part));
        if (word == "all-safe") {
            for (const auto check : kSafe)
                add_once(checks, check);
            continue;
        }
        const auto check = from_name<Check>(word);
        if (!check)
            return Unexpected<std::string>('"' + printable(word, 80) + "\" is no check; say " + all_names());
        add_once(checks, *check);
    }
    return checks;
}

void add_check_options(CLI::App& app, Settings& settings)
{
    app.option_defaults()->group("Checks, asked only when you want to know");
    add_values(
        app, "--check", "NAME[,NAME]", parse_checks,
        [&](const std::vector<Check>& checks) {
            for (const auto check : checks)
                add_once(settings.checks, check);
        },
        "relay, vrfy, catch-all, postmaster, null-sender, starttls-enforced, size, smuggling;\n"
        "all-safe: all but relay, vrfy and smuggling, which strangers' servers may take amiss");
    app.add_flag("--i-own-this-server", settings.owns_server,
                 "you answer for it; --check smuggling needs this, --send and --to:\nup to seven test "
                 "messages arrive there");
}

std::string wrong_with_checks(const Settings& settings, const std::vector<Target>& targets)
{
    const auto asked = [&](Check check) {
        return std::find(settings.checks.begin(), settings.checks.end(), check) != settings.checks.end();
    };
    const bool has_recipient =
        !settings.to.empty() || std::all_of(targets.begin(), targets.end(),
                                            [](const Target& target) { return !target.mailbox.empty(); });
    if (asked(Check::smuggling) && (!settings.owns_server || !settings.message.send || !has_recipient))
        return "--check smuggling sends up to " + std::to_string(std::size(kOddEnds)) +
               " odd messages to each server: it needs --i-own-this-server, --send, and --to "
               "with a mailbox of your own";
    for (const auto& target : targets)
        if (asked(Check::catch_all) && settings.to.empty() && target.mailbox.empty() &&
            target.kind != TargetKind::domain)
            return "--check catch-all asks about a domain, and " + printable(target.text, 80) +
                   " names none; add --to with an address of it";
    return {};
}

} // namespace smtpprobe
