// SPDX-License-Identifier: Apache-2.0
#include "cli/declared_options.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "cli/add_option.hpp"
#include "cli/auth_options.hpp"
#include "cli/check_options.hpp"
#include "cli/envelope_options.hpp"
#include "cli/message_options.hpp"
#include "cli/self_options.hpp"
#include "cli/values.hpp"
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

constexpr std::array<std::string_view, 5> kCommands = {"self", "explain", "render", "swaks", "demo"};

constexpr const char* kDescription =
    "Does mail get through, and if not, why, whose fault is it, and what now?\n"
    "Looks up the route, talks to every mail host on it, and explains what they say. Sends no message "
    "without --send.";

constexpr const char* kFooter =
    "\nExit status: 0 healthy, 1 warnings only, 2 problem, 3 could not find out, 130 interrupted.\n"
    "Manual: man smtpprobe";

} // namespace

DeclaredOptions::DeclaredOptions(OptionFamilies which, const std::string& default_config)
    : app(kDescription, "smtpprobe")
{
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
    add_families(which);
    if (which != OptionFamilies::probe)
        add_commands();
}

void DeclaredOptions::add_families(OptionFamilies which)
{
    const bool all = which == OptionFamilies::all;
    const bool probe = all || which == OptionFamilies::probe;
    if (probe)
        add_route_options(app, line.settings);
    if (all)
        add_way_options(app, line.settings, way);
    if (probe)
        add_conversation_options(app, line.settings);
    if (all)
        add_envelope_options(app, line.settings);
    if (probe)
        add_tls_options(app, line.settings);
    if (all)
        add_auth_options(app, line);
    if (probe)
        add_time_options(app, line.settings);
    if (all) {
        add_message_options(app, line);
        add_experiment_options(app, line.settings);
        add_check_options(app, line.settings);
        add_block_list_options(app, line.settings);
    }
    add_output_options(app, line);
}

void DeclaredOptions::add_commands()
{
    app.require_subcommand(0, 1);
    self_ = add_self_command(app, line.settings);
    explain_ = add_explain_command(app, line);
    render_ = app.add_subcommand("render", "diagnose and print a saved JSON report again")->fallthrough();
    render_->add_option("FILE", line.file, "the report; - is standard input")->required();
    app.add_subcommand("swaks", "probe and send with the options of swaks(1); --explain-options says how");
    demo_ = app.add_subcommand("demo", "probe the built-in lab: a self-test, and a tour")->fallthrough();
    demo_->add_option("NAME", line.situations, "one situation or more; without, all of them");
    demo_->add_flag("--serve", line.serve, "keep the lab up until interrupted, and say how to probe it");
    demo_->add_flag("--list", line.list, "name the situations");
}

bool DeclaredOptions::knows_all(const std::vector<std::string>& arguments) const
{
    return std::all_of(arguments.begin(), arguments.end(), [&](const std::string& argument) {
        if (!argument.starts_with('-'))
            return true;
        // Letters in one word (-4v), or with their values, are for CLI11 to take apart.
        if (!argument.starts_with("--") && argument.size() != 2)
            return false;
        const auto name = argument.substr(0, argument.find('='));
        const bool asks_for_more = name == "-h" || name.starts_with("--help") || name == "--config";
        return !asks_for_more && app.get_option_no_throw(name) != nullptr;
    });
}

CommandKind DeclaredOptions::command() const
{
    const auto parsed = [](const CLI::App* command) { return command != nullptr && command->parsed(); };
    if (parsed(explain_))
        return CommandKind::explain;
    if (parsed(render_))
        return CommandKind::render;
    return parsed(demo_) ? CommandKind::demo : CommandKind::probe;
}

bool DeclaredOptions::self_parsed() const { return self_ != nullptr && self_->parsed(); }

bool name_a_command(const std::vector<std::string>& arguments)
{
    return std::any_of(arguments.begin(), arguments.end(), [](const std::string& argument) {
        return std::find(kCommands.begin(), kCommands.end(), argument) != kCommands.end();
    });
}

} // namespace smtpprobe
