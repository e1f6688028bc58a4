// SPDX-License-Identifier: Apache-2.0
#include "cli/options.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "cli/add_option.hpp"
#include "cli/auth_options.hpp"
#include "cli/check_options.hpp"
#include "cli/envelope_options.hpp"
#include "cli/message_options.hpp"
#include "cli/self_options.hpp"
#include "cli/values.hpp"
#include "cli/way_options.hpp"
#include "smtpprobe/probe.hpp"

namespace smtpprobe {
namespace {

void add_output_options(CLI::App& app, CommandLine& line)
{
    app.option_defaults()->group("Output");
    add_value(
        app, "--format", "FORMAT", parse_format, [&](Format format) { line.format = format; },
        "text, json or ndjson");
    auto* verbose =
        app.add_flag_callback("-v,--verbose", [&] { line.verbosity = 1; }, "with the annotated transcript");
    app.add_flag_callback(
           "-q,--quiet", [&] { line.verbosity = -1; }, "the headline alone")
        ->excludes(verbose);
    add_value(
        app, "--color", "WHEN", parse_colour, [&](Colour colour) { line.colour = colour; },
        "auto, always or never");
    add_value(
        app, "--exit-style", "STYLE", parse_exit_style, [&](ExitStyle style) { line.exit_style = style; },
        "what the exit status means: plain (0 to 3), swaks (the step that failed), sysexits");
}

CLI::App* add_explain_command(CLI::App& app, CommandLine& line)
{
    auto* explain =
        app.add_subcommand("explain", "say what a reply, a session, a log or a bounce means")->fallthrough();
    explain->option_defaults()->group("What to explain");
    explain->add_option("TEXT", line.words,
                        "550, 5.7.1, RCPT 550, a reply in quotes, a command such as ETRN, ECONNREFUSED,\n"
                        "or a file; without, standard input is read");
    add_value(
        *explain, "--input", "KIND", parse_text_kind, [&](TextKind kind) { line.input = kind; },
        "what the text is: replies (one a line), session, log, bounce (default: recognised)");
    explain->add_flag("--every", line.all, "tell of what did not fail, too");
    explain->add_flag("--probe", line.probe,
                      "then probe the recipients that failed: does the cause still stand?");
    explain->add_flag("--list", line.list, "name the entries of the catalogue");
    add_value(
        *explain, "--class", "CLASS", parse_class,
        [&](Cause cause) {
            line.only_class = cause;
            line.list = true;
        },
        "list the entries of this class: userunknown, mailboxfull, blocked ...");
    add_value(
        *explain, "--search", "WORDS", parse_text,
        [&](std::string words) {
            line.search = std::move(words);
            line.list = true;
        },
        "list the entries in which all of these words stand");
    return explain;
}

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

constexpr const char* kDescription =
    "Does mail get through, and if not, why, whose fault is it, and what now?\n"
    "Looks up the route, talks to every mail host on it, and explains what they say. Sends no message "
    "without --send.";

constexpr const char* kFooter =
    "\nExit status: 0 healthy, 1 warnings only, 2 problem, 3 could not find out, 130 interrupted.\n"
    "Manual: man smtpprobe";

} // namespace

Expected<CommandLine, Answer> parse_command_line(const std::vector<std::string>& arguments,
                                                 const std::string& default_config)
{
    CommandLine line;
    std::vector<std::string> targets;
    CLI::App app(kDescription, "smtpprobe");
    app.allow_config_extras(CLI::config_extras_mode::error);
    app.set_config("--config", default_config,
                   "read options from this file, one a line: control=mx.example.net")
        ->type_name("FILE");
    app.footer(kFooter);
    app.set_help_flag("-h,--help", "print this help");
    app.set_help_all_flag("--help-all", "print the help of the sub-commands too");
    app.set_version_flag("--version", "smtpprobe " + std::string(version()));
    app.add_option("TARGET", targets,
                   "example.com, user@example.com, host:port, [192.0.2.1], [2001:db8::1]:587,\n"
                   "smtp:// smtps:// submission:// lmtp:// URL");
    add_route_options(app, line.settings);
    WayChoice way;
    add_way_options(app, line.settings, way);
    add_conversation_options(app, line.settings);
    add_envelope_options(app, line.settings);
    add_tls_options(app, line.settings);
    add_auth_options(app, line);
    add_time_options(app, line.settings);
    add_message_options(app, line);
    add_experiment_options(app, line.settings);
    add_check_options(app, line.settings);
    add_block_list_options(app, line.settings);
    add_output_options(app, line);

    app.require_subcommand(0, 1);
    auto* self = add_self_command(app, line.settings);
    auto* explain = add_explain_command(app, line);
    auto* render =
        app.add_subcommand("render", "diagnose and print a saved JSON report again")->fallthrough();
    render->add_option("FILE", line.file, "the report; - is standard input")->required();
    app.add_subcommand("swaks", "probe and send with the options of swaks(1); --explain-options says how");
    auto* demo = app.add_subcommand("demo", "probe the built-in lab: a self-test, and a tour")->fallthrough();
    demo->add_option("NAME", line.situations, "one situation or more; without, all of them");
    demo->add_flag("--serve", line.serve, "keep the lab up until interrupted, and say how to probe it");
    demo->add_flag("--list", line.list, "name the situations");

    try {
        auto reversed = with_tied_values(arguments);
        std::reverse(reversed.begin(), reversed.end());
        app.parse(std::move(reversed));
        line.command = explain->parsed()  ? CommandKind::explain
                       : render->parsed() ? CommandKind::render
                       : demo->parsed()   ? CommandKind::demo
                                          : CommandKind::probe;
        if (self->parsed()) {
            if (const auto wrong = wrong_with_self(line.settings, targets); !wrong.empty())
                throw Usage{wrong};
            line.targets.push_back(self_target(line.settings));
        }
        for (const auto& text : targets)
            line.targets.push_back(checked("target", parse_target(text)));
        if (const auto wrong = choose_way(way, line); !wrong.empty())
            throw Usage{wrong};
        check_together(line);
        return line;
    } catch (const Usage& usage) {
        return Unexpected<Answer>(
            Answer{"smtpprobe: " + usage.message + '\n', usage_status(asked_style(arguments))});
    } catch (const CLI::CallForAllHelp&) {
        return Unexpected<Answer>(Answer{app.help("", CLI::AppFormatMode::All), 0});
    } catch (const CLI::CallForHelp&) {
        const auto subcommands = app.get_subcommands();
        return Unexpected<Answer>(Answer{subcommands.empty() ? app.help() : subcommands.front()->help(), 0});
    } catch (const CLI::CallForVersion& text) {
        return Unexpected<Answer>(Answer{std::string(text.what()) + '\n', 0});
    } catch (const CLI::ParseError& error) {
        return Unexpected<Answer>(Answer{"smtpprobe: " + plain(error) + "; see smtpprobe --help\n",
                                         usage_status(asked_style(arguments))});
    }
}

} // namespace smtpprobe
