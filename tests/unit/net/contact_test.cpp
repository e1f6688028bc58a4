// SPDX-License-Identifier: Apache-2.0
#include "net/contact.hpp"

#include <catch2/catch.hpp>

#include <asio/steady_timer.hpp>

#include "support/loopback_server.hpp"
#include "support/run_on_loop.hpp"

using namespace smtpprobe;
using namespace std::chrono_literals;

namespace {

ContactRequest contact_with(std::uint16_t port, Duration listen = {})
{
    ContactRequest request;
    request.host = "mx.example.com";
    request.address = *IpAddress::parse("127.0.0.1");
    request.port = port;
    request.listen = listen;
    return request;
}

/// With what is done behind it, as long as that takes.
Contact make(ContactRequest request, std::shared_ptr<AttemptControl> control = nullptr)
{
    asio::io_context loop;
    auto contact = run_on(loop, make_contact(std::move(request), std::move(control)));
    loop.restart();
    loop.run();
    return contact;
}

} // namespace

TEST_CASE("a contact that is not to listen tells that the port answers, and ends in an orderly way")
{
    std::string heard;
    bool orderly = false;
    LoopbackServer server([&](Peer& peer) {
        heard = peer.rest(); // FIN
        peer.say("220 late\r\n");
        orderly = !peer.was_reset();
    });
    const auto contact = make(contact_with(server.port()));
    server.join();
    CHECK(contact.host == "mx.example.com");
    CHECK(contact.address.text() == "127.0.0.1");
    CHECK(contact.port == server.port());
    REQUIRE_FALSE(contact.fault);
    REQUIRE(contact.local);
    CHECK(contact.local->text() == "127.0.0.1");
    CHECK(contact.connected_after < 10s);
    CHECK(contact.greeting.empty());
    CHECK(heard.empty());
    CHECK(orderly);
}

TEST_CASE("a contact that listens keeps the first line and says QUIT behind the last")
{
    std::string early;
    std::string heard;
    LoopbackServer server([&](Peer& peer) {
        peer.say("220-mx.example.com ESMTP\r\n");
        early = peer.heard_within(50ms);
        peer.say("220 ready\r\n");
        heard = peer.line();
        peer.say("221 bye\r\n");
    });
    const auto contact = make(contact_with(server.port(), 10s));
    server.join();
    CHECK(contact.greeting == "220-mx.example.com ESMTP");
    CHECK(early.empty());
    CHECK(heard == "QUIT");
}

TEST_CASE("a server that keeps silent is not waited for longer than was asked, and nothing is said to it")
{
    std::string heard;
    LoopbackServer server([&](Peer& peer) { heard = peer.rest(); });
    const auto contact = make(contact_with(server.port(), 30ms));
    server.join();
    CHECK_FALSE(contact.fault);
    CHECK(contact.greeting.empty());
    CHECK(heard.empty());
}

TEST_CASE("what is no SMTP is heard for a line, and not spoken to")
{
    std::string heard;
    LoopbackServer server([&](Peer& peer) {
        peer.say("SSH-2.0-OpenSSH_9.2p1\r\n");
        heard = peer.rest();
    });
    const auto contact = make(contact_with(server.port(), 10s));
    server.join();
    CHECK(contact.greeting == "SSH-2.0-OpenSSH_9.2p1");
    CHECK(heard.empty());
}

TEST_CASE("a greeting without end is kept to 512 bytes")
{
    LoopbackServer server([](Peer& peer) {
        peer.say(std::string(100'000, '2'));
        peer.rest();
    });
    const auto contact = make(contact_with(server.port(), 10s));
    CHECK(contact.greeting == std::string(512, '2'));
}

TEST_CASE("a server that hangs up before it has greeted was connected to")
{
    for (const bool with_reset : {false, true}) {
        CAPTURE(with_reset);
        LoopbackServer server([&](Peer& peer) {
            if (with_reset)
                peer.reset();
        });
        const auto contact = make(contact_with(server.port(), 10s));
        CHECK_FALSE(contact.fault);
        CHECK(contact.greeting.empty());
    }
}

TEST_CASE("a contact that is refused, or never answered, has the fault and the time it took")
{
    const ClosedPort closed;
    const auto refused = make(contact_with(closed.port(), 1s));
    REQUIRE(refused.fault);
    CHECK(refused.fault->kind == FaultKind::refused);
    CHECK_FALSE(refused.fault->icmp);
    CHECK_FALSE(refused.local);

    const SilentPort silent;
    auto request = contact_with(silent.port());
    request.connect_limit = 30ms;
    const auto unanswered = make(std::move(request));
    REQUIRE(unanswered.fault);
    CHECK(unanswered.fault->kind == FaultKind::timed_out);
    CHECK(unanswered.connected_after >= 30ms);
}

TEST_CASE("a contact is cancelled before it begins, while it connects, while it listens, and after")
{
    const SilentPort silent;
    const auto before = std::make_shared<AttemptControl>();
    before->cancel(FaultKind::deadline);
    const auto never = make(contact_with(silent.port()), before);
    REQUIRE(never.fault);
    CHECK(never.fault->kind == FaultKind::deadline);

    LoopbackServer server([](Peer& peer) { peer.rest(); });
    for (const auto port : {silent.port(), server.port()}) {
        asio::io_context loop;
        const auto control = std::make_shared<AttemptControl>();
        asio::steady_timer soon(loop, 20ms);
        soon.async_wait([&](const std::error_code&) { control->cancel(FaultKind::cancelled); });
        const auto contact = run_on(loop, make_contact(contact_with(port, 20s), control));
        if (port == silent.port()) {
            REQUIRE(contact.fault);
            CHECK(contact.fault->kind == FaultKind::cancelled);
        } else {
            CHECK_FALSE(contact.fault);
        }
        control->cancel(FaultKind::cancelled);
    }
}

TEST_CASE("a loop that is destroyed takes a contact with it")
{
    LoopbackServer server([](Peer& peer) { peer.rest(); });
    const auto control = std::make_shared<AttemptControl>();
    {
        asio::io_context loop;
        asio::co_spawn(loop, make_contact(contact_with(server.port(), 20s), control),
                       [](std::exception_ptr, Contact) {});
        loop.run_for(20ms);
    }
    control->cancel(FaultKind::cancelled);
    SUCCEED();
}
