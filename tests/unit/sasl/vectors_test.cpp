// SPDX-License-Identifier: Apache-2.0
// Each mechanism against the examples of the document that defines it.
#include <catch2/catch.hpp>

#include "base/base64.hpp"
#include "fixed_nonce.hpp"
#include "sasl/sasl_client.hpp"

using namespace smtpprobe;
using namespace std::string_literals;

namespace {

AuthSettings who(std::string user, std::string password)
{
    AuthSettings settings;
    settings.wanted = true;
    settings.user = std::move(user);
    settings.password = Secret(std::move(password));
    return settings;
}

std::unique_ptr<SaslClient> client(std::string_view mechanism, const AuthSettings& settings,
                                   SaslPlace place = {})
{
    auto made = make_sasl_client(mechanism, settings, std::move(place));
    INFO((made ? "" : made.error()));
    REQUIRE(made);
    return std::move(*made);
}

std::string said(const SaslAnswer& answer)
{
    INFO(answer.why_not);
    REQUIRE(answer.bytes);
    CHECK_FALSE(answer.stop);
    return *answer.bytes;
}

} // namespace

TEST_CASE("PLAIN answers as RFC 4616 section 4 shows")
{
    const auto tim = who("tim", "tanstaaftanstaaf");
    CHECK(said(client("PLAIN", tim)->first()) == "\0tim\0tanstaaftanstaaf"s);
    auto kurt = who("Kurt", "xipj3plmq");
    kurt.authorize_as = "Ursel";
    const auto answer = client("PLAIN", kurt)->first();
    CHECK(said(answer) == "Ursel\0Kurt\0xipj3plmq"s);
    CHECK(answer.shown == "user Kurt, acts as Ursel, password ********");
    kurt.show_secrets = true;
    CHECK(client("PLAIN", kurt)->first().shown == "user Kurt, acts as Ursel, password xipj3plmq");
}

TEST_CASE("LOGIN says the user, then the password")
{
    const auto tim = who("tim", "tanstaaftanstaaf");
    const auto login = client("LOGIN", tim);
    const auto user = login->first();
    CHECK(said(user) == "tim");
    CHECK(user.shown == "user tim");
    const auto password = login->next("Password:");
    CHECK(said(password) == "tanstaaftanstaaf");
    CHECK(password.shown == "password ********");
    CHECK(password.challenge_shown == "Password:");
}

TEST_CASE("CRAM-MD5 answers as RFC 2195 section 2 shows")
{
    const auto tim = who("tim", "tanstaaftanstaaf");
    const auto cram = client("CRAM-MD5", tim);
    const auto nothing = cram->first();
    CHECK_FALSE(nothing.bytes);
    CHECK_FALSE(nothing.stop);
    const auto answer = cram->next("<1896.697170952@postoffice.reston.mci.net>");
    CHECK(said(answer) == "tim b913a602c7eda7a495b4e6e7334d3890");
    CHECK(answer.shown == "user tim, digest ********");
    CHECK(answer.challenge_shown == "<1896.697170952@postoffice.reston.mci.net>");
}

TEST_CASE("DIGEST-MD5 answers as RFC 2831 section 4 shows, and takes the server's proof")
{
    const FixedNonce nonce("OA6MHXh6VqTrRk");
    const auto chris = who("chris", "secret");
    SaslPlace place{"elwood.innosoft.com", 143};
    place.service = "imap";
    const auto digest = client("DIGEST-MD5", chris, place);
    CHECK_FALSE(digest->first().bytes);
    const auto answer = digest->next("realm=\"elwood.innosoft.com\",nonce=\"OA6MG9tEQGm2hh\",qop=\"auth\","
                                     "algorithm=md5-sess,charset=utf-8");
    CHECK_THAT(said(answer), Catch::Contains("response=d388dad90d4bbd760a152321f2143af7"));
    CHECK_THAT(answer.shown, Catch::Contains("username chris, realm elwood.innosoft.com") &&
                                 Catch::Contains("response ********"));
    CHECK(answer.challenge_shown ==
          "realm elwood.innosoft.com, nonce OA6MG9tEQGm2hh, qop auth, algorithm md5-sess, charset utf-8");
    CHECK(answer.proof_due);
    const auto end = digest->next("rspauth=ea40f60335c427b5527b84dbabcdfffd");
    CHECK(said(end).empty());
    CHECK_FALSE(end.proof_due);
}

TEST_CASE("SCRAM-SHA-1 answers as RFC 5802 section 5 shows, and takes the server's proof")
{
    const FixedNonce nonce("fyko+d2lbbFgONRv9qkxdawL");
    const auto user = who("user", "pencil");
    const auto scram = client("SCRAM-SHA-1", user);
    const auto first = scram->first();
    CHECK(said(first) == "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
    CHECK(first.shown == "not bound to TLS, user user, nonce fyko+d2lbbFgONRv9qkxdawL");
    const auto last = scram->next("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096");
    CHECK(said(last) == "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");
    CHECK(last.shown == "not bound to TLS, nonce fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j, proof ********");
    CHECK(last.challenge_shown ==
          "nonce fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j, salt of 12 octets, 4096 iterations");
    CHECK(last.proof_due);
    const auto end = scram->next("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=");
    CHECK(said(end).empty());
    CHECK_FALSE(end.proof_due);
    CHECK(end.challenge_shown == "the server's proof rmF9pqV8S7suAoZWja4dJRkFsKQ=");
}

TEST_CASE("SCRAM-SHA-256 answers as RFC 7677 section 3 shows, and takes the server's proof")
{
    const FixedNonce nonce("rOprNGfwEbeRWgbNEkqO");
    const auto user = who("user", "pencil");
    const auto scram = client("SCRAM-SHA-256", user);
    CHECK(said(scram->first()) == "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
    CHECK(said(scram->next("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                           "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")) ==
          "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
          "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    CHECK(said(scram->next("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")).empty());
}

TEST_CASE("SCRAM-SHA-256-PLUS ties the login to the TLS connection")
{
    const auto user = who("user", "pencil");
    for (const auto* kind : {"tls-exporter", "tls-unique"}) {
        CAPTURE(kind);
        const std::string header = "p="s + kind + ",,";
        SaslPlace place{"mx.example.net", 587};
        place.binding = ChannelBinding{kind, "\x01\x02\x03 binding \0 bytes"s};
        const auto scram = client("SCRAM-SHA-256-PLUS", user, place);
        const auto first = scram->first();
        const auto bytes = said(first);
        CHECK_THAT(bytes, Catch::StartsWith(header + "n=user,r="));
        CHECK_THAT(first.shown, Catch::StartsWith("bound to TLS by "s + kind + ", user user"));
        const auto theirs = bytes.substr(header.size() + 7) + "more";
        const auto last =
            scram->next(bytes.substr(header.size() + 7) + "more,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
        CHECK_THAT(said(last),
                   Catch::StartsWith("c=" + to_base64(header + "\x01\x02\x03 binding \0 bytes"s) + ','));
        CHECK_THAT(last.shown, Catch::StartsWith("bound to TLS by "s + kind));
    }
    CHECK(make_sasl_client("SCRAM-SHA-256-PLUS", user, {}).error() ==
          "SCRAM-SHA-256-PLUS ties the login to TLS, and there is no TLS");
}

TEST_CASE("EXTERNAL and ANONYMOUS answer as RFC 4422 and RFC 4505 show")
{
    auto fred = who("", "");
    const auto answer = client("EXTERNAL", fred)->first();
    CHECK(said(answer).empty());
    CHECK(answer.shown == "nothing: as whom the connection shows us");
    fred.authorize_as = "fred@example.com";
    CHECK(said(client("EXTERNAL", fred)->first()) == "fred@example.com");
    const auto sirhc = who("sirhc", "");
    CHECK(said(client("ANONYMOUS", sirhc)->first()) == "sirhc");
}

TEST_CASE("OAUTHBEARER answers as RFC 7628 section 4 shows")
{
    const auto user = who("user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==");
    const auto bearer = client("OAUTHBEARER", user, {"server.example.com", 143});
    const auto first = bearer->first();
    CHECK(to_base64(said(first)) ==
          "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAW"
          "F1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB");
    CHECK(first.shown == "user user@example.com, host server.example.com, port 143, token ********");
    const auto refused = bearer->next(*from_base64(
        "eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIiwic2NvcGUiOiJleGFtcGxlX3Njb3BlIiwib3BlbmlkLWNvbmZpZ3VyYXRp"
        "b24iOiJodHRwczovL2V4YW1wbGUuY29tLy53ZWxsLWtub3duL29wZW5pZC1jb25maWd1cmF0aW9uIn0="));
    CHECK(said(refused) == "\x01");
    CHECK(refused.challenge_shown ==
          "the token is refused: openid-configuration https://example.com/.well-known/openid-configuration, "
          "scope "
          "example_scope, status invalid_token (the token is expired, revoked or not for this server)");
}

TEST_CASE("XOAUTH2 answers as Google's document shows")
{
    const auto user = who("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg");
    const auto bearer = client("XOAUTH2", user);
    const auto first = bearer->first();
    CHECK(to_base64(said(first)) ==
          "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52Yj"
          "NSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==");
    CHECK(first.shown == "user someuser@example.com, token ********");
    const auto refused = bearer->next(*from_base64("eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIG1hYyIsInNjb"
                                                   "3BlIjoiaHR0cHM6Ly9tYWlsLmdvb2dsZS5jb20vIn0K"));
    CHECK(said(refused).empty());
    CHECK(
        refused.challenge_shown ==
        "the token is refused: schemes bearer mac, scope https://mail.google.com/, status 401 (the token is "
        "expired, revoked or not for this server)");
}
