// SPDX-License-Identifier: Apache-2.0
// Where to, and how: server, port, TLS, login, XCLIENT, the PROXY header.
#include <algorithm>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "swaks/translation.hpp"

namespace smtpprobe {
namespace {

constexpr std::string_view kXclient[] = {"name",     "addr",     "port", "proto",
                                         "destaddr", "destport", "helo", "login"};

} // namespace

void Translation::connection()
{
    if (has("port"))
        port();
    if (has("4"))
        say("--ipv4");
    if (has("6"))
        say("--ipv6");
    if (has("local-interface"))
        say("--source", value("local-interface"));
    if (has("dns"))
        say("--dns", value("dns"));
    const auto limit = has("timeout") ? value("timeout") : "30s";
    if (limit != "0") {
        say("--timeout", limit);
        say("--connect-timeout", limit);
    }
    say("--deadline", "1h");
    for (const auto name : kXclient)
        if (has("xclient-" + std::string(name)))
            say("--xclient", to_upper(name) + '=' + value("xclient-" + std::string(name)));
    const auto attributes = value("xclient");
    for (const auto attribute : words_of(attributes))
        say("--xclient", std::string(attribute));
    proxy_header();
}

void Translation::port()
{
    auto text = value("port");
    for (const auto& [name, number] : {std::pair{"smtp", "25"},
                                       {"lmtp", "24"},
                                       {"submission", "587"},
                                       {"submissions", "465"},
                                       {"smtps", "465"}})
        if (text == name)
            text = number;
    say("--port", text);
}

std::string Translation::with_port(const std::string& address, const std::string& port)
{
    if (port.empty())
        return address;
    const bool six = address.find(':') != std::string::npos;
    return (six ? '[' + address + ']' : address) + ':' + port;
}

void Translation::proxy_header()
{
    const bool told = has("proxy-source") || has("proxy-dest") || has("proxy-command") ||
                      has("proxy-family") || has("proxy-version");
    if (!told && !has("proxy"))
        return;
    if (has("proxy-protocol") && to_upper(value("proxy-protocol")) != "STREAM")
        wrong("--proxy-protocol is STREAM for mail");
    std::string source = value("proxy-source");
    std::string from = value("proxy-source-port");
    std::string destination = value("proxy-dest");
    std::string to = value("proxy-dest-port");
    if (has("proxy")) {
        const auto raw = value("proxy");
        const auto words = words_of(raw);
        if (words.size() != 5 || (words[0] != "TCP4" && words[0] != "TCP6"))
            return wrong("--proxy takes 'TCP4 source destination port port' here, no raw header");
        source = words[1];
        destination = words[2];
        from = words[3];
        to = words[4];
    }
    const auto version = has("proxy-version") ? value("proxy-version") : "1";
    say("--proxy-header", 'v' + version);
    if (to_upper(value("proxy-command")) == "LOCAL")
        say("--proxy-header-local");
    if (!source.empty())
        say("--proxy-header-source", with_port(source, from));
    if (!destination.empty())
        say("--proxy-header-destination", with_port(destination, to));
}

void Translation::tls()
{
    // Strict: nothing goes in the clear because TLS failed. Of our modes only `require` holds to that.
    std::string mode = has("tls-on-connect")                      ? "implicit"
                       : has("tls") || has("tls-optional-strict") ? "require"
                       : has("tls-optional")                      ? "may"
                                                                  : "";
    if (mode.empty())
        mode = protocol_.tls.empty() ? "none" : protocol_.tls;
    say("--tls", mode);
    if (has("tls-sni"))
        say("--tls-name", value("tls-sni"));
    else if (has("tls-verify-target"))
        say("--tls-name", value("tls-verify-target"));
    if (has("tls-ca-path")) {
        const auto path = value("tls-ca-path");
        say(world_.is_directory && world_.is_directory(path) ? "--ca-path" : "--ca-file", path);
    }
    if (has("tls-chain"))
        say("--tls-cert", value("tls-chain"));
    else if (has("tls-cert"))
        say("--tls-cert", value("tls-cert"));
    if (has("tls-key"))
        say("--tls-key", value("tls-key"));
    if (has("tls-verify") || has("tls-verify-ca") || has("tls-verify-host"))
        remark("a certificate that does not hold is told, and does not end the conversation");
}

void Translation::login()
{
    std::string mechanisms;
    bool wanted = protocol_.auth || has("auth-user") || has("auth-password");
    for (const auto name : {"auth", "auth-optional", "auth-optional-strict"})
        if (has(name)) {
            wanted = true;
            mechanisms = value(name);
        }
    if (!wanted || !quit_.login)
        return;
    say(mechanisms.empty() ? "--auth" : "--auth=" + mechanisms);
    say("--auth-insecure"); // swaks does not ask whether the line is encrypted
    if (has("auth-user"))
        say("--auth-user", value("auth-user"));
    if (has("auth-password"))
        made_.password = value("auth-password");
    if (has("auth-plaintext"))
        say("--show-secrets");
    const auto more = value("auth-extra");
    for (const auto pair : split(more, ',')) {
        const auto equals = pair.find('=');
        const auto name = pair.substr(0, equals);
        if (equals != pair.npos && (name == "realm" || name == "domain"))
            say("--auth-realm", std::string(pair.substr(equals + 1)));
        else if (!pair.empty())
            wrong("--auth-extra takes realm= and domain= here, not " + printable(name, 40));
    }
}

void Translation::target()
{
    if (has("pipe"))
        return say("--pipe", value("pipe"));
    if (has("socket"))
        return say("unix:" + value("socket"));
    if (has("server"))
        return server(value("server"));
    std::string domain = value("copy-routing");
    if (domain.empty() && !to_.empty()) {
        const auto at = to_.back().rfind('@');
        domain = at == std::string::npos ? "" : to_.back().substr(at + 1);
    }
    if (domain.empty())
        return wrong(to_.empty()
                         ? "no server and no recipient; say --to user@example.com or --server mx.example.com"
                         : "the recipient has no domain that tells where to go; say --server mx.example.com");
    say("--first");
    say(domain);
    remark("swaks tries the first mail host alone; smtpprobe goes on to the next where it does not work");
}

void Translation::server(std::string text)
{
    std::string port;
    if (const auto slash = text.rfind('/'); slash != std::string::npos) {
        port = text.substr(slash + 1);
        text.resize(slash);
    } else if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end != std::string::npos && end + 1 < text.size() && text[end + 1] == ':')
            port = text.substr(end + 2);
        text = text.substr(1, end == std::string::npos ? end : end - 1);
    } else if (std::count(text.begin(), text.end(), ':') == 1) {
        port = text.substr(text.find(':') + 1);
        text.resize(text.find(':'));
    }
    if (!port.empty() && !has("port"))
        say("--port", port);
    say("--no-mx");
    say(text.find(':') != std::string::npos ? '[' + text + ']' : text);
}

} // namespace smtpprobe
