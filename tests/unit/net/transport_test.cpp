// SPDX-License-Identifier: Apache-2.0
#include "net/transport.hpp"

#include <catch2/catch.hpp>

#include <asio/post.hpp>

#include "net/system_fault.hpp"
#include "support/loopback_server.hpp"
#include "support/run_on_loop.hpp"

using namespace smtpprobe;
using namespace std::chrono_literals;

namespace {

using MaybeFault = Transport::MaybeFault;

ConnectTo loopback(std::uint16_t port, const char* address = "127.0.0.1")
{
    ConnectTo to;
    to.address = *IpAddress::parse(address);
    to.port = port;
    return to;
}

Transport::Clock::time_point soon() { return Transport::Clock::now() + 20s; }

std::string read_all(asio::io_context& loop, Transport& transport, Fault& end)
{
    std::string all;
    for (;;) {
        const auto fault = run_on(loop, transport.read(all, soon()));
        if (fault) {
            end = *fault;
            return all;
        }
    }
}

} // namespace

TEST_CASE("a connection carries bytes both ways and says its own address")
{
    std::string heard;
    LoopbackServer server([&](Peer& peer) {
        peer.say("220 hello\r\n");
        heard = peer.line();
    });
    asio::io_context loop;
    Transport transport(loop.get_executor());
    REQUIRE_FALSE(run_on(loop, transport.connect(loopback(server.port()), soon())));
    CHECK(transport.local().text() == "127.0.0.1");

    std::string bytes;
    REQUIRE_FALSE(run_on(loop, transport.read(bytes, soon())));
    CHECK(bytes == "220 hello\r\n");
    REQUIRE_FALSE(run_on(loop, transport.write("QUIT\r\n", soon())));
    server.join();
    CHECK(heard == "QUIT");

    Fault end;
    CHECK(read_all(loop, transport, end).empty());
    CHECK(end.kind == FaultKind::closed);
}

TEST_CASE("IPv6 works like IPv4")
{
    LoopbackServer server([](Peer& peer) { peer.say("220 six\r\n"); }, "::1");
    asio::io_context loop;
    Transport transport(loop.get_executor());
    REQUIRE_FALSE(run_on(loop, transport.connect(loopback(server.port(), "::1"), soon())));
    CHECK(transport.local().text() == "::1");
    Fault end;
    CHECK(read_all(loop, transport, end) == "220 six\r\n");
}

TEST_CASE("a port where nobody listens refuses, with the system's error")
{
    const ClosedPort port;
    asio::io_context loop;
    Transport transport(loop.get_executor());
    const auto fault = run_on(loop, transport.connect(loopback(port.port()), soon()));
    REQUIRE(fault);
    CHECK(fault->kind == FaultKind::refused);
    CHECK(fault->system_error == ECONNREFUSED);
    CHECK(fault->detail == "Connection refused");
}

TEST_CASE("a host that answers no SYN is given up at the time limit")
{
    const SilentPort port;
    asio::io_context loop;
    Transport transport(loop.get_executor());
    const auto until = Transport::Clock::now() + 30ms;
    const auto fault = run_on(loop, transport.connect(loopback(port.port()), until));
    REQUIRE(fault);
    CHECK(fault->kind == FaultKind::timed_out);
    CHECK(fault->system_error == 0);
    CHECK(Transport::Clock::now() >= until);
}

TEST_CASE("the source address is bound")
{
    LoopbackServer server([](Peer& peer) { peer.rest(); });
    asio::io_context loop;
    Transport transport(loop.get_executor());
    auto to = loopback(server.port());
    to.source = IpAddress::parse("127.0.0.77");
    REQUIRE_FALSE(run_on(loop, transport.connect(to, soon())));
    CHECK(transport.local().text() == "127.0.0.77");
    transport.close();
}

TEST_CASE("a source address that is not ours, or of the other family, is told from an unreachable host")
{
    const ClosedPort port;
    asio::io_context loop;
    auto to = loopback(port.port());
    SECTION("not ours")
    {
        to.source = IpAddress::parse("192.0.2.1");
        Transport transport(loop.get_executor());
        const auto fault = run_on(loop, transport.connect(to, soon()));
        REQUIRE(fault);
        CHECK(fault->kind == FaultKind::no_local_address);
        CHECK(fault->system_error == EADDRNOTAVAIL);
    }
    SECTION("of the other family")
    {
        to.source = IpAddress::parse("::1");
        Transport transport(loop.get_executor());
        const auto fault = run_on(loop, transport.connect(to, soon()));
        REQUIRE(fault);
        CHECK(fault->kind == FaultKind::no_local_address);
    }
}

TEST_CASE("a silent server is given up at the time limit, and what it said before is kept")
{
    LoopbackServer server([](Peer& peer) {
        peer.say("220-half a gree");
        peer.rest();
    });
    asio::io_context loop;
    Transport transport(loop.get_executor());
    REQUIRE_FALSE(run_on(loop, transport.connect(loopback(server.port()), soon())));
    std::string bytes;
    REQUIRE_FALSE(run_on(loop, transport.read(bytes, soon())));
    const auto fault = run_on(loop, transport.read(bytes, Transport::Clock::now() + 20ms));
    REQUIRE(fault);
    CHECK(fault->kind == FaultKind::timed_out);
    CHECK(bytes == "220-half a gree");
    transport.close();
}

TEST_CASE("a limit that moved on is kept although the watchdog was set to an earlier one")
{
    LoopbackServer server([](Peer& peer) { peer.rest(); });
    asio::io_context loop;
    Transport transport(loop.get_executor());
    // Sets the watchdog to half a second, which are not used up.
    REQUIRE_FALSE(run_on(loop, transport.connect(loopback(server.port()), Transport::Clock::now() + 500ms)));
    std::string bytes;
    const auto until = Transport::Clock::now() + 550ms;
    const auto fault = run_on(loop, transport.read(bytes, until));
    REQUIRE(fault);
    CHECK(fault->kind == FaultKind::timed_out);
    CHECK(Transport::Clock::now() >= until);
    // And one that comes earlier than what the watchdog is set to.
    const auto earlier = run_on(loop, transport.read(bytes, Transport::Clock::now() + 10ms));
    REQUIRE(earlier);
    CHECK(earlier->kind == FaultKind::timed_out);
    transport.close();
}

TEST_CASE("what a server says before it resets the connection is read, then the reset")
{
    LoopbackServer server([](Peer& peer) {
        peer.say("554 go away\r\n");
        peer.reset();
    });
    asio::io_context loop;
    Transport transport(loop.get_executor());
    REQUIRE_FALSE(run_on(loop, transport.connect(loopback(server.port()), soon())));
    server.join();
    Fault end;
    const auto all = read_all(loop, transport, end);
    CHECK(all == "554 go away\r\n");
    CHECK(end.kind == FaultKind::reset);
    CHECK(end.system_error == ECONNRESET);
    // It stays so.
    std::string more;
    const auto again = run_on(loop, transport.read(more, soon()));
    REQUIRE(again);
    CHECK(*again == end);
}

TEST_CASE("a server that hangs up before connect has been looked at is still heard")
{
    LoopbackServer server([](Peer& peer) {
        peer.say("554 go away\r\n");
        peer.reset();
    });
    asio::io_context loop;
    Transport transport(loop.get_executor());
    const auto to = loopback(server.port());
    std::optional<MaybeFault> connected;
    asio::co_spawn(loop, transport.connect(to, soon()), [&](std::exception_ptr, MaybeFault fault) {
        connected = std::move(fault);
        loop.stop();
    });
    loop.run_one(); // as far as the SYN
    server.join();
    loop.run();
    REQUIRE(connected);
    REQUIRE_FALSE(*connected);
    CHECK(transport.local().text() == "127.0.0.1");
    Fault end;
    CHECK(read_all(loop, transport, end) == "554 go away\r\n");
    CHECK(end.kind == FaultKind::reset);
    const auto unsent = run_on(loop, transport.write("EHLO x\r\n", soon()));
    REQUIRE(unsent);
    CHECK(unsent->kind == FaultKind::reset);
}

TEST_CASE("writing to a server that has gone is a fault and no signal")
{
    LoopbackServer server([](Peer& peer) { peer.reset(); });
    asio::io_context loop;
    Transport transport(loop.get_executor());
    REQUIRE_FALSE(run_on(loop, transport.connect(loopback(server.port()), soon())));
    server.join();
    const auto fault = run_on(loop, transport.write("EHLO x\r\n", soon()));
    REQUIRE(fault);
    CHECK(fault->kind == FaultKind::reset);
    // The first error is the reset itself; a second write is what raises SIGPIPE.
    CHECK(run_on(loop, transport.write("EHLO x\r\n", soon())));
}

TEST_CASE("more than the socket takes at once is written in parts")
{
    const std::string much(8 * 1024 * 1024, 'x');
    std::string heard;
    LoopbackServer server([&](Peer& peer) { heard = peer.rest(); });
    asio::io_context loop;
    Transport transport(loop.get_executor());
    REQUIRE_FALSE(run_on(loop, transport.connect(loopback(server.port()), soon())));
    REQUIRE_FALSE(run_on(loop, transport.write(much, soon())));
    transport.close();
    server.join();
    CHECK(heard.size() == much.size());
}

TEST_CASE("cancelling ends what is under way and everything after it")
{
    LoopbackServer server([](Peer& peer) { peer.rest(); });
    asio::io_context loop;
    Transport transport(loop.get_executor());
    REQUIRE_FALSE(run_on(loop, transport.connect(loopback(server.port()), soon())));
    asio::post(loop, [&] { transport.cancel(FaultKind::deadline); });
    std::string bytes;
    const auto fault = run_on(loop, transport.read(bytes, soon()));
    REQUIRE(fault);
    CHECK(fault->kind == FaultKind::deadline);
    transport.cancel(FaultKind::cancelled); // too late to be another reason
    const auto later = run_on(loop, transport.read(bytes, soon()));
    REQUIRE(later);
    CHECK(later->kind == FaultKind::deadline);
    transport.close();
}

TEST_CASE("a loop that is destroyed takes a waiting transport with it")
{
    LoopbackServer server([](Peer& peer) { peer.rest(); });
    {
        asio::io_context loop;
        auto wait = [&]() -> asio::awaitable<bool> {
            Transport transport(loop.get_executor());
            auto fault = co_await transport.connect(loopback(server.port()), soon());
            std::string bytes;
            if (!fault)
                fault = co_await transport.read(bytes, soon());
            co_return !fault;
        };
        asio::co_spawn(loop, wait(), [](std::exception_ptr, bool) {});
        loop.run_for(20ms);
    }
    server.join();
    SUCCEED();
}

TEST_CASE("every errno that a connection ends with has its kind")
{
    struct Row {
        int error;
        FaultKind kind;
    };
    constexpr Row kRows[] = {
        {ECONNREFUSED, FaultKind::refused},
        {ETIMEDOUT, FaultKind::timed_out},
        {EHOSTUNREACH, FaultKind::host_unreachable},
        {EHOSTDOWN, FaultKind::host_unreachable},
        {ENETUNREACH, FaultKind::network_unreachable},
        {ENETDOWN, FaultKind::network_unreachable},
        {EACCES, FaultKind::prohibited},
        {EPERM, FaultKind::prohibited},
        {EADDRNOTAVAIL, FaultKind::no_local_address},
        {EAFNOSUPPORT, FaultKind::no_local_address},
        {ECONNRESET, FaultKind::reset},
        {EPIPE, FaultKind::closed},
        {EMFILE, FaultKind::local},
        {ENOBUFS, FaultKind::local},
    };
    for (const auto& row : kRows) {
        CAPTURE(row.error);
        const Fault fault = system_fault(row.error);
        CHECK(fault.kind == row.kind);
        CHECK(fault.system_error == row.error);
        CHECK_FALSE(fault.detail.empty());
    }
}
