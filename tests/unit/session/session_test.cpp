// SPDX-License-Identifier: Apache-2.0
#include "session/run_session.hpp"

#include <algorithm>
#include <atomic>
#include <future>

#include <catch2/catch.hpp>

#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include "base/ascii.hpp"
#include "lab/certificates.hpp"
#include "support/loopback_server.hpp"
#include "support/run_on_loop.hpp"

using namespace smtpprobe;
using namespace std::chrono_literals;

namespace {

SessionRequest request_to(std::uint16_t port, TlsMode tls = TlsMode::none)
{
    SessionRequest request;
    request.endpoint.host = "mx.example.com";
    request.endpoint.address = *IpAddress::parse("127.0.0.1");
    request.endpoint.port = port;
    request.endpoint.tls = tls;
    request.plan.tls = tls;
    request.plan.helo = "client.example";
    request.connect_timeout = 20s;
    request.epoch = std::chrono::steady_clock::now();
    return request;
}

Session hold(SessionRequest request, std::shared_ptr<SessionControl> control = nullptr)
{
    asio::io_context loop;
    return run_on(loop, run_session(std::move(request), std::move(control)));
}

template <class What> std::vector<What> all_of_kind(const Session& session)
{
    std::vector<What> found;
    for (const auto& event : session.transcript)
        if (const auto* what = std::get_if<What>(&event.what))
            found.push_back(*what);
    return found;
}

/// What was said and heard, as far as it can be told in a few words: `S 220`, `C QUIT`, `! closed`.
std::vector<std::string> gist(const Session& session)
{
    std::vector<std::string> lines;
    for (const auto& event : session.transcript) {
        if (const auto* sent = std::get_if<Sent>(&event.what))
            lines.push_back("C " + sent->text);
        else if (const auto* received = std::get_if<Received>(&event.what))
            lines.push_back("S " + std::to_string(received->reply.code()));
        else if (const auto* secured = std::get_if<Secured>(&event.what))
            lines.push_back("<TLS> " + std::string(name(secured->tls.name_verdict)));
        else if (const auto* broken = std::get_if<Broken>(&event.what))
            lines.push_back("! " + std::string(name(broken->step)) + ' ' +
                            std::string(name(broken->fault.kind)));
    }
    return lines;
}

using Lines = std::vector<std::string>;

std::shared_ptr<ssl_ctx_st> host_context()
{
    CertificateSpec spec;
    spec.common_name = "mx.example.com";
    spec.dns_names = {"mx.example.com"};
    return make_server_context({make_self_signed(spec)});
}

void answer_all(Peer& peer)
{
    for (std::string said = peer.line(); !said.empty(); said = peer.line()) {
        const bool over = said == "QUIT";
        peer.say(over ? "221 bye\r\n" : "250 fine\r\n");
        if (over)
            return;
    }
}

} // namespace

TEST_CASE("a conversation in the clear goes from greeting to QUIT")
{
    LoopbackServer server([](Peer& peer) {
        peer.say("220 mx.example.com ESMTP\r\n");
        answer_all(peer);
    });
    const auto session = hold(request_to(server.port()));
    CHECK(gist(session) == Lines{"S 220", "C EHLO client.example", "S 250", "C QUIT", "S 221"});
    CHECK(session.endpoint.port == server.port());
    CHECK(session.not_tried == NotTried::tried);
    const auto connected = all_of_kind<Connected>(session);
    REQUIRE(connected.size() == 1);
    CHECK(connected[0].local.text() == "127.0.0.1");
    CHECK(std::is_sorted(session.transcript.begin(), session.transcript.end(),
                         [](const Event& a, const Event& b) { return a.at < b.at; }));
    CHECK(session.took >= session.transcript.back().at);
    for (const auto& received : all_of_kind<Received>(session))
        CHECK(received.breaches.empty());
}

TEST_CASE("a preamble goes out before anything else, and stands in the transcript")
{
    std::string preamble;
    LoopbackServer server([&](Peer& peer) {
        preamble = peer.line();
        peer.say("220 mx.example.com ESMTP\r\n");
        answer_all(peer);
    });
    auto request = request_to(server.port());
    request.preamble = "PROXY UNKNOWN";
    const auto session = hold(std::move(request));
    CHECK(preamble == "PROXY UNKNOWN");
    CHECK(gist(session) ==
          Lines{"C PROXY UNKNOWN", "S 220", "C EHLO client.example", "S 250", "C QUIT", "S 221"});
    CHECK(all_of_kind<Sent>(session).at(0).step == Step::connect);
    CHECK(std::holds_alternative<Connected>(session.transcript.at(0).what));
}

TEST_CASE("a preamble goes out before implicit TLS")
{
    const auto context = host_context();
    std::string preamble;
    LoopbackServer server([&](Peer& peer) {
        preamble = peer.line();
        if (!peer.start_tls(context))
            return;
        peer.say("220 mx.example.com ESMTP\r\n");
        answer_all(peer);
    });
    auto request = request_to(server.port(), TlsMode::implicit);
    request.preamble = "PROXY UNKNOWN";
    const auto session = hold(std::move(request));
    CHECK(preamble == "PROXY UNKNOWN");
    CHECK(gist(session) == Lines{"C PROXY UNKNOWN", "<TLS> matches", "S 220", "C EHLO client.example",
                                 "S 250", "C QUIT", "S 221"});
}

TEST_CASE("a preamble that a server hangs up on does not hide what it said")
{
    for (const bool with_reset : {false, true}) {
        CAPTURE(with_reset);
        std::promise<void> gone;
        LoopbackServer server([&](Peer& peer) {
            peer.say("554 5.7.1 not you\r\n");
            if (with_reset)
                peer.reset();
            peer.close();
            gone.set_value();
        });
        auto request = request_to(server.port());
        request.preamble = "PROXY UNKNOWN";
        request.may_talk = [&] {
            gone.get_future().wait();
            return true;
        };
        const auto session = hold(std::move(request));
        REQUIRE(gist(session).size() >= 2);
        CHECK(gist(session)[1] == "S 554");
    }
}

TEST_CASE("a session with small segments gets them")
{
    int segment = 0;
    LoopbackServer server([&](Peer& peer) {
        segment = peer.segment();
        peer.say("220 mx.example.com ESMTP\r\n");
        answer_all(peer);
    });
    auto request = request_to(server.port());
    request.max_segment = 536;
    CHECK(gist(hold(std::move(request))).back() == "S 221");
    CHECK(segment > 0);
    CHECK(segment <= 536);
}

TEST_CASE("STARTTLS leads into TLS and a second EHLO")
{
    const auto context = host_context();
    LoopbackServer server([&](Peer& peer) {
        peer.say("220 mx.example.com ESMTP\r\n");
        peer.line();
        peer.say("250-mx.example.com\r\n250 STARTTLS\r\n");
        peer.line();
        peer.say("220 go ahead\r\n");
        if (peer.start_tls(context))
            answer_all(peer);
    });
    const auto session = hold(request_to(server.port(), TlsMode::may));
    CHECK(gist(session) == Lines{"S 220", "C EHLO client.example", "S 250", "C STARTTLS", "S 220",
                                 "<TLS> matches", "C EHLO client.example", "S 250", "C QUIT", "S 221"});
    const auto secured = all_of_kind<Secured>(session);
    REQUIRE(secured.size() == 1);
    CHECK(secured[0].tls.version == "TLSv1.3");
    CHECK(secured[0].tls.server_name == "mx.example.com");
    CHECK(secured[0].tls.chain.size() == 1);
}

TEST_CASE("implicit TLS comes before the greeting, and --tls-name is what is verified")
{
    const auto context = host_context();
    LoopbackServer server([&](Peer& peer) {
        if (!peer.start_tls(context))
            return;
        peer.say("220 mx.example.com ESMTP\r\n");
        answer_all(peer);
    });
    auto request = request_to(server.port(), TlsMode::implicit);
    request.tls_name = "other.example.com";
    const auto session = hold(std::move(request));
    CHECK(gist(session) ==
          Lines{"<TLS> mismatch", "S 220", "C EHLO client.example", "S 250", "C QUIT", "S 221"});
    CHECK(all_of_kind<Secured>(session).at(0).tls.server_name == "other.example.com");
}

TEST_CASE("a plaintext greeting where TLS should begin is no TLS, whether it comes early or late")
{
    for (const bool early : {true, false}) {
        CAPTURE(early);
        LoopbackServer server([&](Peer& peer) {
            if (!early)
                peer.some();
            peer.say("220 mx.example.com ESMTP\r\n");
            peer.rest();
        });
        const auto session = hold(request_to(server.port(), TlsMode::implicit));
        CHECK(gist(session) == Lines{"! tls not-tls"});
        CHECK(all_of_kind<Broken>(session).at(0).fault.detail == "220 mx.example.com ESMTP\r\n");
    }
}

TEST_CASE("an address as the name is not sent as SNI")
{
    const auto context = host_context();
    LoopbackServer server([&](Peer& peer) {
        peer.start_tls(context);
        peer.say("220 mx.example.com ESMTP\r\n");
        answer_all(peer);
    });
    auto request = request_to(server.port(), TlsMode::implicit);
    request.tls_name = "127.0.0.1";
    const auto session = hold(std::move(request));
    const auto secured = all_of_kind<Secured>(session);
    REQUIRE(secured.size() == 1);
    CHECK(secured[0].tls.server_name.empty());
    CHECK(secured[0].tls.name_checked == "127.0.0.1");
    CHECK(secured[0].tls.name_verdict == NameVerdict::mismatch);
}

TEST_CASE("plaintext behind the 220 to STARTTLS ends the session as injected")
{
    const auto context = host_context();
    LoopbackServer server([&](Peer& peer) {
        peer.say("220 mx.example.com ESMTP\r\n");
        peer.line();
        peer.say("250-mx.example.com\r\n250 STARTTLS\r\n");
        peer.line();
        peer.say("220 go ahead\r\n250 injected\r\n");
        peer.rest();
    });
    const auto session = hold(request_to(server.port(), TlsMode::may));
    const auto broken = all_of_kind<Broken>(session);
    REQUIRE(broken.size() == 1);
    CHECK(broken[0].step == Step::tls);
    CHECK(broken[0].fault.kind == FaultKind::injected);
    CHECK(broken[0].fault.detail == "250 injected\r\n");
}

TEST_CASE("a server that refuses and closes at once is heard, however the closing is done")
{
    for (const bool with_reset : {false, true}) {
        CAPTURE(with_reset);
        LoopbackServer server([&](Peer& peer) {
            peer.say("554 5.7.1 not you\r\n");
            if (with_reset)
                peer.reset();
        });
        const auto session = hold(request_to(server.port()));
        REQUIRE(gist(session).size() >= 2);
        CHECK(gist(session)[0] == "S 554");
        CHECK(gist(session)[1] == "C QUIT");
    }
}

TEST_CASE("what a server said before our command met its closed door is read")
{
    // It answers, says a 421 of its own and is gone before we say the next thing.
    LoopbackServer server([](Peer& peer) {
        peer.say("220 mx.example.com ESMTP\r\n");
        peer.line();
        peer.say("250 mx.example.com\r\n421 4.3.2 shutting down\r\n");
        peer.close();
    });
    auto request = request_to(server.port());
    const auto session = hold(std::move(request));
    CHECK(gist(session) == Lines{"S 220", "C EHLO client.example", "S 250", "C QUIT", "S 421"});
}

TEST_CASE("inside TLS, too, a farewell is read although our command cannot be sent")
{
    const auto context = host_context();
    for (const bool with_reset : {false, true}) {
        CAPTURE(with_reset);
        std::promise<void> gone;
        LoopbackServer server([&](Peer& peer) {
            if (peer.start_tls(context)) {
                peer.say("220 mx.example.com ESMTP\r\n");
                peer.line();
                peer.say("250 mx.example.com\r\n421 4.3.2 shutting down\r\n");
            }
            if (with_reset)
                peer.reset();
            peer.close();
            gone.set_value();
        });
        auto request = request_to(server.port(), TlsMode::implicit);
        request.on_step = [&](Step step) {
            if (step == Step::quit) // before it is sent
                gone.get_future().wait();
        };
        const auto session = hold(std::move(request));
        CHECK(gist(session) ==
              Lines{"<TLS> matches", "S 220", "C EHLO client.example", "S 250", "C QUIT", "S 421"});
    }
}

TEST_CASE("a reply that came before its command is noted, and is not taken for the answer")
{
    LoopbackServer server([](Peer& peer) {
        peer.say("220 mx.example.com ESMTP\r\n250 eager\r\n");
        answer_all(peer);
    });
    const auto session = hold(request_to(server.port()));
    const auto received = all_of_kind<Received>(session);
    REQUIRE(received.size() == 4);
    CHECK(received[0].breaches.empty());
    CHECK(received[1].reply.text() == "250 eager");
    CHECK(received[1].breaches == std::vector<Breach>{Breach::early_reply});
    CHECK(received[2].reply.text() == "250 fine");
    CHECK(received[2].breaches.empty());
    CHECK(received[3].reply.code() == 221);
}

TEST_CASE("a refused, a silent and a cancelled connection are Broken at connect")
{
    const ClosedPort closed;
    CHECK(gist(hold(request_to(closed.port()))) == Lines{"! connect refused"});

    const SilentPort silent;
    auto request = request_to(silent.port());
    request.connect_timeout = 30ms;
    CHECK(gist(hold(std::move(request))) == Lines{"! connect timed-out"});

    const auto control = std::make_shared<SessionControl>();
    control->cancel(FaultKind::deadline); // before it began
    CHECK(gist(hold(request_to(silent.port()), control)) == Lines{"! connect deadline"});
    control->cancel(FaultKind::cancelled); // after it ended
}

TEST_CASE("a server that falls silent is given up at the step's limit, with what it had said")
{
    LoopbackServer server([](Peer& peer) {
        peer.say("220-mx.example.com\r\n220-and th");
        peer.rest();
    });
    auto request = request_to(server.port());
    request.plan.step_timeout = 30ms;
    const auto session = hold(std::move(request));
    CHECK(gist(session) == Lines{"! greeting timed-out"});
    CHECK(all_of_kind<Broken>(session).at(0).partial == "220-mx.example.com\r\n220-and th");
}

TEST_CASE("a server that drips is given up at the step's limit, not a limit after each byte")
{
    LoopbackServer server([](Peer& peer) {
        // Each piece waits for nothing but the other side's patience.
        for (int i = 0; i < 400 && !peer.gone(5ms); ++i)
            peer.say("2");
    });
    auto request = request_to(server.port());
    request.plan.step_timeout = 60ms;
    const auto session = hold(std::move(request));
    CHECK(gist(session) == Lines{"! greeting timed-out"});
}

TEST_CASE("what is no SMTP is malformed, and kept")
{
    LoopbackServer server([](Peer& peer) {
        peer.say("SSH-2.0-OpenSSH_9.2p1\r\n");
        peer.rest();
    });
    const auto session = hold(request_to(server.port()));
    const auto broken = all_of_kind<Broken>(session);
    REQUIRE(broken.size() == 1);
    CHECK(broken[0].fault.kind == FaultKind::malformed);
    CHECK(broken[0].partial == "SSH-2.0-OpenSSH_9.2p1\r\n");
}

TEST_CASE("a server that never stops talking is left when it has said too much")
{
    LoopbackServer server([](Peer& peer) {
        const std::string line = "220-" + std::string(400, 'x') + "\r\n";
        while (!peer.gone(0ms))
            peer.say(line);
    });
    const auto session = hold(request_to(server.port()));
    CHECK(gist(session) == Lines{"! greeting too-long"});
}

TEST_CASE("a connection that ends while an answer is due is closed or reset, as it ended")
{
    for (const bool with_reset : {false, true}) {
        CAPTURE(with_reset);
        LoopbackServer server([&](Peer& peer) {
            peer.say("220 mx.example.com ESMTP\r\n");
            peer.line();
            peer.say("250-half");
            if (with_reset)
                peer.reset();
        });
        const auto session = hold(request_to(server.port()));
        CHECK(gist(session).back() == (with_reset ? "! ehlo reset" : "! ehlo closed"));
        CHECK(all_of_kind<Broken>(session).at(0).partial == "250-half");
    }
}

TEST_CASE("the first byte's time is that of a reply's first piece")
{
    std::atomic<bool> first_said = false;
    std::promise<void> first_read;
    LoopbackServer server([&](Peer& peer) {
        peer.say("220-mx.example.com\r\n");
        first_said = true;
        first_read.get_future().wait();
        peer.say("220 ESMTP\r\n");
        answer_all(peer);
    });
    asio::io_context loop;
    asio::steady_timer tick(loop);
    int ticks = 0;
    // What lies in the socket when the loop goes round has been read before it has gone round twice more.
    std::function<void()> go_round = [&] {
        tick.expires_after(5ms);
        tick.async_wait([&](const std::error_code&) {
            ticks += first_said ? 1 : 0;
            if (ticks < 4)
                go_round();
            else
                first_read.set_value();
        });
    };
    go_round();
    const auto session = run_on(loop, run_session(request_to(server.port()), nullptr));
    const auto greeting =
        std::find_if(session.transcript.begin(), session.transcript.end(),
                     [](const Event& event) { return std::holds_alternative<Received>(event.what); });
    REQUIRE(greeting != session.transcript.end());
    const auto first_byte_at = std::get<Received>(greeting->what).first_byte_at;
    CHECK(first_byte_at > 0us);
    CHECK(greeting->at - first_byte_at >= 10ms);
}

TEST_CASE("cancelling from outside breaks the step under way")
{
    LoopbackServer server([](Peer& peer) { peer.rest(); });
    const auto control = std::make_shared<SessionControl>();
    auto request = request_to(server.port());
    asio::io_context loop;
    request.on_step = [&](Step step) {
        if (step == Step::greeting)
            asio::post(loop, [control] { control->cancel(FaultKind::cancelled); });
    };
    const auto session = run_on(loop, run_session(std::move(request), control));
    CHECK(gist(session) == Lines{"! greeting cancelled"});
}

TEST_CASE("a session that may not talk closes at once and has no transcript")
{
    std::string heard = "?";
    LoopbackServer server([&](Peer& peer) {
        peer.say("220 mx.example.com ESMTP\r\n");
        heard = peer.rest();
    });
    auto request = request_to(server.port());
    int asked = 0;
    request.may_talk = [&] { return ++asked < 1; };
    const auto session = hold(std::move(request));
    server.join();
    CHECK(asked == 1);
    CHECK(session.transcript.empty());
    CHECK(heard.empty());
}

TEST_CASE("steps are told as they begin")
{
    LoopbackServer server([](Peer& peer) {
        peer.say("220 mx.example.com ESMTP\r\n");
        answer_all(peer);
    });
    std::vector<Step> steps;
    auto request = request_to(server.port());
    request.on_step = [&](Step step) { steps.push_back(step); };
    hold(std::move(request));
    CHECK(steps == std::vector<Step>{Step::connect, Step::greeting, Step::ehlo, Step::quit});
}

TEST_CASE("all is learnt when QUIT is out, before its reply has come")
{
    std::vector<Lines> told;
    LoopbackServer server([&](Peer& peer) {
        peer.say("220 mx.example.com ESMTP\r\n");
        peer.line();
        peer.say("250 mx.example.com\r\n");
        peer.line(); // and never answers QUIT
    });
    auto request = request_to(server.port());
    request.on_concluded = [&](const Session& so_far) { told.push_back(gist(so_far)); };
    const auto session = hold(std::move(request));
    REQUIRE(told.size() == 1);
    CHECK(told[0] == Lines{"S 220", "C EHLO client.example", "S 250", "C QUIT"});
    CHECK(gist(session).back() == "! quit closed");
}

TEST_CASE("a session that breaks is concluded once, too")
{
    const ClosedPort closed;
    int told = 0;
    auto request = request_to(closed.port());
    request.on_concluded = [&](const Session&) { ++told; };
    hold(std::move(request));
    CHECK(told == 1);
}

TEST_CASE("a refused client certificate under TLS 1.3 is told at the step that met it")
{
    CertificateSpec spec;
    spec.common_name = "mx.example.com";
    ServerTls tls;
    tls.require_client_certificate = true;
    const auto context = make_server_context({make_self_signed(spec)}, tls);
    LoopbackServer server([&](Peer& peer) {
        peer.say("220 mx.example.com ESMTP\r\n");
        peer.line();
        peer.say("250-mx.example.com\r\n250 STARTTLS\r\n");
        peer.line();
        peer.say("220 go ahead\r\n");
        peer.start_tls(context);
    });
    const auto session = hold(request_to(server.port(), TlsMode::may));
    const auto secured = all_of_kind<Secured>(session);
    REQUIRE(secured.size() == 1);
    CHECK(secured[0].tls.client_certificate_requested);
    const auto broken = all_of_kind<Broken>(session);
    REQUIRE(broken.size() == 1);
    CHECK(broken[0].step == Step::ehlo);
    CHECK(broken[0].fault.tls_alert == 116);
}

TEST_CASE("many sessions share one loop")
{
    constexpr int kSessions = 20;
    std::vector<std::unique_ptr<LoopbackServer>> servers;
    asio::io_context loop;
    int ended = 0;
    const auto trust = std::make_shared<Trust>("", "");
    const auto context = host_context();
    for (int i = 0; i < kSessions; ++i) {
        servers.push_back(std::make_unique<LoopbackServer>([&](Peer& peer) {
            if (!peer.start_tls(context))
                return;
            peer.say("220 mx.example.com ESMTP\r\n");
            answer_all(peer);
        }));
        auto request = request_to(servers.back()->port(), TlsMode::implicit);
        request.trust = trust;
        asio::co_spawn(loop, run_session(std::move(request), nullptr),
                       [&](std::exception_ptr error, const Session& session) {
                           CHECK_FALSE(error);
                           CHECK(gist(session).back() == "S 221");
                           ++ended;
                       });
    }
    loop.run_for(30s);
    CHECK(ended == kSessions);
}
