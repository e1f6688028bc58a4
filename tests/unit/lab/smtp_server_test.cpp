// SPDX-License-Identifier: Apache-2.0
#include "lab/smtp_server.hpp"

#include <catch2/catch.hpp>

#include "lab/certificates.hpp"
#include "loop_thread.hpp"
#include "raw_client.hpp"

using namespace smtpprobe;
using Catch::Matchers::StartsWith;

namespace {

/// A server that plays the text, until the end of the test.
struct Served {
    explicit Served(std::string_view conversation, bool implicit_tls = false)
    {
        CertificateSpec spec;
        spec.common_name = "mx.lab.test";
        SmtpScript script;
        auto parsed = parse_conversation(conversation);
        if (!parsed)
            throw std::logic_error(parsed.error());
        script.conversation = std::move(*parsed);
        script.tls = make_server_context({make_self_signed(spec)});
        script.implicit_tls = implicit_tls;
        thread.on_loop([&] {
            server = std::make_unique<SmtpServer>(thread.loop.get_executor(), std::move(script));
            const asio::ip::tcp::endpoint anywhere(asio::ip::address_v4::loopback(), 0);
            if (server->listen(anywhere))
                throw std::runtime_error("cannot listen");
            port = server->endpoint().port();
        });
    }
    ~Served()
    {
        thread.on_loop([&] { server.reset(); });
    }

    LoopThread thread;
    std::unique_ptr<SmtpServer> server;
    std::uint16_t port = 0;
};

struct Client : RawClient {
    explicit Client(const Served& served) : RawClient("127.0.0.1", served.port) {}
};

constexpr const char* kSimple = "S: 220 mx.lab.test\n"
                                "C: EHLO *\n"
                                "S: 250-mx.lab.test\n"
                                "S: 250 STARTTLS\n"
                                "C: MAIL *\n"
                                "S: 250 ok\n"
                                "C: DATA\n"
                                "S: 354 go on\n"
                                "C: STARTTLS\n"
                                "S: 220 ready\n"
                                "<TLS>\n"
                                "C: EHLO *\n"
                                "S: 250 within TLS\n";

} // namespace

TEST_CASE("the server greets, and answers what the conversation answers")
{
    Served served(kSimple);
    Client client(served);
    CHECK(client.reply() == "220 mx.lab.test\r\n");
    CHECK(client.say("ehlo me") == "250-mx.lab.test\r\n250 STARTTLS\r\n");
    CHECK(client.say("EHLO again") == "250-mx.lab.test\r\n250 STARTTLS\r\n");
    CHECK(client.say("MAIL FROM:<>") == "250 ok\r\n");
}

TEST_CASE("what a conversation does not mention still gets a sensible answer")
{
    Served served("S: 220 x\n");
    Client client(served);
    client.reply();
    CHECK(client.say("VRFY root") == "502 5.5.1 Command not implemented\r\n");
    CHECK(client.say("") == "502 5.5.1 Command not implemented\r\n");
    CHECK(client.say("noop") == "250 2.0.0 Ok\r\n");
    CHECK(client.say("RSET") == "250 2.0.0 Ok\r\n");
    client.send("quit\r\n");
    CHECK(client.rest() == "221 2.0.0 Bye\r\n");
    CHECK_FALSE(client.was_reset());
}

TEST_CASE("QUIT ends the connection also where the conversation words its answer")
{
    Served served("S: 220 x\nC: QUIT\nS: 221 so long\n");
    Client client(served);
    client.send("QUIT\r\nNOOP\r\n");
    CHECK(client.rest() == "220 x\r\n221 so long\r\n");
}

TEST_CASE("a message is taken to its final dot and then answered")
{
    Served served(kSimple);
    Client client(served);
    client.reply();
    CHECK(client.say("DATA") == "354 go on\r\n");
    client.send("Subject: x\r\n\r\nQUIT\r\n..\r\n");
    CHECK(client.say(".") == "250 2.0.0 Ok\r\n");
    CHECK(client.say("MAIL FROM:<>") == "250 ok\r\n");
}

TEST_CASE("commands in one segment are answered in their order")
{
    Served served(kSimple);
    Client client(served);
    client.send("EHLO me\r\nMAIL FROM:<>\r\nQUIT\r\n");
    CHECK(client.rest() ==
          "220 mx.lab.test\r\n250-mx.lab.test\r\n250 STARTTLS\r\n250 ok\r\n221 2.0.0 Bye\r\n");
}

TEST_CASE("the handshake is done where the conversation has it, with the server's certificate")
{
    Served served(kSimple);
    Client client(served);
    client.reply();
    CHECK(client.say("STARTTLS") == "220 ready\r\n");
    REQUIRE(client.start_tls());
    CHECK(client.peer_name() == "mx.lab.test");
    CHECK(client.say("EHLO me") == "250 within TLS\r\n");
    CHECK(client.say("STARTTLS") == "503 5.5.1 TLS is active already\r\n");
    CHECK(client.say("EHLO me") == "250 within TLS\r\n");
    client.send("QUIT\r\n");
    CHECK(client.rest() == "221 2.0.0 Bye\r\n");
}

TEST_CASE("commands that a client sends in clear behind STARTTLS are not carried into TLS")
{
    Served served(kSimple);
    Client client(served);
    client.reply();
    CHECK(client.say("STARTTLS\r\nMAIL FROM:<>") == "220 ready\r\n");
    REQUIRE(client.start_tls());
    CHECK(client.say("NOOP") == "250 2.0.0 Ok\r\n");
}

TEST_CASE("text that the conversation puts before the handshake arrives in clear with the 220")
{
    Served served("S: 220 x\nC: STARTTLS\nS: 220 ready\nS: 250 injected\n<TLS>\n");
    Client client(served);
    CHECK(client.reply() == "220 x\r\n");
    client.send("STARTTLS\r\n");
    CHECK(client.take(25) == "220 ready\r\n250 injected\r\n");
}

TEST_CASE("implicit TLS begins before the greeting")
{
    Served served("S: 220 within\n", true);
    Client client(served);
    REQUIRE(client.start_tls());
    CHECK(client.reply() == "220 within\r\n");
}

TEST_CASE("an alert in the place of a handshake reaches the client")
{
    Served served("S: 220 x\nC: STARTTLS\nS: 220 ready\n<TLS>\n!: alert 40\n");
    Client client(served);
    client.reply();
    client.say("STARTTLS");
    CHECK_FALSE(client.start_tls());
    CHECK(client.alert() == 40);
}

TEST_CASE("a client that does not speak TLS where TLS is due is let go")
{
    Served served("S: 220 x\n", true);
    Client client(served);
    client.send("EHLO me\r\n");
    // OpenSSL answers with an alert in clear: no greeting, and an end.
    CHECK(client.rest().find("220") == std::string::npos);
}

TEST_CASE("a raw piece is sent without a line end, and a pause comes between two pieces")
{
    Served served("S| 22\n!: pause 1ms\nS: 0 x\\ty\n");
    Client client(served);
    CHECK(client.reply() == "220 x\ty\r\n");
}

TEST_CASE("close ends the connection in order, after what was said")
{
    Served served("S: 421 not now\n!: close\n");
    Client client(served);
    client.send("EHLO me\r\n");
    CHECK(client.rest() == "421 not now\r\n");
    CHECK_FALSE(client.was_reset());
}

TEST_CASE("what a client still has under way when the server closes does not turn the end into an RST")
{
    Served served("S: 220 x\nC: EHLO *\nS: 421 not now\n!: close\n");
    Client client(served);
    client.send("EHLO me\r\n" + std::string(100'000, 'a'));
    CHECK(client.rest() == "220 x\r\n421 not now\r\n");
    CHECK_FALSE(client.was_reset());
}

TEST_CASE("reset ends the connection by an RST")
{
    Served served("S: 220 x\nC: EHLO *\n!: reset\n");
    Client client(served);
    client.reply();
    client.send("EHLO me\r\n");
    CHECK(client.rest().empty());
    CHECK(client.was_reset());
}

TEST_CASE("timeout keeps the connection and says nothing, also when more is asked")
{
    Served served("S: 220 x\nC: EHLO *\n!: timeout\n");
    Client silent(served);
    silent.reply();
    silent.send("EHLO me\r\nNOOP\r\nQUIT\r\n");
    // Others are served meanwhile, and what the silent one said was read.
    Client other(served);
    CHECK(other.reply() == "220 x\r\n");
    other.send("QUIT\r\n");
    other.rest();
    CHECK(served.server->log().at_once >= 1);
    // Only stopping the server ends it.
    served.thread.on_loop([&] { served.server->stop(); });
    CHECK(silent.rest().empty());
}

TEST_CASE("a line without end is refused and does not grow")
{
    Served served("S: 220 x\n");
    Client client(served);
    client.reply();
    CHECK(client.say(std::string(1 << 20, 'a')) == "500 5.5.2 Line too long\r\n");
    CHECK(client.say("NOOP") == "250 2.0.0 Ok\r\n");
}

TEST_CASE("a client that never stops is stopped")
{
    Served served("S: 220 x\n");
    Client client(served);
    std::string many;
    for (int i = 0; i < 1001; ++i)
        many += "NOOP\r\n";
    client.send(many);
    const auto all = client.rest();
    CHECK(all.ends_with("250 2.0.0 Ok\r\n421 4.7.0 Too many commands\r\n"));
}

TEST_CASE("bytes of any kind do no harm")
{
    Served served(kSimple);
    Client client(served);
    client.reply();
    CHECK_THAT(client.say(std::string("\0\x1b[2J\xff\r\r", 9)), StartsWith("502 "));
    CHECK(client.say("NOOP") == "250 2.0.0 Ok\r\n");
}

TEST_CASE("the server tells how many connections it had, how many at once, and what they sent")
{
    Served served("S: 220 x\n");
    Client first(served);
    CHECK(first.reply() == "220 x\r\n");
    Client second(served);
    CHECK(second.reply() == "220 x\r\n");
    CHECK(second.say("NOOP") == "250 2.0.0 Ok\r\n");
    const auto log = served.server->log();
    CHECK(log.connections == 2);
    CHECK(log.at_once == 2);
    CHECK(log.most_at_once == 2);
    CHECK(log.received == "NOOP\r\n");
}

TEST_CASE("a second server cannot take the port of the first, and says so")
{
    Served served("S: 220 x\n");
    served.thread.on_loop([&] {
        SmtpServer other(served.thread.loop.get_executor(), SmtpScript());
        CHECK(other.listen({asio::ip::address_v4::loopback(), served.port}) == asio::error::address_in_use);
    });
}
