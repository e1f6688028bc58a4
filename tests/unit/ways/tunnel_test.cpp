// SPDX-License-Identifier: Apache-2.0
#include "ways/tunnel.hpp"

#include <catch2/catch.hpp>

using namespace smtpprobe;
using namespace std::string_literals;

namespace {

Proxy proxy(ProxyKind kind, std::string user = {})
{
    Proxy made;
    made.kind = kind;
    made.user = std::move(user);
    if (!made.user.empty())
        made.password = Secret("pass");
    return made;
}

Destination by_address()
{
    Destination made;
    made.address = *IpAddress::parse("192.0.2.1");
    return made;
}

Destination by_name()
{
    Destination made;
    made.host = "mx.example.com";
    made.port = 587;
    return made;
}

std::string said(Tunnel& tunnel) { return std::get<TunnelSays>(tunnel.next()).bytes; }
std::string shown(Tunnel& tunnel) { return std::get<TunnelSays>(tunnel.next()).shown; }

/// What came of it, after all that was to be said has been.
TunnelFailed failure(Tunnel& tunnel)
{
    for (;;) {
        auto step = tunnel.next();
        if (std::holds_alternative<TunnelSays>(step))
            continue;
        return std::get<TunnelFailed>(step);
    }
}

Fault socks_answer(const std::string& answer, Destination to = by_address())
{
    Tunnel tunnel(proxy(ProxyKind::socks5), std::move(to));
    (void)said(tunnel);
    tunnel.feed("\5\0"s + answer);
    return failure(tunnel).fault;
}

Fault http_answer(const std::string& answer, const std::string& user = {})
{
    Tunnel tunnel(proxy(ProxyKind::http_connect, user), by_address());
    (void)said(tunnel);
    tunnel.feed(answer);
    return failure(tunnel).fault;
}

} // namespace

TEST_CASE("SOCKS5 without a login is said as RFC 1928 has it")
{
    Tunnel tunnel(proxy(ProxyKind::socks5), by_address());
    CHECK(said(tunnel) == "\5\1\0"s);
    CHECK(std::holds_alternative<TunnelReads>(tunnel.next()));
    tunnel.feed("\5"s);
    CHECK(std::holds_alternative<TunnelReads>(tunnel.next()));
    tunnel.feed("\0"s);
    CHECK(said(tunnel) == "\5\1\0\1\xc0\0\2\1\0\x19"s);
    tunnel.feed("\5\0\0\1\x0a\0\0\1\x04"s);
    CHECK(std::holds_alternative<TunnelReads>(tunnel.next()));
    tunnel.feed("\xd2"s);
    CHECK(std::get<TunnelUp>(tunnel.next()).rest.empty());
}

TEST_CASE("SOCKS5 with a login says user and password only when the proxy wants them")
{
    Tunnel tunnel(proxy(ProxyKind::socks5, "user"), by_name());
    CHECK(said(tunnel) == "\5\2\0\2"s);
    tunnel.feed("\5\2"s);
    CHECK(said(tunnel) == "\1\4user\4pass"s);
    tunnel.feed("\1\0"s);
    CHECK(said(tunnel) == "\5\1\0\3\x0emx.example.com\2\x4b"s);

    Tunnel open(proxy(ProxyKind::socks5, "user"), by_name());
    (void)said(open);
    open.feed("\5\0"s);
    CHECK(shown(open) == "SOCKS5 CONNECT mx.example.com:587");
}

TEST_CASE("a password is never shown")
{
    Tunnel socks(proxy(ProxyKind::socks5, "user"), by_name());
    (void)said(socks);
    socks.feed("\5\2"s);
    CHECK(shown(socks) == "SOCKS5 login of user, password not shown");
    Tunnel http(proxy(ProxyKind::http_connect, "user"), by_name());
    CHECK(shown(http) == "HTTP CONNECT mx.example.com:587, with the login of user, password not shown");
}

TEST_CASE("an IPv6 address goes to the proxy whole")
{
    Destination six;
    six.address = *IpAddress::parse("2001:db8::1");
    Tunnel socks(proxy(ProxyKind::socks5), six);
    (void)said(socks);
    socks.feed("\5\0"s);
    CHECK(said(socks) == "\5\1\0\4\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1\0\x19"s);
    Tunnel http(proxy(ProxyKind::http_connect), six);
    CHECK(said(http) == "CONNECT [2001:db8::1]:25 HTTP/1.1\r\nHost: [2001:db8::1]:25\r\n\r\n");
}

TEST_CASE("what the server says behind the proxy's answer is kept")
{
    Tunnel socks(proxy(ProxyKind::socks5), by_name());
    (void)said(socks);
    socks.feed("\5\0"s);
    (void)said(socks);
    socks.feed("\5\0\0\3\2mx\0\x19"
               "220 hello\r\n"s);
    CHECK(std::get<TunnelUp>(socks.next()).rest == "220 hello\r\n");
    Tunnel http(proxy(ProxyKind::http_connect), by_name());
    (void)said(http);
    http.feed(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 Connection established\r\nVia: x\r\n\r\n220 hello\r\n");
    CHECK(std::get<TunnelUp>(http.next()).rest == "220 hello\r\n");
}

TEST_CASE("each answer of SOCKS5 is told in words")
{
    struct Case {
        char number;
        FaultKind kind;
        std::string_view words;
    };
    for (const auto& one : {Case{1, FaultKind::host_unreachable, "SOCKS5 answer 1: general failure"},
                            Case{2, FaultKind::prohibited, "SOCKS5 answer 2: not allowed"},
                            Case{3, FaultKind::network_unreachable, "SOCKS5 answer 3: network"},
                            Case{4, FaultKind::host_unreachable, "SOCKS5 answer 4: host"},
                            Case{5, FaultKind::refused, "SOCKS5 answer 5: connection refused"},
                            Case{6, FaultKind::timed_out, "SOCKS5 answer 6: TTL"},
                            Case{7, FaultKind::prohibited, "SOCKS5 answer 7: the proxy knows no CONNECT"},
                            Case{8, FaultKind::prohibited, "SOCKS5 answer 8: the proxy knows no such"},
                            Case{9, FaultKind::host_unreachable, "SOCKS5 answer 9: unknown"}}) {
        const auto fault = socks_answer("\5"s + one.number);
        CHECK(fault.kind == one.kind);
        CHECK(fault.detail.substr(0, one.words.size()) == one.words);
    }
    CHECK(socks_answer("\5\4"s, by_name()).detail ==
          "SOCKS5 answer 4: host unreachable (or its name was not found)");
}

TEST_CASE("logins that SOCKS5 wants or refuses are told apart")
{
    Tunnel needed(proxy(ProxyKind::socks5), by_address());
    (void)said(needed);
    needed.feed("\5\xff"s);
    CHECK(failure(needed).fault.detail == "login needed: SOCKS5 takes nobody without one");
    Tunnel wrong(proxy(ProxyKind::socks5, "user"), by_address());
    (void)said(wrong);
    wrong.feed("\5\2"s);
    (void)said(wrong);
    wrong.feed("\1\1"s);
    CHECK(failure(wrong).fault.detail == "login refused: SOCKS5 login status 1");
    Tunnel unoffered(proxy(ProxyKind::socks5), by_address());
    (void)said(unoffered);
    unoffered.feed("\5\1"s);
    CHECK(failure(unoffered).fault.kind == FaultKind::malformed);
}

TEST_CASE("a server that is no proxy is told as such, with what it said")
{
    for (const auto kind : {ProxyKind::socks5, ProxyKind::http_connect}) {
        Tunnel tunnel(proxy(kind), by_address());
        (void)said(tunnel);
        tunnel.feed("220 mx.example.com ESMTP\r\n");
        const auto failed = failure(tunnel);
        CHECK(failed.fault.kind == FaultKind::malformed);
        CHECK(failed.partial == "220 mx.example.com ESMTP\r\n");
    }
}

TEST_CASE("answers of HTTP proxies are told in words")
{
    CHECK(http_answer("HTTP/1.1 407 Auth\r\n\r\n").detail == "login needed: HTTP/1.1 407 Auth");
    CHECK(http_answer("HTTP/1.1 407 Auth\r\nProxy-Authenticate: basic realm=\"x\"\r\n\r\n", "u").detail ==
          "login refused: HTTP/1.1 407 Auth");
    CHECK(http_answer("HTTP/1.1 407 A\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n\r\n",
                      "u")
              .detail == "login refused: the proxy takes only Negotiate, NTLM, not Basic: HTTP/1.1 407 A");
    CHECK(http_answer("HTTP/1.1 403 Forbidden\r\nX-Squid-Error: ERR_ACCESS_DENIED 0\r\n\r\n").kind ==
          FaultKind::prohibited);
    CHECK(http_answer("HTTP/1.1 503 x\r\nX-Squid-Error: ERR_CONNECT_FAIL 111\r\n\r\n").detail ==
          "the proxy was refused: HTTP/1.1 503 x");
    CHECK(http_answer("HTTP/1.1 503 x\r\nx-squid-error: ERR_DNS_FAIL 0\r\n\r\n").detail ==
          "name not found: HTTP/1.1 503 x");
    CHECK(http_answer("HTTP/1.1 504 x\r\n\r\n").kind == FaultKind::timed_out);
    CHECK(http_answer("HTTP/1.1 405 x\r\n\r\n").detail == "the proxy knows no CONNECT: HTTP/1.1 405 x");
    CHECK(http_answer("HTTP/1.1 302 x\r\n\r\n").detail == "the proxy refused: HTTP/1.1 302 x");
}

TEST_CASE("an HTTP answer without an end is given up")
{
    CHECK(http_answer("HTTP/1.1 200 OK\r\n" + std::string(20'000, 'x')).kind == FaultKind::too_long);
    std::string interim;
    for (int i = 0; i < 5; ++i)
        interim += "HTTP/1.1 100 Continue\r\n\r\n";
    CHECK(http_answer(interim).kind == FaultKind::malformed);
}
