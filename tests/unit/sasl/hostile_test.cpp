// SPDX-License-Identifier: Apache-2.0
// What a server can do wrong, or on purpose.
#include <catch2/catch.hpp>

#include "base/base64.hpp"
#include "fixed_nonce.hpp"
#include "sasl/ntlm_message.hpp"
#include "sasl/sasl_client.hpp"
#include "smtp/auth_mechanisms.hpp"

using namespace smtpprobe;
using namespace std::string_literals;

namespace {

AuthSettings user_with_pencil()
{
    AuthSettings settings;
    settings.wanted = true;
    settings.user = "user";
    settings.password = Secret("pencil");
    return settings;
}

const AuthSettings kUser = user_with_pencil();

std::unique_ptr<SaslClient> client(std::string_view mechanism)
{
    SaslPlace place{"mx.example.net", 587};
    place.binding = ChannelBinding{"tls-exporter", "binding"};
    auto made = make_sasl_client(mechanism, kUser, place);
    REQUIRE(made);
    return std::move(*made);
}

const auto kServerFirst = "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i="s;

} // namespace

TEST_CASE("SCRAM with an absurd iteration count is refused before anything is computed")
{
    for (const auto* count : {"1000001", "4294967295", "18446744073709551615", "30000000005940000000",
                              "1000000000000000000000000000000000000001"}) {
        CAPTURE(count);
        const FixedNonce nonce("fyko+d2lbbFgONRv9qkxdawL");
        const auto scram = client("SCRAM-SHA-1");
        scram->first();
        const auto answer = scram->next(kServerFirst + count);
        CHECK_FALSE(answer.bytes);
        CHECK(answer.stop == AuthStop::too_many_iterations);
        CHECK(answer.why_not == "the server wants the password hashed "s + count +
                                    " times; more than 1000000 are refused here");
        CHECK_THAT(answer.challenge_shown, Catch::EndsWith(count + " iterations"s));
    }
}

TEST_CASE("DIGEST-MD5 that is said to be through before the server has proved anything owes a proof")
{
    CHECK(client("DIGEST-MD5")->first().proof_due);
    CHECK_FALSE(client("CRAM-MD5")->first().proof_due);
}

TEST_CASE("SCRAM with a count that is none, too large for a number, or nought is given up")
{
    for (const auto* count : {"99999999999999999999999", "-1", "0", "x", ""}) {
        CAPTURE(count);
        const FixedNonce nonce("fyko+d2lbbFgONRv9qkxdawL");
        const auto scram = client("SCRAM-SHA-256");
        scram->first();
        const auto answer = scram->next(kServerFirst + count);
        CHECK_FALSE(answer.bytes);
        CHECK(answer.stop);
        CHECK_FALSE(answer.why_not.empty());
    }
}

TEST_CASE("Few iterations are answered, and told")
{
    const FixedNonce nonce("fyko+d2lbbFgONRv9qkxdawL");
    const auto scram = client("SCRAM-SHA-1");
    scram->first();
    const auto answer = scram->next(kServerFirst + "1");
    CHECK(answer.bytes);
    CHECK_THAT(answer.challenge_shown, Catch::EndsWith("1 iterations (RFC 5802 wants 4096 at least)"));
}

TEST_CASE("A server's wrong proof is told as such")
{
    const auto words = "the server did not prove that it knows the password"s;
    const FixedNonce nonce("fyko+d2lbbFgONRv9qkxdawL");
    for (const auto* proof : {"v=AAAApqV8S7suAoZWja4dJRkFsKQ=", "v="}) {
        CAPTURE(proof);
        const auto scram = client("SCRAM-SHA-1");
        scram->first();
        REQUIRE(scram->next(kServerFirst + "4096").bytes);
        const auto answer = scram->next(proof);
        CHECK_FALSE(answer.bytes);
        REQUIRE(answer.stop);
        if (proof != "v="s) {
            CHECK(*answer.stop == AuthStop::wrong_proof);
            CHECK(answer.why_not == words);
        }
    }
    const auto digest = client("DIGEST-MD5");
    REQUIRE(digest->next("realm=\"x\",nonce=\"OA6MG9tEQGm2hh\",qop=\"auth\",algorithm=md5-sess").bytes);
    const auto answer = digest->next("rspauth=ea40f60335c427b5527b84dbabcdfffd");
    CHECK_FALSE(answer.bytes);
    CHECK(answer.stop == AuthStop::wrong_proof);
    CHECK(answer.why_not == words);
}

TEST_CASE("A server whose nonce does not begin with ours is given up")
{
    const auto scram = client("SCRAM-SHA-1");
    scram->first();
    const auto answer = scram->next("r=another,s=QSXCR+Q6sek8bf92,i=4096");
    CHECK_FALSE(answer.bytes);
    CHECK(answer.stop);
}

TEST_CASE("No mechanism is led astray by challenges of any size, form or number")
{
    const std::string challenges[] = {"",
                                      std::string(1, '\0'),
                                      "Username:",
                                      std::string(12286, 'x'),
                                      std::string(12286, '\xff'),
                                      std::string(4000, ','),
                                      "r=" + std::string(9000, 'r') + ",s=QQ==,i=4096",
                                      "realm=\"" + std::string(9000, '\\'),
                                      "NTLMSSP\0\2\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff"s,
                                      R"({"status":)" + std::string(9000, '['),
                                      R"({"status":"\ud800"})"};
    for (const auto& mechanism : auth_mechanisms()) {
        if (mechanism.name == "GSSAPI") // it would ask a key server
            continue;
        for (const auto& challenge : challenges) {
            CAPTURE(mechanism.name, challenge.substr(0, 20));
            const auto one = client(mechanism.name);
            one->first();
            for (int i = 0; i < 4; ++i) {
                const auto answer = one->next(challenge);
                CHECK((answer.bytes || answer.stop));
                CHECK((answer.bytes || !answer.why_not.empty()));
                CHECK(answer.shown.find("pencil") == std::string::npos);
                CHECK(answer.challenge_shown.find("pencil") == std::string::npos);
            }
        }
    }
}

TEST_CASE("A password is never said a second time")
{
    for (const auto* name : {"PLAIN", "LOGIN"}) {
        CAPTURE(name);
        const auto one = client(name);
        one->first();
        if (name == "LOGIN"s)
            one->next("Password:");
        const auto answer = one->next("Password:");
        CHECK_FALSE(answer.bytes);
        CHECK(answer.stop == AuthStop::unreadable);
        CHECK(answer.why_not == "the server asks for more though the login is complete");
        CHECK(client(name)->first().bytes);
    }
}

TEST_CASE("NTLM messages that point outside of themselves are not read")
{
    const auto challenge = *from_base64("TlRMTVNTUAACAAAADgAOADAAAAC1ggFAkDTQvqfglJ8AAAAAAAAAAAAAAAA+AAAA"
                                        "VABJAE0ARABPAEYAVQA=");
    REQUIRE(read_ntlm(challenge));
    for (std::size_t size = 0; size < 32; ++size)
        CHECK_FALSE(read_ntlm(std::string_view(challenge).substr(0, size)));
    auto beyond = challenge;
    beyond[16] = '\x7f';
    CHECK_FALSE(read_ntlm(beyond));
    auto other = challenge;
    other[8] = '\x04';
    CHECK_FALSE(read_ntlm(other));
    CHECK_FALSE(read_av_pairs("\x02\x00\x0c\x00too short"s));
    CHECK_FALSE(read_av_pairs("\x02\x00\x00\x00"s)); // no end
    CHECK(read_av_pairs("\x00\x00\x00\x00"s));
}

TEST_CASE("Mechanisms are chosen by what there is to log in with")
{
    using Names = std::vector<std::string>;
    auto settings = kUser;
    CHECK(usable_mechanisms(settings) == Names{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256",
                                               "SCRAM-SHA-1", "DIGEST-MD5", "CRAM-MD5", "NTLM", "PLAIN",
                                               "LOGIN"});
    settings.mechanisms = {"LOGIN", "XOAUTH2", "EXTERNAL"};
    CHECK(usable_mechanisms(settings) == settings.mechanisms);
    settings.password = Secret();
    CHECK(usable_mechanisms(settings) == Names{"EXTERNAL"});
    CHECK(lacks(*find_auth_mechanism("xoauth2"), settings) == "a token");
    CHECK(lacks(*find_auth_mechanism("GSSAPI"), {}).empty());
    CHECK(make_sasl_client("LOGIN", settings, {}).error() == "LOGIN needs a password");
    CHECK(make_sasl_client("OTP", settings, {}).error() == "OTP is not spoken here");
}
