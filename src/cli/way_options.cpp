// SPDX-License-Identifier: Apache-2.0
// The options that say how the connection is made.
#include "cli/way_options.hpp"

#include <net/if.h>

#include "base/printable.hpp"
#include "cli/values.hpp"
#include "cli/way_values.hpp"
#include "smtp/xtext.hpp"

namespace smtpprobe {
namespace {

void add_header_options(CLI::App& app, WayChoice& choice)
{
    add_value(
        app, "--proxy-header", "VERSION", parse_proxy_header,
        [&](int version) {
            choice.header.version = version;
            choice.header_wanted = true;
        },
        "begin with haproxy's PROXY header: v1 or v2");
    add_value(
        app, "--proxy-header-source", "ADDRESS[:PORT]", parse_address_and_port,
        [&](const AddressAndPort& from) {
            choice.header.source = from.address;
            choice.header.source_port = from.port;
            choice.header_told = true;
        },
        "the client that the header tells of (default: this machine)");
    add_value(
        app, "--proxy-header-destination", "ADDRESS[:PORT]", parse_address_and_port,
        [&](const AddressAndPort& to) {
            choice.header.destination = to.address;
            choice.header.destination_port = to.port;
            choice.header_told = true;
        },
        "the server that the header tells of (default: the endpoint)");
    app.add_flag_callback(
        "--proxy-header-local",
        [&] {
            choice.header.local = true;
            choice.header_told = true;
        },
        "a header without addresses, as health checks send it");
}

void add_proxy_options(CLI::App& app, Settings& settings, WayChoice& choice)
{
    add_value(
        app, "--proxy", "URL", parse_proxy, [&](Proxy proxy) { settings.way.proxy = std::move(proxy); },
        "connect through socks5://[user@]host[:port] or http://[user@]host[:port]");
    app.add_flag("--proxy-dns", choice.proxy_dns,
                 "let the proxy look up the target, which is a host then; no MX");
    add_value(
        app, "--proxy-password-env", "NAME", variable_with_password,
        [&](VariableWithPassword found) {
            choice.proxy_password_variable = std::move(found.name);
            choice.proxy_password = std::move(found.password);
        },
        "the variable of the environment that holds the proxy's password");
    add_value(
        app, "--proxy-password-file", "FILE", password_of_file,
        [&](std::string password) { choice.proxy_password = std::move(password); },
        "the file whose first line is the proxy's password");
}

std::string wrong_with_targets(const CommandLine& line)
{
    for (const auto& target : line.targets) {
        const bool place = target.kind == TargetKind::socket || target.kind == TargetKind::process;
        const auto what = target.kind == TargetKind::socket ? "a unix socket" : "a command";
        if (place && line.settings.way.proxy)
            return "--proxy carries TCP; " + printable(target.text, 80) + " is " + what;
        if (place && line.settings.port)
            return std::string("--port needs a host; ") + printable(target.text, 80) + " is " + what;
    }
    return {};
}

} // namespace

void add_way_options(CLI::App& app, Settings& settings, WayChoice& choice)
{
    app.option_defaults()->group("Connection");
    add_values(
        app, "--socket", "PATH", parse_socket_target,
        [&](Target target) { choice.places.push_back(std::move(target)); },
        "talk to this unix socket; the same as the target unix:PATH");
    add_values(
        app, "--pipe", "COMMAND", parse_command_target,
        [&](Target target) { choice.places.push_back(std::move(target)); },
        "start this command, without a shell, and talk to its standard input and output");
    app.add_flag("--lmtp", choice.lmtp, "speak LMTP, to port 24 where none is given");
    add_value(
        app, "--interface", "NAME", parse_interface,
        [&](std::string name) { settings.way.interface = std::move(name); },
        "leave by this network interface");
    add_proxy_options(app, settings, choice);
    add_header_options(app, choice);
    add_values(
        app, "--xclient", "NAME=VALUE", parse_xclient,
        [&](std::string attribute) { settings.way.xclient.push_back(std::move(attribute)); },
        "say XCLIENT, as another client: ADDR=192.0.2.1; repeatable");
    add_values(
        app, "--xforward", "NAME=VALUE", parse_xforward,
        [&](std::string attribute) { settings.way.xforward.push_back(std::move(attribute)); },
        "say XFORWARD where it is offered: ADDR=192.0.2.1; repeatable");
}

namespace {

std::string too_long(std::string_view what, std::size_t octets)
{
    return std::string(what) + " a command of " + std::to_string(octets + 2) +
           " octets, and servers read 512 (RFC 5321 4.5.3.1.4); say less";
}

/// XFORWARD can go over in several commands; of XCLIENT each begins the session anew.
std::string wrong_with_attributes(const WaySettings& way)
{
    constexpr std::string_view kXclient = "XCLIENT";
    constexpr std::string_view kXforward = "XFORWARD";
    auto octets = kXclient.size();
    for (const auto& attribute : way.xclient)
        octets += 1 + attribute_in_xtext(attribute).size();
    if (octets > kLongestCommand)
        return too_long("the attributes of --xclient make", octets);
    for (const auto& attribute : way.xforward)
        if (const auto alone = kXforward.size() + 1 + attribute_in_xtext(attribute).size();
            alone > kLongestCommand)
            return too_long("--xforward " + attribute.substr(0, attribute.find('=')) + " makes", alone);
    return {};
}

} // namespace

std::string choose_way(const WayChoice& choice, CommandLine& line)
{
    auto& way = line.settings.way;
    line.proxy_password_variable = choice.proxy_password_variable;
    line.targets.insert(line.targets.end(), choice.places.begin(), choice.places.end());
    if (choice.lmtp)
        for (auto& target : line.targets)
            target.protocol = Protocol::lmtp;
    if (choice.proxy_dns && !way.proxy)
        return "--proxy-dns needs --proxy socks5://host or http://host";
    if (!choice.proxy_password.empty() && (!way.proxy || way.proxy->user.empty()))
        return "a proxy's password needs its user: --proxy socks5://user@host";
    if (way.proxy) {
        way.proxy->resolves = choice.proxy_dns;
        way.proxy->password = Secret(choice.proxy_password);
        if (choice.proxy_password.size() > 255)
            return "the proxy's password is longer than 255 characters, which SOCKS5 cannot carry";
    }
    if (choice.header_told && !choice.header_wanted)
        return "--proxy-header-source, -destination and -local need --proxy-header v1 or v2";
    if (choice.header_wanted)
        way.proxy_header = choice.header;
    if (auto wrong = wrong_with_attributes(way); !wrong.empty())
        return wrong;
    return wrong_with_targets(line);
}

std::optional<std::string> wrong_with_way(const Settings& settings)
{
    const auto& interface = settings.way.interface;
    if (interface.empty() || ::if_nametoindex(interface.c_str()) != 0)
        return std::nullopt;
    return "--interface \"" + printable(interface, 80) + "\" is none of this machine; see `ip link`";
}

} // namespace smtpprobe
