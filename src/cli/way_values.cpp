// SPDX-License-Identifier: Apache-2.0
#include "cli/way_values.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <span>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "cli/values.hpp"
#include "ways/command_words.hpp"

namespace smtpprobe {
namespace {

std::string quoted(std::string_view text) { return '"' + printable(text, 80) + '"'; }

Unexpected<std::string> wrong(std::string_view text, std::string_view why)
{
    return Unexpected<std::string>(quoted(text) + std::string(why));
}

struct Scheme {
    std::string_view name;
    ProxyKind kind;
    std::uint16_t port;
};
constexpr Scheme kSchemes[] = {{"socks5", ProxyKind::socks5, 1080}, {"http", ProxyKind::http_connect, 8080}};

constexpr std::string_view kProxyForms =
    " is no proxy; say socks5://proxy.example:1080 or http://user@192.0.2.9:3128";

// https://www.postfix.org/XCLIENT_README.html, XFORWARD_README.html
constexpr std::string_view kXclient[] = {"NAME", "ADDR",  "PORT",     "PROTO",
                                         "HELO", "LOGIN", "DESTADDR", "DESTPORT"};
constexpr std::string_view kXforward[] = {"NAME", "ADDR", "PORT", "PROTO", "HELO", "IDENT", "SOURCE"};

Expected<std::string, std::string>
parse_attribute(std::string_view text, std::span<const std::string_view> known, std::string_view example)
{
    const auto equals = text.find('=');
    const auto name = to_upper(text.substr(0, equals));
    if (equals == std::string_view::npos || std::find(known.begin(), known.end(), name) == known.end()) {
        std::string all;
        for (const auto one : known)
            all += (all.empty() ? "" : ", ") + std::string(one);
        return wrong(text, " is no NAME=value; say " + std::string(example) + ". The names are " + all);
    }
    const auto value = text.substr(equals + 1);
    if (value.empty() || value.size() > 255 ||
        value.find_first_of(std::string_view("\r\n\0", 3)) != value.npos)
        return wrong(text, " has no value that can be said; say [UNAVAILABLE] where there is none");
    return name + '=' + std::string(value);
}

} // namespace

Expected<Proxy, std::string> parse_proxy(std::string_view text)
{
    const auto colon = text.find("://");
    const auto* scheme = std::find_if(std::begin(kSchemes), std::end(kSchemes), [&](const Scheme& known) {
        return colon != std::string_view::npos && equal_ignoring_case(text.substr(0, colon), known.name);
    });
    if (scheme == std::end(kSchemes))
        return wrong(text, kProxyForms);
    auto rest = text.substr(colon + 3);
    if (rest.ends_with('/'))
        rest.remove_suffix(1);
    Proxy proxy;
    proxy.kind = scheme->kind;
    if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
        proxy.user = rest.substr(0, at);
        rest.remove_prefix(at + 1);
        // Its own text is not repeated: a password may stand in it.
        if (proxy.user.find(':') != std::string::npos)
            return Unexpected<std::string>(
                "takes no password, which everybody on this machine could read; give "
                "it by --proxy-password-env or --proxy-password-file");
        if (proxy.user.empty() || proxy.user.size() > 255)
            return wrong(text, " names no user before its @");
    }
    const auto target = parse_target(rest);
    if (!target || rest.find("://") != std::string_view::npos || !target->mailbox.empty() ||
        target->kind == TargetKind::socket)
        return wrong(text, kProxyForms);
    proxy.port = target->port.value_or(scheme->port);
    proxy.host = target->name;
    if (target->kind == TargetKind::address) {
        proxy.address = target->address;
        proxy.host = target->address.text();
    }
    return proxy;
}

Expected<int, std::string> parse_proxy_header(std::string_view text)
{
    if (text == "v1" || text == "1")
        return 1;
    if (text == "v2" || text == "2")
        return 2;
    return wrong(text, " is no version of the PROXY header; say v1 or v2");
}

Expected<AddressAndPort, std::string> parse_address_and_port(std::string_view text)
{
    const auto target = parse_target(text);
    if (!target || target->kind != TargetKind::address || !target->mailbox.empty() ||
        text.find("://") != std::string_view::npos)
        return wrong(text, " is no address; say 192.0.2.1, 192.0.2.1:40000 or [2001:db8::1]:40000");
    return AddressAndPort{target->address, target->port.value_or(0)};
}

Expected<std::string, std::string> parse_xclient(std::string_view text)
{
    return parse_attribute(text, kXclient, "ADDR=192.0.2.1 or LOGIN=user@example.com");
}

Expected<std::string, std::string> parse_xforward(std::string_view text)
{
    return parse_attribute(text, kXforward, "ADDR=192.0.2.1 or SOURCE=REMOTE");
}

Expected<Target, std::string> parse_socket_target(std::string_view text)
{
    auto target = parse_target(text.starts_with('/') ? "unix:" + std::string(text) : std::string(text));
    if (!target)
        return Unexpected<std::string>(std::move(target.error()));
    if (target->kind != TargetKind::socket)
        return wrong(text, " is no path of a socket; say /run/dovecot/lmtp");
    return target;
}

Expected<Target, std::string> parse_command_target(std::string_view text)
{
    if (auto words = command_words(text); !words)
        return Unexpected<std::string>(std::move(words.error()));
    Target target;
    target.kind = TargetKind::process;
    target.text = text;
    target.path = text;
    return target;
}

Expected<std::string, std::string> parse_interface(std::string_view text)
{
    if (text.empty() || text.size() > 15 || text.find_first_of(" /") != std::string_view::npos)
        return wrong(text, " is no interface; say eth0, or see `ip link`");
    return std::string(text);
}

Expected<VariableWithPassword, std::string> variable_with_password(std::string_view text)
{
    const std::string name(text);
    const auto* value = std::getenv(name.c_str());
    if (value == nullptr)
        return wrong(text, " is no variable of the environment; say the name of one that holds the password");
    return VariableWithPassword{name, value};
}

Expected<std::string, std::string> password_of_file(std::string_view text)
{
    std::ifstream file{std::string(text)};
    std::string line;
    if (!file || !std::getline(file, line))
        return wrong(text, " cannot be read, or is empty; the password is the first line of that file");
    if (line.ends_with('\r'))
        line.pop_back();
    return line;
}

} // namespace smtpprobe
