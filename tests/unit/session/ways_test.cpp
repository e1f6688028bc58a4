// SPDX-License-Identifier: Apache-2.0
// A session through a proxy, with a PROXY header, over a socket, with a command.
#include "session/run_session.hpp"

#include <filesystem>

#include <catch2/catch.hpp>

#include "support/loopback_server.hpp"
#include "support/run_on_loop.hpp"

using namespace smtpprobe;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

SessionRequest request()
{
    SessionRequest made;
    made.endpoint.host = "mx.example.com";
    made.endpoint.address = *IpAddress::parse("192.0.2.25");
    made.endpoint.tls = TlsMode::none;
    made.plan.tls = TlsMode::none;
    made.plan.helo = "client.example";
    made.connect_timeout = 20s;
    made.epoch = std::chrono::steady_clock::now();
    return made;
}

SessionRequest through(ProxyKind kind, std::uint16_t port)
{
    auto made = request();
    auto& proxy = made.proxy.emplace();
    proxy.kind = kind;
    proxy.host = "127.0.0.1";
    proxy.address = *IpAddress::parse("127.0.0.1");
    proxy.port = port;
    return made;
}

Session hold(SessionRequest made)
{
    asio::io_context loop;
    return run_on(loop, run_session(std::move(made), nullptr));
}

/// `C CONNECT …`, `S 220`, `* connected`, `! refused at proxy`
std::vector<std::string> gist(const Session& session)
{
    std::vector<std::string> lines;
    for (const auto& event : session.transcript) {
        if (const auto* sent = std::get_if<Sent>(&event.what))
            lines.push_back("C " + sent->text);
        else if (const auto* received = std::get_if<Received>(&event.what))
            lines.push_back("S " + std::to_string(received->reply.code()));
        else if (std::holds_alternative<Connected>(event.what))
            lines.emplace_back("* connected");
        else if (const auto* broken = std::get_if<Broken>(&event.what))
            lines.push_back("! " + std::string(name(broken->fault.kind)) + " at " +
                            std::string(name(broken->step)));
    }
    return lines;
}

} // namespace

TEST_CASE("through an HTTP proxy, whose answer the server's greeting follows at once")
{
    LoopbackServer server([](Peer& peer) {
        while (!peer.line().empty()) {
        }
        peer.say("HTTP/1.1 200 Connection established\r\n\r\n220 mx.example.com\r\n");
        (void)peer.line();
        peer.say("250 mx.example.com\r\n");
        (void)peer.line();
        peer.say("221 bye\r\n");
    });
    const auto session = hold(through(ProxyKind::http_connect, server.port()));
    const auto place = "127.0.0.1:" + std::to_string(server.port());
    CHECK(gist(session) == std::vector<std::string>{"C HTTP proxy " + place, "C HTTP CONNECT 192.0.2.25:25",
                                                    "* connected", "S 220", "C EHLO client.example", "S 250",
                                                    "C QUIT", "S 221"});
}

TEST_CASE("a proxy that says no ends the session at its step")
{
    LoopbackServer server([](Peer& peer) {
        (void)peer.some();
        peer.say("\5\0"s);
        (void)peer.some();
        peer.say("\5\5"s);
        (void)peer.rest();
    });
    const auto session = hold(through(ProxyKind::socks5, server.port()));
    CHECK(gist(session).back() == "! refused at proxy");
    ClosedPort closed;
    CHECK(gist(hold(through(ProxyKind::socks5, closed.port()))).back() == "! refused at proxy");
    auto unknown = through(ProxyKind::socks5, 1080);
    unknown.proxy->address.reset();
    unknown.no_proxy.emplace();
    unknown.no_proxy->kind = FaultKind::host_unreachable;
    CHECK(gist(hold(unknown)) ==
          std::vector<std::string>{"C SOCKS5 proxy 127.0.0.1:1080", "! host-unreachable at proxy"});
}

TEST_CASE("a proxy that quotes our login does not make it seen")
{
    const auto answered = [](ProxyKind kind, const std::string& answer) {
        LoopbackServer server([&](Peer& peer) {
            (void)peer.some();
            peer.say(answer);
            (void)peer.rest();
        });
        auto made = through(kind, server.port());
        made.proxy->user = "joe";
        made.proxy->password = Secret("correct horse");
        Settings settings;
        settings.way.proxy = made.proxy;
        made.plan.hidden = plan_dialogue(made.endpoint, settings, {}).hidden;
        const auto session = hold(std::move(made));
        const auto* broken = std::get_if<Broken>(&session.transcript.back().what);
        REQUIRE(broken != nullptr);
        return broken->fault.detail + " | " + broken->partial;
    };
    // joe:correct horse
    CHECK(answered(ProxyKind::http_connect,
                   "HTTP/1.1 403 Proxy-Authorization: Basic am9lOmNvcnJlY3QgaG9yc2U=\r\n\r\n") ==
          "not allowed by the proxy's rules: HTTP/1.1 403 Proxy-Authorization: Basic ******** | ");
    CHECK(answered(ProxyKind::http_connect,
                   "HTTP/1.1 407 " + std::string(170, '-') + " am9lOmNvcnJlY3QgaG9yc2U=\r\n\r\n")
              .find("am9l") == std::string::npos);
    CHECK(answered(ProxyKind::http_connect, "CONNECT x\r\nBasic am9lOmNvcnJlY3QgaG9yc2U=\r\n") ==
          "the answer is not HTTP | CONNECT x\r\nBasic ********\r\n");
    CHECK(answered(ProxyKind::socks5, "\1\3joe\15correct horse") ==
          "the answer is not SOCKS5 | \1\3joe\15********");
}

TEST_CASE("a command is talked to, and none is left behind")
{
    auto made = request();
    made.endpoint.carrier = Carrier::process;
    made.endpoint.path = "sh -c 'echo 220 x; read a; echo 250 x; read a; echo 221 x'";
    CHECK(gist(hold(made)) == std::vector<std::string>{"* connected", "S 220", "C EHLO client.example",
                                                       "S 250", "C QUIT", "S 221"});
    made = request();
    made.endpoint.carrier = Carrier::process;
    made.endpoint.path = "/nonexistent/program";
    CHECK(gist(hold(made)) == std::vector<std::string>{"! local at connect"});
}

TEST_CASE("a socket that does not exist is a fault of the connection")
{
    auto made = request();
    made.endpoint.carrier = Carrier::socket;
    made.endpoint.path = "/nonexistent/socket";
    CHECK(gist(hold(made)) == std::vector<std::string>{"! local at connect"});
}
