// SPDX-License-Identifier: Apache-2.0
#include "net/trace.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <asio/steady_timer.hpp>

#include "support/loopback_server.hpp"
#include "support/run_on_loop.hpp"

using namespace smtpprobe;
using namespace std::chrono_literals;

// On loopback every destination is one hop away; routers are in tests/situations.

namespace {

TraceRequest trace_to(std::uint16_t port, const char* address = "127.0.0.1")
{
    TraceRequest request;
    request.address = *IpAddress::parse(address);
    request.port = port;
    return request;
}

/// So many descriptors more may be opened while this lives.
class DescriptorLimit {
public:
    explicit DescriptorLimit(int left)
    {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        const int next = ::open("/dev/null", O_RDONLY | O_CLOEXEC); // the lowest that is free
        ::close(next);
        auto now = before_;
        now.rlim_cur = static_cast<rlim_t>(next + left);
        ::setrlimit(RLIMIT_NOFILE, &now);
    }
    ~DescriptorLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }
    DescriptorLimit(const DescriptorLimit&) = delete;
    DescriptorLimit& operator=(const DescriptorLimit&) = delete;

private:
    rlimit before_{};
};

Trace run_trace(TraceRequest request, std::shared_ptr<AttemptControl> control = nullptr)
{
    asio::io_context loop;
    auto trace = run_on(loop, trace_route(std::move(request), std::move(control)));
    loop.restart();
    loop.run();
    return trace;
}

} // namespace

TEST_CASE("a trace ends where the destination takes the connection, and closes it")
{
    std::string heard = "nothing yet";
    LoopbackServer server([&](Peer& peer) { heard = peer.rest(); });
    const auto trace = run_trace(trace_to(server.port()));
    server.join();
    CHECK(trace.port == server.port());
    REQUIRE(trace.hops.size() == 1);
    CHECK(trace.hops[0].ttl == 1);
    CHECK(trace.hops[0].answer == HopAnswer::connected);
    CHECK(trace.hops[0].from == trace.address);
    CHECK_FALSE(trace.hops[0].icmp);
    CHECK(heard.empty());
}

TEST_CASE("a trace goes over IPv6, too")
{
    LoopbackServer server([](Peer& peer) { peer.rest(); }, "::1");
    const auto trace = run_trace(trace_to(server.port(), "::1"));
    REQUIRE(trace.hops.size() == 1);
    CHECK(trace.hops[0].answer == HopAnswer::connected);
}

TEST_CASE("a trace ends where a port is refused")
{
    const ClosedPort port;
    const auto trace = run_trace(trace_to(port.port()));
    REQUIRE(trace.hops.size() == 1);
    CHECK(trace.hops[0].answer == HopAnswer::refused);
    CHECK(trace.hops[0].from == trace.address);
    CHECK_FALSE(trace.hops[0].icmp);
}

TEST_CASE("a trace to a port that keeps silent gives up after as many hops as are tried at a time")
{
    const SilentPort port;
    auto request = trace_to(port.port());
    request.patience = 60ms;
    request.pace = 1ms;
    request.side_by_side = 4;
    const auto trace = run_trace(request);
    REQUIRE(trace.hops.size() == 4);
    for (std::size_t i = 0; i < trace.hops.size(); ++i) {
        CHECK(trace.hops[i].ttl == static_cast<int>(i) + 1);
        CHECK(trace.hops[i].answer == HopAnswer::silent);
        CHECK(trace.hops[i].took >= 60ms);
        CHECK_FALSE(trace.hops[i].from);
    }
}

TEST_CASE("a trace that our own system will not send says so at its first hop")
{
    const ClosedPort port;
    auto request = trace_to(port.port());
    request.source = IpAddress::parse("192.0.2.1"); // not ours
    const auto trace = run_trace(request);
    REQUIRE(trace.hops.size() == 1);
    CHECK(trace.hops[0].answer == HopAnswer::failed);
}

TEST_CASE("a trace makes do with the descriptors that are left")
{
    const SilentPort port;
    auto request = trace_to(port.port());
    request.patience = 40ms;
    request.pace = 1ms;
    request.side_by_side = 4;
    for (const int left : {0, 1, 3}) {
        CAPTURE(left);
        asio::io_context loop;
        const auto run = [&] { return run_on(loop, trace_route(request, nullptr)); };
        run(); // what the loop itself needs is there
        const DescriptorLimit limit(left);
        const auto trace = run();
        if (left == 0) {
            REQUIRE(trace.hops.size() == 1);
            CHECK(trace.hops[0].answer == HopAnswer::failed);
        } else {
            REQUIRE(trace.hops.size() == 4);
            for (const auto& hop : trace.hops)
                CHECK(hop.answer == HopAnswer::silent);
        }
    }
}

TEST_CASE("a trace ends at its limit with what was learnt")
{
    const SilentPort port;
    auto request = trace_to(port.port());
    request.limit = 40ms;
    request.patience = 20s;
    const auto began = std::chrono::steady_clock::now();
    const auto trace = run_trace(request);
    CHECK(std::chrono::steady_clock::now() - began < 10s);
    // Nobody had time to answer.
    CHECK(trace.hops.empty());
}

TEST_CASE("a trace is cancelled before it begins, while it waits, and after")
{
    const SilentPort port;
    auto request = trace_to(port.port());
    request.patience = 20s;
    request.limit = 60s;
    const auto before = std::make_shared<AttemptControl>();
    before->cancel(FaultKind::deadline);
    CHECK(run_trace(request, before).hops.empty());

    asio::io_context loop;
    const auto control = std::make_shared<AttemptControl>();
    asio::steady_timer soon(loop, 20ms);
    soon.async_wait([&](const std::error_code&) { control->cancel(FaultKind::cancelled); });
    CHECK(run_on(loop, trace_route(request, control)).hops.empty());
    control->cancel(FaultKind::cancelled);
}

TEST_CASE("a loop that is destroyed takes a trace with it")
{
    const SilentPort port;
    const auto control = std::make_shared<AttemptControl>();
    {
        asio::io_context loop;
        asio::co_spawn(loop, trace_route(trace_to(port.port()), control), [](std::exception_ptr, Trace) {});
        loop.run_for(20ms);
    }
    control->cancel(FaultKind::cancelled);
    SUCCEED();
}
