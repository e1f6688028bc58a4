// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "smtp/envelope_words.hpp"
#include "smtp/xtext.hpp"

using namespace smtpprobe;

namespace {

using Words = std::vector<std::string>;

Capabilities offering(std::vector<std::string> keywords)
{
    keywords.insert(keywords.begin(), "mx.example.com");
    return parse_capabilities(*Reply::make(250, std::move(keywords)));
}

EnvelopeSettings everything()
{
    EnvelopeSettings settings;
    settings.size = 1000;
    settings.body = "8BITMIME";
    settings.smtputf8 = true;
    settings.notify = "SUCCESS,DELAY";
    settings.ret = "HDRS";
    settings.envid = "id=1 +x";
    settings.orcpt = "rfc822;a+b@example.com";
    settings.require_tls = true;
    settings.mt_priority = -3;
    settings.deliver_by = "120;R";
    settings.hold_for = 60;
    settings.auth = "";
    return settings;
}

} // namespace

TEST_CASE("xtext (RFC 3461 section 4)")
{
    CHECK(to_xtext("user@example.com") == "user@example.com");
    CHECK(to_xtext("a+b=c d") == "a+2Bb+3Dc+20d");
    CHECK(to_xtext("\xc3\xb6\x7f") == "+C3+B6+7F");
    CHECK(to_xtext("").empty());
}

TEST_CASE("parameters are said as their RFCs spell them, where they are offered")
{
    EnvelopeNeeds encrypted;
    encrypted.encrypted = true;
    const auto words =
        envelope_words(everything(), encrypted,
                       offering({"SIZE", "8BITMIME", "SMTPUTF8", "DSN", "REQUIRETLS", "MT-PRIORITY",
                                 "DELIVERBY", "FUTURERELEASE 86400 x", "AUTH PLAIN"}));
    CHECK(words.mail == Words{"SIZE=1000", "BODY=8BITMIME", "SMTPUTF8", "RET=HDRS", "ENVID=id+3D1+20+2Bx",
                              "REQUIRETLS", "MT-PRIORITY=-3", "BY=120;R", "HOLDFOR=60", "AUTH=<>"});
    CHECK(words.rcpt == Words{"NOTIFY=SUCCESS,DELAY", "ORCPT=rfc822;a+2Bb@example.com"});
    CHECK(words.not_offered.empty());
    CHECK(words.utf8);
    CHECK_FALSE(words.forbidden);
}

TEST_CASE("REQUIRETLS is not said outside TLS, even where it is offered there (RFC 8689 section 2)")
{
    EnvelopeSettings settings;
    settings.require_tls = true;
    const auto words = envelope_words(settings, {}, offering({"REQUIRETLS"}));
    CHECK(words.mail.empty());
    CHECK(words.forbidden);
    REQUIRE(words.not_offered.size() == 1);
    CHECK(words.not_offered.front().text() == "REQUIRETLS (only within TLS)");
    settings.unoffered = true;
    CHECK(envelope_words(settings, {}, offering({})).mail == Words{"REQUIRETLS"});
}

TEST_CASE("what is not offered is left out, and named; or said all the same")
{
    auto settings = everything();
    const auto words = envelope_words(settings, {}, offering({}));
    CHECK(words.mail.empty());
    CHECK(words.rcpt.empty());
    CHECK(words.not_offered.size() == 12);
    CHECK(words.not_offered.front() == UnofferedWord{"SIZE", "SIZE"});
    CHECK(words.forbidden); // REQUIRETLS is among them

    settings.unoffered = true;
    const auto all = envelope_words(settings, {}, offering({}));
    CHECK(all.mail.size() == 10);
    CHECK(all.not_offered.empty());
}

TEST_CASE("an envelope without a message goes without DSN; a message does not")
{
    EnvelopeSettings settings;
    settings.notify = "NEVER";
    EnvelopeNeeds needs;
    CHECK_FALSE(envelope_words(settings, needs, offering({})).forbidden);
    needs.message = true;
    CHECK(envelope_words(settings, needs, offering({})).forbidden);
}

TEST_CASE("an internationalised address is not said without SMTPUTF8")
{
    EnvelopeNeeds needs;
    needs.utf8 = true;
    CHECK(envelope_words({}, needs, offering({})).forbidden);
    CHECK(envelope_words({}, needs, offering({"SMTPUTF8"})).mail == Words{"SMTPUTF8"});
}

TEST_CASE("the size of a message is told where that is offered, and is no demand")
{
    EnvelopeNeeds needs;
    needs.message = true;
    needs.message_size = 77;
    CHECK(envelope_words({}, needs, offering({"SIZE 1000"})).mail == Words{"SIZE=77"});
    const auto without = envelope_words({}, needs, offering({}));
    CHECK(without.mail.empty());
    CHECK_FALSE(without.forbidden);
    EnvelopeSettings settings;
    settings.size = 5;
    CHECK(envelope_words(settings, needs, offering({"SIZE"})).mail == Words{"SIZE=5"});
}

TEST_CASE("eight-bit messages ask for 8BITMIME, and binary ones for BINARYMIME")
{
    EnvelopeNeeds needs;
    needs.eight_bit = true;
    CHECK(envelope_words({}, needs, offering({"8BITMIME"})).mail == Words{"BODY=8BITMIME"});
    EnvelopeSettings settings;
    settings.body = "BINARYMIME";
    CHECK(envelope_words(settings, {}, offering({"8BITMIME"})).not_offered ==
          std::vector<UnofferedWord>{{"BODY", "BINARYMIME"}});
}
