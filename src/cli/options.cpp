// SPDX-License-Identifier: Apache-2.0
#include "cli/options.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include <CLI/CLI.hpp>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "cli/values.hpp"
#include "smtpprobe/probe.hpp"

namespace smtpprobe {
namespace {

/// Carries a finished message out of CLI11's callbacks.
struct Usage {
    std::string message;
};

template <class T> T checked(const std::string& option, Expected<T, std::string> value)
{
    if (!value)
        throw Usage{option + ' ' + value.error()};
    return std::move(*value);
}

/// An option whose value one of the parse_… functions reads; `take` gets what it gave.
template <class Parse, class Take>
CLI::Option* add_value(CLI::App& app, const std::string& names, const char* placeholder, Parse parse,
                       Take take, const char* help)
{
    const auto shown = names.substr(names.find("--"));
    const std::function<void(const std::string&)> read = [=](const std::string& text) {
        take(checked(shown, parse(text)));
    };
    return app.add_option_function<std::string>(names, read, help)->type_name(placeholder);
}

/// An option that may be given several times.
template <class Parse, class Take>
void add_values(CLI::App& app, const std::string& names, const char* placeholder, Parse parse, Take take,
                const char* help)
{
    const auto shown = names.substr(names.find("--"));
    const std::function<void(const std::vector<std::string>&)> read =
        [=](const std::vector<std::string>& texts) {
            for (const auto& text : texts)
                take(checked(shown, parse(text)));
        };
    app.add_option_function<std::vector<std::string>>(names, read, help)
        ->type_name(placeholder)
        ->expected(1)
        ->allow_extra_args(false) // else a sub-command's own words would be taken for further values
        ->take_all();
}

void add_route_options(CLI::App& app, Settings& settings)
{
    app.option_defaults()->group("Route");
    auto* mx =
        app.add_flag_callback("--mx", [&] { settings.use_mx = true; }, "look up MX records, also for a host");
    auto* no_mx = app.add_flag_callback(
        "--no-mx", [&] { settings.use_mx = false; }, "take the name as a host, no MX lookup");
    no_mx->excludes(mx);
    auto* four =
        app.add_flag_callback("-4,--ipv4", [&] { settings.families = Families::ipv4_only; }, "IPv4 only");
    auto* six =
        app.add_flag_callback("-6,--ipv6", [&] { settings.families = Families::ipv6_only; }, "IPv6 only");
    six->excludes(four);
    add_value(
        app, "-p,--port", "PORT", parse_port, [&](std::uint16_t port) { settings.port = port; },
        "connect to this port");
    add_value(
        app, "--source", "ADDRESS", parse_address, [&](IpAddress address) { settings.source = address; },
        "connect from this address of this machine");
    add_values(
        app, "--dns", "SERVER[:PORT]", parse_name_server,
        [&](NameServer server) { settings.name_servers.push_back(server); },
        "ask this name server instead of the system's; repeatable");
    auto* first = app.add_flag("--first", settings.first, "stop at the first endpoint that works");
    app.add_flag_callback("--all", [] {}, "try every endpoint of the route (the default)")->excludes(first);
    app.add_flag("--allow-loopback", settings.allow_loopback,
                 "connect to loopback, link-local and multicast addresses that DNS gives");
}

void add_conversation_options(CLI::App& app, Settings& settings)
{
    app.option_defaults()->group("Conversation");
    add_value(
        app, "--helo", "NAME", parse_helo, [&](std::string name) { settings.helo = std::move(name); },
        "name to say in EHLO (default: this host's name, else its address)");
    add_value(
        app, "-f,--from", "ADDRESS", parse_mailbox,
        [&](std::string mailbox) { settings.from = std::move(mailbox); },
        "envelope sender; <> is the null sender (the default when there is a recipient)");
    add_values(
        app, "-t,--to", "ADDRESS", parse_mailbox,
        [&](std::string mailbox) { settings.to.push_back(std::move(mailbox)); },
        "envelope recipient to ask about; repeatable; no message is sent");
    add_value(
        app, "--quit-after", "STEP", parse_quit_after, [&](Step step) { settings.quit_after = step; },
        "say QUIT after this step: connect, greeting, ehlo, starttls, tls, mail, rcpt");
}

void add_tls_options(CLI::App& app, Settings& settings)
{
    app.option_defaults()->group("TLS");
    add_value(
        app, "--tls", "MODE", parse_tls_mode, [&](TlsMode mode) { settings.tls = mode; },
        "none, may (STARTTLS where offered; the default), require, implicit");
    add_value(
        app, "--tls-name", "NAME", parse_host_name,
        [&](std::string name) { settings.tls_name = std::move(name); },
        "name to verify and to send as SNI, instead of the host's");
    add_value(
        app, "--ca-file", "FILE", parse_text, [&](std::string file) { settings.ca_file = std::move(file); },
        "trust the certificates of this PEM file, and not the system's");
    add_value(
        app, "--ca-path", "DIRECTORY", parse_text,
        [&](std::string path) { settings.ca_path = std::move(path); },
        "trust the certificates of this hashed directory, and not the system's");
}

void add_time_options(CLI::App& app, Settings& settings)
{
    app.option_defaults()->group("Time (30s, 500ms, 2m)");
    add_value(
        app, "--connect-timeout", "TIME", parse_duration,
        [&](Duration time) { settings.connect_timeout = time; },
        "longest wait for a connection (default 20s)");
    add_value(
        app, "--timeout", "TIME", parse_duration, [&](Duration time) { settings.step_timeout = time; },
        "longest wait for one reply (default and ceiling: RFC 5321 4.5.3.2)");
    add_value(
        app, "--deadline", "TIME", parse_duration, [&](Duration time) { settings.deadline = time; },
        "longest time for the whole probe (default 2m)");
}

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
    if (!text.empty())
        text[0] = to_lower(text[0]);
    return printable(trimmed(text), 300);
}

constexpr const char* kDescription =
    "Does mail get through, and if not, why, whose fault is it, and what now?\n"
    "Looks up the route, talks to every mail host on it, and explains what they say. Sends no message.";

constexpr const char* kFooter =
    "\nExit status: 0 healthy, 1 warnings only, 2 problem, 3 could not find out, 130 interrupted.\n"
    "Manual: man smtpprobe";

} // namespace

Expected<CommandLine, Answer> parse_command_line(const std::vector<std::string>& arguments)
{
    CommandLine line;
    std::vector<std::string> targets;
    CLI::App app(kDescription, "smtpprobe");
    app.footer(kFooter);
    app.set_help_flag("-h,--help", "print this help");
    app.set_help_all_flag("--help-all", "print the help of the sub-commands too");
    app.set_version_flag("--version", "smtpprobe " + std::string(version()));
    app.add_option("TARGET", targets,
                   "example.com, user@example.com, host:port, [192.0.2.1], [2001:db8::1]:587,\n"
                   "smtp:// smtps:// submission:// lmtp:// URL");
    add_route_options(app, line.settings);
    add_conversation_options(app, line.settings);
    add_tls_options(app, line.settings);
    add_time_options(app, line.settings);
    add_output_options(app, line);

    app.require_subcommand(0, 1);
    auto* explain = add_explain_command(app, line);
    auto* render =
        app.add_subcommand("render", "diagnose and print a saved JSON report again")->fallthrough();
    render->add_option("FILE", line.file, "the report; - is standard input")->required();
    auto* demo = app.add_subcommand("demo", "probe the built-in lab: a self-test, and a tour")->fallthrough();
    demo->add_option("NAME", line.situations, "one situation or more; without, all of them");
    demo->add_flag("--serve", line.serve, "keep the lab up until interrupted, and say how to probe it");
    demo->add_flag("--list", line.list, "name the situations");

    try {
        std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
        app.parse(std::move(reversed));
        line.command = explain->parsed()  ? CommandKind::explain
                       : render->parsed() ? CommandKind::render
                       : demo->parsed()   ? CommandKind::demo
                                          : CommandKind::probe;
        for (const auto& text : targets)
            line.targets.push_back(checked("target", parse_target(text)));
        check_together(line);
        return line;
    } catch (const Usage& usage) {
        return Unexpected<Answer>(Answer{"smtpprobe: " + usage.message + '\n', 3});
    } catch (const CLI::CallForAllHelp&) {
        return Unexpected<Answer>(Answer{app.help("", CLI::AppFormatMode::All), 0});
    } catch (const CLI::CallForHelp&) {
        const auto subcommands = app.get_subcommands();
        return Unexpected<Answer>(Answer{subcommands.empty() ? app.help() : subcommands.front()->help(), 0});
    } catch (const CLI::CallForVersion& text) {
        return Unexpected<Answer>(Answer{std::string(text.what()) + '\n', 0});
    } catch (const CLI::ParseError& error) {
        return Unexpected<Answer>(Answer{"smtpprobe: " + plain(error) + "; see smtpprobe --help\n", 3});
    }
}

} // namespace smtpprobe
