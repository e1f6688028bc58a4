// SPDX-License-Identifier: Apache-2.0
// The options of a probe.
#include "cli/add_option.hpp"
#include "cli/values.hpp"

namespace smtpprobe {

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
    add_value(
        app, "--tls-cert", "FILE", parse_text, [&](std::string file) { settings.tls_cert = std::move(file); },
        "show this certificate (PEM, its chain behind it) to a server that asks for one");
    add_value(
        app, "--tls-key", "FILE", parse_text, [&](std::string file) { settings.tls_key = std::move(file); },
        "its private key (PEM, no passphrase); default: the key in the certificate's file");
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

void add_experiment_options(CLI::App& app, Settings& settings)
{
    app.option_defaults()->group("Experiments, where something is wrong");
    add_values(
        app, "--control", "HOST[:PORT]", parse_control,
        [&](ControlTarget control) { settings.control_targets.push_back(std::move(control)); },
        "a host whose port 25 answers, to tell your network's fault from theirs; repeatable");
    app.add_flag_callback(
        "--no-controls", [&] { settings.controls = false; },
        "ask no control target, not even the default ones");
    auto* trace = app.add_flag_callback(
        "--trace", [&] { settings.trace = TraceMode::always; },
        "trace how far connections get (default: where one times out)");
    app.add_flag_callback(
           "--no-trace", [&] { settings.trace = TraceMode::never; }, "never trace")
        ->excludes(trace);
    app.add_flag_callback(
        "--retry-greylist",
        [&settings, deadline = app.get_option("--deadline")] {
            settings.retry_greylist = true;
            // Visits after about 1, 5 and 15 minutes, and the time that they take.
            if (deadline->empty())
                settings.deadline = std::chrono::minutes(20);
        },
        "where a server says \"later\", wait and ask again (--deadline is 20m then)");
    app.add_flag_callback(
        "--no-experiments", [&] { settings.experiments = false; },
        "nothing but the route's own lookups and conversations");
}

} // namespace smtpprobe
