// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <openssl/ssl.h>

#include "lab/certificates.hpp"
#include "net/transport.hpp"
#include "support/loopback_server.hpp"
#include "support/run_on_loop.hpp"
#include "unit/net/tls_fixture.hpp"

using namespace smtpprobe;
using namespace std::chrono_literals;

namespace {

Fault failing_handshake(std::function<void(Peer&)> script, std::chrono::milliseconds limit = 20s)
{
    const auto shaken = shake_hands(std::move(script), std::string(), nullptr, limit);
    REQUIRE(shaken.fault);
    return *shaken.fault;
}

} // namespace

TEST_CASE("each version of TLS is spoken and named")
{
    const auto& authority = test_authority();
    const auto leaf = issue(authority, host_certificate());
    struct Row {
        int version;
        const char* name;
        const char* ciphers;
    };
    constexpr Row kRows[] = {{TLS1_VERSION, "TLSv1", ""},
                             {TLS1_1_VERSION, "TLSv1.1", ""},
                             {TLS1_2_VERSION, "TLSv1.2", "ECDHE-ECDSA-AES128-GCM-SHA256"},
                             {TLS1_3_VERSION, "TLSv1.3", ""}};
    for (const auto& row : kRows) {
        CAPTURE(row.name);
        ServerTls tls;
        tls.lowest = tls.highest = row.version;
        tls.ciphers = row.ciphers;
        const auto facts = facts_of_chain({leaf}, tls);
        CHECK(facts.version == row.name);
        CHECK_FALSE(facts.cipher.empty());
        CHECK(facts.cipher_bits >= 128);
        CHECK(facts.chain_verdict == ChainVerdict::trusted);
        if (*row.ciphers)
            CHECK(facts.cipher == row.ciphers);
    }
}

TEST_CASE("the key exchange's group is named, and RSA key transport has none")
{
    const auto& authority = test_authority();
    CertificateSpec spec = host_certificate();
    spec.key = KeyKind::rsa_2048;
    const auto leaf = issue(authority, spec);
    ServerTls tls;
    CHECK(facts_of_chain({leaf}, tls).group == "X25519");
    tls.highest = TLS1_2_VERSION;
    tls.ciphers = "ECDHE-RSA-AES128-GCM-SHA256";
    CHECK(facts_of_chain({leaf}, tls).group == "X25519");
    tls.ciphers = "AES128-SHA";
    CHECK(facts_of_chain({leaf}, tls).group.empty());
}

TEST_CASE("bytes go both ways inside TLS, and closing says so")
{
    const auto leaf = issue(test_authority(), host_certificate());
    const auto context = make_server_context({leaf});
    std::string heard;
    bool shut = false;
    LoopbackServer server([&](Peer& peer) {
        peer.start_tls(context);
        heard = peer.line();
        peer.say("250 inside\r\n");
        peer.rest();
        shut = peer.was_shut();
    });
    asio::io_context loop;
    Trust trust(test_authority_file(), "");
    auto talk = [&]() -> asio::awaitable<std::string> {
        Transport transport(loop.get_executor());
        ConnectTo to;
        to.address = *IpAddress::parse("127.0.0.1");
        to.port = server.port();
        const auto until = Transport::Clock::now() + 20s;
        const std::string no_name;
        auto fault = co_await transport.connect(to, until);
        if (!fault)
            fault = co_await transport.start_tls(trust, no_name, until);
        if (!fault)
            fault = co_await transport.write("EHLO x\r\n", until);
        std::string bytes;
        if (!fault)
            fault = co_await transport.read(bytes, until);
        if (fault)
            bytes = fault->detail;
        transport.close();
        co_return bytes;
    };
    CHECK(run_on(loop, talk()) == "250 inside\r\n");
    server.join();
    CHECK(heard == "EHLO x");
    CHECK(shut);
}

TEST_CASE("an alert of the server's is named and numbered")
{
    // The server speaks no version that we do: it answers protocol_version.
    const auto leaf = issue(test_authority(), host_certificate());
    ServerTls tls;
    tls.highest = TLS1_2_VERSION;
    tls.ciphers = "ECDHE-RSA-AES128-GCM-SHA256"; // no RSA key to go with it
    const auto context = make_server_context({leaf}, tls);
    const Fault fault = failing_handshake([&](Peer& peer) { peer.start_tls(context); });
    CHECK(fault.kind == FaultKind::handshake);
    CHECK(fault.tls_alert == 40);
    CHECK(fault.detail == "the server sent the alert handshake_failure (40)");
}

TEST_CASE("an alert without a name is still told by its number")
{
    const Fault fault = failing_handshake([](Peer& peer) {
        peer.say(std::string("\x15\x03\x01\x00\x02\x02\xc8", 7));
        peer.rest();
    });
    CHECK(fault.kind == FaultKind::handshake);
    CHECK(fault.tls_alert == 200);
    CHECK(fault.detail == "the server sent the alert 200");
}

TEST_CASE("a plaintext answer to our ClientHello is no TLS, and is kept")
{
    for (const char* answer : {"454 4.7.0 TLS not available due to local problem\r\n", "500", "5"}) {
        CAPTURE(answer);
        const Fault fault = failing_handshake([&](Peer& peer) {
            peer.some();
            peer.say(answer);
        });
        CHECK(fault.kind == FaultKind::not_tls);
        CHECK(fault.detail == answer);
    }
}

TEST_CASE("a stalled handshake is given up at its limit")
{
    const Fault fault = failing_handshake([](Peer& peer) { peer.rest(); }, 30ms);
    CHECK(fault.kind == FaultKind::timed_out);
}

TEST_CASE("a connection that ends within the handshake is told by how it ended")
{
    const Fault ended = failing_handshake([](Peer& peer) {
        peer.some();
        peer.close();
    });
    CHECK(ended.kind == FaultKind::closed);
    const Fault half = failing_handshake([](Peer& peer) {
        peer.say(std::string("\x16\x03\x03", 3)); // half a record's head
        peer.some();
        peer.close();
    });
    CHECK(half.kind == FaultKind::closed);
    const Fault reset = failing_handshake([](Peer& peer) {
        peer.some();
        peer.reset();
    });
    CHECK(reset.kind == FaultKind::reset);
}

TEST_CASE("a server's nonsense inside the handshake is a handshake fault in OpenSSL's words")
{
    const Fault fault = failing_handshake([](Peer& peer) {
        peer.say(std::string("\x16\x03\x03\x00\x04\x63\x00\x00\x00", 9));
        peer.rest();
    });
    CHECK(fault.kind == FaultKind::handshake);
    CHECK(fault.tls_alert == -1);
    CHECK_FALSE(fault.detail.empty());
}

TEST_CASE("an endless certificate is refused before it fills the memory")
{
    CertificateSpec spec = host_certificate();
    for (int i = 0; i < 8000; ++i)
        spec.dns_names.push_back("name-" + std::to_string(i) + ".example.com");
    const auto leaf = issue(test_authority(), spec);
    ServerTls tls;
    tls.highest = TLS1_2_VERSION;
    const auto context = make_server_context({leaf}, tls);
    const Fault fault = failing_handshake([&](Peer& peer) { peer.start_tls(context); });
    CHECK(fault.kind == FaultKind::handshake);
    CHECK(fault.detail == "excessive message size");
}

TEST_CASE("a request for a client certificate is noted, whether or not the server insists")
{
    const auto leaf = issue(test_authority(), host_certificate());
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        CAPTURE(version);
        ServerTls tls;
        tls.lowest = tls.highest = version;
        CHECK_FALSE(facts_of_chain({leaf}, tls).client_certificate_requested);
        tls.ask_client_certificate = true;
        CHECK(facts_of_chain({leaf}, tls).client_certificate_requested);
    }
}

TEST_CASE("under TLS 1.3 a refusal for want of a client certificate comes with the first read")
{
    const auto leaf = issue(test_authority(), host_certificate());
    ServerTls tls;
    tls.lowest = TLS1_3_VERSION;
    tls.require_client_certificate = true;
    const auto context = make_server_context({leaf}, tls);
    const auto shaken = shake_hands([&](Peer& peer) { peer.start_tls(context); }, "", nullptr, 20s, true);
    REQUIRE(shaken.fault);
    CHECK(shaken.facts); // the handshake itself went through
    CHECK(shaken.fault->kind == FaultKind::handshake);
    CHECK(shaken.fault->tls_alert == 116);
    CHECK(shaken.fault->detail == "the server sent the alert certificate_required (116)");
}

TEST_CASE("the server's name is sent as SNI, and is in the facts")
{
    const auto leaf = issue(test_authority(), host_certificate());
    const auto context = make_server_context({leaf});
    std::string seen;
    auto note = [](SSL* ssl, int*, void* into) {
        if (const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name))
            *static_cast<std::string*>(into) = name;
        return SSL_TLSEXT_ERR_OK;
    };
    SSL_CTX_callback_ctrl(context.get(), SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
                          reinterpret_cast<void (*)()>(+note));
    SSL_CTX_set_tlsext_servername_arg(context.get(), &seen);
    const auto shaken = shake_hands([&](Peer& peer) { peer.start_tls(context); }, "mx.example.com");
    REQUIRE(shaken.facts);
    CHECK(shaken.facts->server_name == "mx.example.com");
    CHECK(seen == "mx.example.com");
}

TEST_CASE("a server with nothing but anonymous key exchange is reached, and has no certificate")
{
    ServerTls tls;
    tls.highest = TLS1_2_VERSION;
    tls.ciphers = "AECDH-AES256-SHA";
    const auto context = make_server_context({}, tls);
    const auto shaken = shake_hands([&](Peer& peer) { peer.start_tls(context); }, "mx.example.com");
    REQUIRE(shaken.facts);
    CHECK(shaken.facts->chain.empty());
    CHECK(shaken.facts->chain_verdict == ChainVerdict::none);
    CHECK(shaken.facts->name_verdict == NameVerdict::not_checked);
    CHECK(shaken.facts->date_verdict == DateVerdict::not_checked);
}
