// SPDX-License-Identifier: Apache-2.0
#include "base/secret_mask.hpp"

#include <catch2/catch.hpp>

#include "base/base64.hpp"

using namespace smtpprobe;

namespace {

SecretMask hides(std::string_view secret)
{
    SecretMask mask;
    mask.hide(secret);
    return mask;
}

constexpr auto kCut = SecretMask::Extent::cut;

} // namespace

TEST_CASE("a password is masked wherever it stands, and nothing else is")
{
    const auto mask = hides("correct horse");
    CHECK(mask.masked("500 what is correct horse?") == "500 what is ********?");
    CHECK(mask.masked("xcorrect horsexcorrect horse") == "x********x********");
    CHECK(mask.masked("535 5.7.8 Error: authentication failed") == "535 5.7.8 Error: authentication failed");
    CHECK(SecretMask().masked("any words") == "any words");
}

TEST_CASE("Base64 with a password in it is masked whole, at any place of it and in capitals")
{
    const auto mask = hides("hunter2");
    for (const std::string before : {"", "j", "jo", "joe", "user=joe;"}) {
        const auto line = to_base64(before + "hunter2" + "\x01\x01");
        CAPTURE(line);
        CHECK(mask.masked("501 AUTH PLAIN " + line + " ?") == "501 AUTH PLAIN ******** ?");
    }
    CHECK(mask.masked("501 AGPVZQBODW50ZXIY") == "501 ********");
    CHECK(mask.masked("501 " + to_base64("joe and nobody else")) ==
          "501 " + to_base64("joe and nobody else"));
}

TEST_CASE("a short password is masked as a word of its own; a shorter one would mask every text")
{
    CHECK(hides("mail").masked("550 mailbox, e-mail: mail") == "550 mailbox, e-********: ********");
    CHECK(hides("ok.").masked("250 ok.") == "250 ok.");
}

TEST_CASE("what was sent in Base64 is masked as it was sent")
{
    SecretMask mask;
    mask.hide_base64("AGpvZQBodW50ZXIy");
    mask.hide_base64("YWI=");
    CHECK(mask.masked("what is AGpvZQBodW50ZXIy, YWI=") == "what is ********, YWI=");
}

TEST_CASE("a text that is cut amid a secret shows no beginning of it")
{
    const auto mask = hides("correct horse");
    CHECK(mask.masked("500 correct ho", kCut) == "500 ********");
    CHECK(mask.masked("500 cor", kCut) == "500 cor");
    CHECK(mask.masked("500 correct ho") == "500 correct ho");
    SecretMask sent;
    sent.hide_base64("AGpvZQBodW50ZXIy");
    CHECK(sent.masked("500 AGpvZQBodW5", kCut) == "500 ********");
}

TEST_CASE("with --show-secrets nothing is masked")
{
    auto mask = SecretMask::transparent();
    mask.hide("correct horse");
    mask.hide_base64("AGpvZQBodW50ZXIy");
    CHECK(mask.masked("correct horse AGpvZQBodW50ZXIy") == "correct horse AGpvZQBodW50ZXIy");
}
