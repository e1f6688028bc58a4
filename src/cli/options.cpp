// SPDX-License-Identifier: Apache-2.0
#include "cli/options.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "cli/add_option.hpp"
#include "cli/auth_options.hpp"
#include "cli/check_options.hpp"
#include "cli/declared_options.hpp"
#include "cli/envelope_options.hpp"
#include "cli/message_options.hpp"
#include "cli/self_options.hpp"
#include "cli/values.hpp"
#include "cli/way_options.hpp"

namespace smtpprobe {
namespace {

/// What no single option can see.
void check_together(const CommandLine& line)
{
    const auto& settings = line.settings;
    if (line.command == CommandKind::probe && line.targets.empty())
        throw Usage{"no target; say what to probe, such as example.com, user@example.com, mx.example.com:25 "
                    "or [192.0.2.1]"};
    if (line.command == CommandKind::explain && line.list && !line.words.empty())
        throw Usage{"--list, --class and --search tell of the catalogue, not of a text; say --search '" +
                    printable(line.words.front(), 80) + "' to look for it"};
    if (line.targets.size() > 1 && line.format == Format::json)
        throw Usage{"--format json holds one report; say --format ndjson for several targets"};
    if (settings.source) {
        const bool six = settings.source->family() == Family::ipv6;
        if ((six && settings.families == Families::ipv4_only) ||
            (!six && settings.families == Families::ipv6_only))
            throw Usage{"--source " + settings.source->text() + " is " + (six ? "IPv6" : "IPv4") + ", but -" +
                        (six ? "4" : "6") + " asks for the other family"};
    }
    if (const auto wrong = wrong_with_auth(line); !wrong.empty())
        throw Usage{wrong};
    if (const auto wrong = wrong_with_message(line); !wrong.empty())
        throw Usage{wrong};
    if (const auto wrong = wrong_with_checks(settings, line.targets); !wrong.empty())
        throw Usage{wrong};
    if (const auto wrong = wrong_with_envelope(line); !wrong.empty())
        throw Usage{wrong};
    for (const auto& target : line.targets) {
        const bool six = target.address.family() == Family::ipv6;
        if (target.kind == TargetKind::address &&
            settings.families == (six ? Families::ipv4_only : Families::ipv6_only))
            throw Usage{printable(target.text, 80) + " is an " + (six ? "IPv6" : "IPv4") + " address, but -" +
                        (six ? "4" : "6") + " asks for the other family"};
        if (target.kind == TargetKind::address && settings.use_mx == true)
            throw Usage{"--mx needs a domain; " + printable(target.text, 80) + " is an address"};
    }
}

/// CLI11's message as one plain line.
std::string plain(const CLI::ParseError& error)
{
    std::string text = error.what();
    std::replace(text.begin(), text.end(), '\n', ' ');
    constexpr std::string_view kExtra = "The following argument was not expected: ";
    constexpr std::string_view kExtras = "The following arguments were not expected: ";
    for (const auto prefix : {kExtra, kExtras})
        if (text.starts_with(prefix))
            text = "unknown option " + text.substr(prefix.size());
    constexpr std::string_view kInFile = "INI was not able to parse ";
    if (text.starts_with(kInFile))
        text = "the configuration file names no option: " + text.substr(kInFile.size());
    constexpr std::string_view kNoFile = " was not readable (missing?)";
    if (text.ends_with(kNoFile))
        text = "--config: " + text.substr(0, text.size() - kNoFile.size()) + " cannot be read";
    if (!text.empty())
        text[0] = to_lower(text[0]);
    return printable(trimmed(text), 300);
}

/// What --exit-style asks for, where the arguments as a whole are wrong.
ExitStyle asked_style(const std::vector<std::string>& arguments)
{
    constexpr std::string_view kOption = "--exit-style";
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view argument = arguments[i];
        if (argument == kOption && i + 1 < arguments.size())
            return from_name<ExitStyle>(arguments[i + 1]).value_or(ExitStyle::plain);
        if (argument.starts_with("--exit-style="))
            return from_name<ExitStyle>(argument.substr(kOption.size() + 1)).value_or(ExitStyle::plain);
    }
    return ExitStyle::plain;
}

} // namespace

Expected<CommandLine, Answer> parse_command_line(const std::vector<std::string>& arguments,
                                                 const std::string& default_config)
{
    // Declaring an option takes longer the more of them there are, and most starts use three of a hundred.
    const auto which = !default_config.empty()     ? OptionFamilies::all
                       : name_a_command(arguments) ? OptionFamilies::command
                                                   : OptionFamilies::probe;
    auto options = std::make_unique<DeclaredOptions>(which, default_config);
    if (which != OptionFamilies::all && !options->knows_all(arguments))
        options = std::make_unique<DeclaredOptions>(OptionFamilies::all, default_config);
    auto& app = options->app;
    auto& line = options->line;
    try {
        auto reversed = with_tied_values(arguments);
        std::reverse(reversed.begin(), reversed.end());
        app.parse(std::move(reversed));
        line.command = options->command();
        if (options->self_parsed()) {
            if (const auto wrong = wrong_with_self(line.settings, options->targets); !wrong.empty())
                throw Usage{wrong};
            line.targets.push_back(self_target(line.settings));
        }
        for (const auto& text : options->targets)
            line.targets.push_back(checked("target", parse_target(text)));
        if (const auto wrong = choose_way(options->way, line); !wrong.empty())
            throw Usage{wrong};
        check_together(line);
        return std::move(line);
    } catch (const Usage& usage) {
        return Unexpected<Answer>(
            Answer{"smtpprobe: " + usage.message + '\n', usage_status(asked_style(arguments))});
    } catch (const CLI::CallForAllHelp&) {
        return Unexpected<Answer>(Answer{app.help("", CLI::AppFormatMode::All), 0});
    } catch (const CLI::CallForHelp&) {
        const auto subcommands = app.get_subcommands();
        return Unexpected<Answer>(
            Answer{subcommands.empty() ? app.help() : subcommands.front()->help(app.get_name()), 0});
    } catch (const CLI::CallForVersion& text) {
        return Unexpected<Answer>(Answer{std::string(text.what()) + '\n', 0});
    } catch (const CLI::ParseError& error) {
        return Unexpected<Answer>(Answer{"smtpprobe: " + plain(error) + "; see smtpprobe --help\n",
                                         usage_status(asked_style(arguments))});
    }
}

} // namespace smtpprobe
