// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "base/base64.hpp"
#include "sasl/ntlm_client.hpp"
#include "sasl/ntlm_hash.hpp"
#include "sasl/ntlm_message.hpp"

using namespace smtpprobe;
using namespace std::string_literals;

namespace {

std::string hex(std::string_view bytes)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const char byte : bytes) {
        text += kDigits[static_cast<unsigned char>(byte) >> 4];
        text += kDigits[static_cast<unsigned char>(byte) & 0xf];
    }
    return text;
}

std::string unhex(std::string_view text)
{
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        bytes += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
    return bytes;
}

const std::string kServerChallenge = unhex("0123456789abcdef");
const std::string kClientChallenge = unhex("aaaaaaaaaaaaaaaa");
const std::string kTargetInfo =
    unhex("02000c0044006f006d00610069006e0001000c0053006500720076006500720000000000");
/// MS-NLMP 4.2.4.3
const std::string kChallengeMessage =
    unhex("4e544c4d53535000020000000c000c003800000033828ae20123456789abcdef00000000000000002400240044000000"
          "060070170000000f53006500720076006500720002000c0044006f006d00610069006e0001000c0053006500720076006"
          "5007200"
          "00000000");

} // namespace

TEST_CASE("MD4 gives the digests of RFC 1320 A.5")
{
    CHECK(hex(md4("")) == "31d6cfe0d16ae931b73c59d7e0c089c0");
    CHECK(hex(md4("a")) == "bde52cb31de33e46245e05fbdbd6fb24");
    CHECK(hex(md4("abc")) == "a448017aaf21d8525fc10ae87aa6729d");
    CHECK(hex(md4("message digest")) == "d9130a8164549fe818874806e1c7014b");
    CHECK(hex(md4("abcdefghijklmnopqrstuvwxyz")) == "d79e1c308aa5bbcdeea8ed63df412da9");
    CHECK(hex(md4("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")) ==
          "043f8582f241db351ce627e153e7f0e4");
    CHECK(hex(md4("12345678901234567890123456789012345678901234567890123456789012345678901234567890")) ==
          "e33b4ddc9c38f2199c3e7b164fcc0536");
}

TEST_CASE("NTLMv2 computes what MS-NLMP 4.2.4 has")
{
    const auto proof = ntlm_proof("User", "Domain", "Password", kServerChallenge, kClientChallenge,
                                  std::string(8, '\0'), kTargetInfo);
    REQUIRE(proof);
    CHECK(hex(proof->key) == "0c868a403bfd7a93a3001ef22ef02e3f");
    CHECK(hex(proof->lm_response) == "86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa");
    CHECK(hex(proof->nt_response.substr(0, 16)) == "68cd0ab851e51c96aabc927bebef6a1c");
    CHECK(hex(proof->session_key) == "8de40ccadbc14a82f15cb0ad0de95ca3");
}

TEST_CASE("The dialogue of Exchange 5.5 with NTLM is decoded") // Microsoft's article Q262945
{
    CHECK(
        ntlm_words(*from_base64("TlRMTVNTUAABAAAAt5IAQAcABwAgAAAAAAAAAAAAAABUSU1EVU1QAAAAAAAAAAA="), false) ==
        "NTLM negotiate, domain TIMDUMP, flags 0x400092b7 (key exchange, always sign, domain supplied, NTLM, "
        "LAN Manager, seal, sign, asks for target, OEM, Unicode)");
    CHECK(ntlm_words(
              *from_base64("TlRMTVNTUAACAAAADgAOADAAAAC1ggFAkDTQvqfglJ8AAAAAAAAAAAAAAAA+AAAAVABJAE0ARABPAEYA"
                           "VQA="),
              false) == "NTLM challenge, target TIMDOFU, nonce 9034d0bea7e0949f, flags 0x400182b5 (key "
                        "exchange, domain, always "
                        "sign, NTLM, LAN Manager, seal, sign, asks for target, Unicode)");
    const auto last = *from_base64("TlRMTVNTUAADAAAAGAAYAHgAAAAYABgAkAAAAA4ADgBAAAAAGgAaAE4AAAAQABAAaAAAABAAE"
                                   "ACoAAAAtYIBQFQASQBNAEQATwBGAFUAYQ"
                                   "BkAG0AaQBuAGkAcwB0AHIAYQB0AG8AcgBUAEkATQBOAFQAUwAyADAAY2qLBIf9tVBTxY9/"
                                   "NJ02/bhh87MSMPu+qZyHMgS735h75FsyxOlm"
                                   "OLegHnkDN8VFbU99BoofZ3hP6D2cFwsbsQ==");
    CHECK(ntlm_words(last, false) == "NTLM authenticate, user administrator, domain TIMDOFU, workstation "
                                     "TIMNTS20, NTLMv1 response ********, LM "
                                     "response ********, session key ********, flags 0x400182b5 (key "
                                     "exchange, domain, always sign, NTLM, LAN "
                                     "Manager, seal, sign, asks for target, Unicode)");
    CHECK_THAT(ntlm_words(last, true),
               Catch::Contains("LM response 636a8b0487fdb55053c58f7f349d36fdb861f3b31230fbbe"));
}

TEST_CASE("NTLMv1 computes what MS-NLMP 4.2.2 has")
{
    const auto response = ntlm_v1_response("Password", kServerChallenge);
    REQUIRE(response);
    CHECK(hex(*response) == "67c43011f30298a2ad35ece64f16331c44bdbed927841f94");
}

TEST_CASE("An NTLM challenge with the server's facts is answered by version 2")
{
    AuthSettings settings;
    settings.user = "User";
    settings.realm = "Domain";
    settings.password = Secret("Password");
    const auto client = make_ntlm_client(settings, {kClientChallenge, std::string(8, '\0')});
    const auto first = client->first();
    REQUIRE(first.bytes);
    CHECK_THAT(first.shown, Catch::StartsWith("NTLM negotiate, flags 0x00088207 ("));
    const auto last = client->next(kChallengeMessage);
    REQUIRE(last.bytes);
    CHECK_THAT(
        last.challenge_shown,
        Catch::StartsWith("NTLM challenge, target Server, nonce 0123456789abcdef, domain Domain, server "
                          "Server, flags 0xe28a8233 ("));
    CHECK_THAT(last.shown,
               Catch::StartsWith("NTLM authenticate, user User, domain Domain, NTLMv2 response ********, "
                                 "LM response ********, flags "));
    const auto message = read_ntlm(*last.bytes);
    REQUIRE(message);
    CHECK(message->type == 3);
    CHECK(hex(message->nt_response.substr(0, 16)) == "68cd0ab851e51c96aabc927bebef6a1c");
    CHECK(hex(message->lm_response) == "86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa");
    CHECK(client->next(kChallengeMessage).stop == AuthStop::unreadable); // once is enough
}

TEST_CASE("The old server of the article is answered by version 1, under the domain before a backslash")
{
    AuthSettings settings;
    settings.user = "TIMDOFU\\administrator";
    settings.password = Secret("Password");
    const auto client = make_ntlm_client(settings, ntlm_moment());
    client->first();
    const auto last = client->next(
        *from_base64("TlRMTVNTUAACAAAADgAOADAAAAC1ggFAkDTQvqfglJ8AAAAAAAAAAAAAAAA+AAAAVABJAE0ARABPAEYAVQA="));
    REQUIRE(last.bytes);
    CHECK_THAT(last.shown,
               Catch::StartsWith("NTLM authenticate, user administrator, domain TIMDOFU, NTLMv1 response "
                                 "********, LM response ********, flags 0x00008205 ("));
}

TEST_CASE("Names go over as UTF-16, and the user's in capitals into the key")
{
    CHECK(hex(utf16_of("a\xc3\xa4\xf0\x9f\x98\x80\xff")) == "6100e4003dd800defdff");
    CHECK(utf8_of(utf16_of("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80")) ==
          "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
    CHECK(utf8_of(unhex("00d8")) == "\xef\xbf\xbd");
    const auto key = [](const std::string& user) {
        return ntlm_proof(user, "D", "p", kServerChallenge, kClientChallenge, std::string(8, '\0'), "")->key;
    };
    CHECK(key("j\xc3\xb6rg") == key("J\xc3\x96RG"));
    CHECK(key("\xd0\xb8\xd0\xb2\xd0\xb0\xd0\xbd") == key("\xd0\x98\xd0\x92\xd0\x90\xd0\x9d"));
    CHECK(key("joe") != key("jim"));
}
