// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

#include <catch2/catch.hpp>

#include "cli/options.hpp"

using namespace smtpprobe;
using namespace std::chrono_literals;

namespace {

CommandLine read(std::vector<std::string> arguments)
{
    const auto line = parse_command_line(arguments);
    if (!line)
        FAIL(line.error().text);
    return *line;
}

std::string error_of(std::vector<std::string> arguments)
{
    const auto line = parse_command_line(arguments);
    REQUIRE_FALSE(line);
    CHECK(line.error().exit_status == 3);
    // One line, and it says who speaks.
    const auto& text = line.error().text;
    CHECK(text.rfind("smtpprobe: ", 0) == 0);
    CHECK(std::count(text.begin(), text.end(), '\n') == 1);
    CHECK(text.back() == '\n');
    return text;
}

bool contains(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

} // namespace

TEST_CASE("A target alone is a probe with the defaults")
{
    const auto line = read({"example.com"});
    CHECK(line.command == CommandKind::probe);
    REQUIRE(line.targets.size() == 1);
    CHECK(line.targets[0].kind == TargetKind::domain);
    CHECK(line.settings == Settings{});
    CHECK(line.format == Format::text);
}

TEST_CASE("Every option reaches its setting")
{
    const auto line = read({"--mx",
                            "-4",
                            "-p",
                            "2525",
                            "--source",
                            "192.0.2.9",
                            "--dns",
                            "192.0.2.53:54",
                            "--dns",
                            "192.0.2.54",
                            "--first",
                            "--allow-loopback",
                            "--helo",
                            "me.example",
                            "-f",
                            "<>",
                            "-t",
                            "a@example.com",
                            "--to",
                            "b@example.com",
                            "--quit-after",
                            "rcpt",
                            "--tls",
                            "require",
                            "--tls-name",
                            "MX.example.com",
                            "--ca-file",
                            "f",
                            "--ca-path",
                            "p",
                            "--tls-cert",
                            "c",
                            "--tls-key",
                            "k",
                            "--connect-timeout",
                            "3s",
                            "--timeout",
                            "4s",
                            "--deadline",
                            "1m",
                            "--format",
                            "ndjson",
                            "-v",
                            "--color",
                            "never",
                            "mx.example.com:25"});
    const auto& s = line.settings;
    CHECK(s.use_mx == true);
    CHECK(s.families == Families::ipv4_only);
    CHECK(s.port == 2525);
    CHECK(s.source->text() == "192.0.2.9");
    REQUIRE(s.name_servers.size() == 2);
    CHECK(s.name_servers[0].port == 54);
    CHECK(s.first);
    CHECK(s.allow_loopback);
    CHECK(s.helo == "me.example");
    CHECK(s.from == "");
    CHECK(s.to == std::vector<std::string>{"a@example.com", "b@example.com"});
    CHECK(s.quit_after == Step::rcpt);
    CHECK(s.tls == TlsMode::require);
    CHECK(s.tls_name == "mx.example.com");
    CHECK(s.ca_file == "f");
    CHECK(s.ca_path == "p");
    CHECK(s.tls_cert == "c");
    CHECK(s.tls_key == "k");
    CHECK(s.connect_timeout == Duration(3s));
    CHECK(s.step_timeout == Duration(4s));
    CHECK(s.deadline == Duration(1min));
    CHECK(line.format == Format::ndjson);
    CHECK(line.verbosity == 1);
    CHECK(line.colour == Colour::never);
}

TEST_CASE("Coming back later needs time, unless the user says how much")
{
    CHECK(read({"example.com"}).settings.deadline == Duration(2min));
    CHECK(read({"--retry-greylist", "example.com"}).settings.deadline == Duration(20min));
    CHECK(read({"--retry-greylist", "--deadline", "5m", "example.com"}).settings.deadline == Duration(5min));
    CHECK(read({"--deadline", "5m", "--retry-greylist", "example.com"}).settings.deadline == Duration(5min));
    CHECK(read({"--retry-greylist", "example.com"}).settings.retry_greylist);
}

TEST_CASE("Sub-commands take their own words and the common options")
{
    CHECK(read({"render", "report.json", "-v"}).file == "report.json");
    const auto demo = read({"demo", "healthy", "--format", "json"});
    CHECK(demo.command == CommandKind::demo);
    CHECK(demo.situations == std::vector<std::string>{"healthy"});
    CHECK(read({"demo", "--serve"}).serve);
    CHECK(read({"demo", "--list"}).list);
}

TEST_CASE("explain takes its text as words, and says what it is to be read as")
{
    const auto line = read({"explain", "550", "5.1.1", "User", "unknown"});
    CHECK(line.command == CommandKind::explain);
    CHECK(line.words == std::vector<std::string>{"550", "5.1.1", "User", "unknown"});
    CHECK_FALSE(line.input);
    CHECK(read({"explain", "--input", "log", "mail.log"}).input == TextKind::log);
    CHECK(read({"explain", "--every", "--probe", "-"}).probe);
    CHECK(contains(error_of({"explain", "--input", "poem"}), "replies, session, log or bounce"));
}

TEST_CASE("explain lists where a class or words are given")
{
    CHECK(read({"explain", "--list"}).list);
    CHECK(read({"explain", "--class", "mailboxfull"}).only_class == Cause::mailbox_full);
    CHECK(read({"explain", "--class", "mailboxfull"}).list);
    CHECK(read({"explain", "--search", "PTR gmail"}).search == "PTR gmail");
    CHECK(contains(error_of({"explain", "--class", "bad-luck"}), "userunknown"));
    CHECK(contains(error_of({"explain", "--list", "550"}), "--search '550'"));
}

TEST_CASE("explain takes the options of a probe, for --probe")
{
    const auto line = read({"explain", "--probe", "--dns", "192.0.2.53", "bounce.eml"});
    CHECK(line.settings.name_servers.size() == 1);
}

TEST_CASE("Bad usage is one line that says what is wrong and what would be right")
{
    CHECK(contains(error_of({}), "example.com"));
    CHECK(contains(error_of({"--port", "99999", "example.com"}), "1 to 65535"));
    CHECK(contains(error_of({"--timeout", "soon", "example.com"}), "30s"));
    CHECK(contains(error_of({"--tls", "yes", "example.com"}), "none, may, require or implicit"));
    CHECK(contains(error_of({"--frobnicate", "example.com"}), "--frobnicate"));
    CHECK(contains(error_of({"--dns", "ns.example", "example.com"}), "192.0.2.53"));
    CHECK(contains(error_of({"--format", "xml", "example.com"}), "text, json or ndjson"));
    CHECK(contains(error_of({"--mx", "--no-mx", "example.com"}), "--no-mx"));
    CHECK(contains(error_of({"-4", "-6", "example.com"}), "--ipv6"));
    CHECK(contains(error_of({"-4", "[2001:db8::1]"}), "IPv6"));
    CHECK(contains(error_of({"-6", "--source", "192.0.2.1", "example.com"}), "--source"));
    CHECK(contains(error_of({"--mx", "[192.0.2.1]"}), "--mx"));
    CHECK(contains(error_of({"--port"}), "--port"));
    CHECK(contains(error_of({"--format", "json", "a.example", "b.example"}), "ndjson"));
    CHECK(contains(error_of({"exa mple.com"}), "exa mple.com"));
    CHECK(contains(error_of({"--ca-file", "", "example.com"}), "--ca-file"));
    CHECK_FALSE(contains(error_of({"--tls", "\x1b[31m\r\n", "example.com"}), "\x1b"));
}

TEST_CASE("Help and version answer by themselves")
{
    const auto help = parse_command_line({"--help"});
    REQUIRE_FALSE(help);
    CHECK(help.error().exit_status == 0);
    CHECK(contains(help.error().text, "--quit-after"));
    for (const std::string command : {"self", "explain", "render", "swaks", "demo"}) {
        const auto its_help = parse_command_line({command, "--help"});
        REQUIRE_FALSE(its_help);
        CHECK(contains(its_help.error().text, ("Usage: smtpprobe " + command).c_str()));
    }
    const auto version = parse_command_line({"--version"});
    REQUIRE_FALSE(version);
    CHECK(version.error().text.rfind("smtpprobe ", 0) == 0);
}

TEST_CASE("self looks at this machine, as the options say")
{
    const auto line =
        read({"self", "--as", "Example.COM", "--address", "198.41.0.4", "--address", "2001:db8::4", "--from",
              "me@example.com", "--helo", "mail.example.com", "--dns", "192.0.2.53", "--format", "json"});
    CHECK(line.command == CommandKind::probe);
    REQUIRE(line.targets.size() == 1);
    CHECK(line.targets[0].kind == TargetKind::self);
    CHECK(line.targets[0].name == "example.com");
    CHECK(line.settings.as == "example.com");
    CHECK(line.settings.addresses.size() == 2);
    CHECK(line.settings.name_servers.size() == 1);
    CHECK(line.format == Format::json);
    CHECK(read({"self", "-6"}).settings.families == Families::ipv6_only);
    CHECK(read({"self", "--helo", "mail.example.com"}).targets[0].name == "mail.example.com");
}

TEST_CASE("self takes no target, and what it takes is checked")
{
    CHECK(contains(error_of({"self", "example.com"}), "--as example.com"));
    CHECK(contains(error_of({"self", "--as", "no name"}), "--as"));
    CHECK(contains(error_of({"self", "--address", "mail.example.com"}), "--address"));
    CHECK(contains(error_of({"self", "--no-experiments"}), "--no-experiments"));
    CHECK(contains(error_of({"example.com", "--as", "example.com"}), "--as"));
}

TEST_CASE("Block lists are chosen, or none is")
{
    CHECK_FALSE(read({"example.com"}).settings.block_lists);
    using Zones = std::vector<std::string>;
    CHECK(read({"example.com", "--block-list", "zen.spamhaus.org", "--block-list", "bl.example"})
              .settings.block_lists == Zones{"zen.spamhaus.org", "bl.example"});
    CHECK(read({"self", "--no-block-lists"}).settings.block_lists == Zones{});
    CHECK(contains(error_of({"self", "--block-list", "a b"}), "--block-list"));
}

TEST_CASE("A configuration file gives options, and what stands on the command line counts for more")
{
    const auto path =
        std::filesystem::temp_directory_path() / ("smtpprobe-test-" + std::to_string(::getpid()));
    const auto with = [&](std::string_view text, std::vector<std::string> arguments) {
        std::ofstream(path) << text;
        arguments.push_back("example.com");
        auto line = parse_command_line(arguments, path.string());
        std::filesystem::remove(path);
        return line;
    };
    const auto line = with("control=[\"mx.example.net:26\", \"192.0.2.1\"]\nconnect-timeout=2s\n", {});
    REQUIRE(line.has_value());
    REQUIRE(line->settings.control_targets.size() == 2);
    CHECK(line->settings.control_targets[0].port == 26);
    CHECK(line->settings.control_targets[1].address == IpAddress::parse("192.0.2.1"));
    CHECK(line->settings.connect_timeout == std::chrono::seconds(2));

    const auto both = with("connect-timeout=2s\n", {"--connect-timeout", "3s"});
    REQUIRE(both.has_value());
    CHECK(both->settings.connect_timeout == std::chrono::seconds(3));

    const auto unknown = with("controll=mx.example.net\n", {});
    REQUIRE_FALSE(unknown.has_value());
    CHECK(unknown.error().exit_status == 3);
    CHECK(unknown.error().text ==
          "smtpprobe: the configuration file names no option: controll; see smtpprobe --help\n");

    const auto missing = parse_command_line({"--config", "/nonexistent/file", "example.com"});
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error().text ==
          "smtpprobe: --config: /nonexistent/file cannot be read; see smtpprobe --help\n");
}

TEST_CASE("Odd ends of messages are sent to one's own server and mailbox only, and when --send is there")
{
    const auto asked = [](std::vector<std::string> more) {
        more.insert(more.begin(), {"mx.example.com", "--check", "smuggling"});
        return more;
    };
    const auto line = read(asked({"--i-own-this-server", "--send", "--to", "me@example.com"}));
    CHECK(line.settings.checks == std::vector<Check>{Check::smuggling});
    CHECK(line.settings.owns_server);
    read({"me@example.com", "--check", "smuggling", "--i-own-this-server", "--send"});
    CHECK(contains(error_of(asked({"--send", "--to", "me@example.com"})), "up to 7 odd messages"));
    CHECK(contains(error_of(asked({"--i-own-this-server", "--to", "me@example.com"})), "needs --i-own"));
    CHECK(contains(error_of(asked({"--i-own-this-server", "--send"})), "--to"));
    for (const auto check : read({"example.com", "--check", "all-safe"}).settings.checks)
        CHECK(check != Check::smuggling);
}

TEST_CASE("XCLIENT and XFORWARD that no command line holds are refused")
{
    const std::string name(250, 'n');
    const auto error = error_of({"mx.example.com", "--xclient", "NAME=" + name, "--xclient", "HELO=" + name});
    CHECK(contains(error, "the attributes of --xclient make a command of 521 octets, and servers read 512"));
    // XFORWARD may be said several times.
    read({"mx.example.com", "--xforward", "NAME=" + name, "--xforward", "HELO=" + name});
    const std::string encoded(200, '='); // three octets each in xtext
    CHECK(contains(error_of({"mx.example.com", "--xforward", "IDENT=" + encoded}), "--xforward IDENT makes"));
}
