// SPDX-License-Identifier: Apache-2.0
#include "smtpprobe/verb.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

using namespace smtpprobe;

namespace {

bool is_plain_text(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::string_view reply_of(std::string_view verb, int code)
{
    for (const VerbReply& reply : find_verb(verb)->replies)
        if (reply.code == code)
            return reply.means;
    return "";
}

} // namespace

TEST_CASE("Every verb that lists of commands name is known, in any case of letters")
{
    for (const std::string_view name :
         {"ATRN", "AUTH",    "BDAT",     "BURL",    "DATA",          "EHLO",      "ETRN", "EXPN",
          "HELO", "HELP",    "LHLO",     "MAIL",    "NOOP",          "ONEX",      "QUIT", "RCPT",
          "RSET", "SAML",    "SEND",     "SOML",    "STARTTLS",      "SUBMITTER", "TURN", "VERB",
          "VRFY", "XCLIENT", "XFORWARD", "XEXCH50", "X-ANONYMOUSTLS"}) {
        CAPTURE(name);
        REQUIRE(find_verb(name) != nullptr);
        CHECK(find_verb(name)->name == name);
    }
    CHECK(all_verbs().size() == 29);
    CHECK(find_verb("starttls") == find_verb("StartTLS"));
    CHECK(find_verb("") == nullptr);
    CHECK(find_verb("MAI") == nullptr);
    CHECK(find_verb("MAIL FROM") == nullptr);
}

TEST_CASE("Verbs stand in the order of the alphabet, their replies ascend")
{
    for (std::size_t i = 1; i < all_verbs().size(); ++i)
        CHECK(all_verbs()[i - 1].name < all_verbs()[i].name);
    for (const Verb& verb : all_verbs()) {
        CAPTURE(verb.name);
        CHECK_FALSE(verb.replies.empty());
        for (std::size_t i = 1; i < verb.replies.size(); ++i)
            CHECK(verb.replies[i - 1].code < verb.replies[i].code);
        for (const VerbReply& reply : verb.replies)
            CHECK((reply.code >= 200 && reply.code < 600));
    }
}

TEST_CASE("What is told of a verb is plain, short, and has a source")
{
    for (const Verb& verb : all_verbs()) {
        CAPTURE(verb.name);
        CHECK(verb.syntax.find(verb.name) != std::string_view::npos);
        CHECK(verb.syntax.size() <= 110);
        CHECK(verb.does.size() <= 330);
        CHECK(verb.does.ends_with('.'));
        CHECK_FALSE(verb.source.empty());
        for (const std::string_view text : {verb.name, verb.syntax, verb.does})
            CHECK(is_plain_text(text));
        for (const auto texts : {verb.by_hand, verb.source})
            for (const std::string_view text : texts) {
                CAPTURE(text);
                CHECK(is_plain_text(text));
                CHECK(text.size() <= 215);
                CHECK(text.find("  ") == std::string_view::npos);
                CHECK(std::count(text.begin(), text.end(), '`') % 2 == 0);
            }
        for (const VerbReply& reply : verb.replies) {
            CHECK_FALSE(reply.means.empty());
            CHECK_FALSE(reply.means.ends_with('.'));
            CHECK(reply.means.size() <= 80);
            CHECK(is_plain_text(reply.means));
        }
    }
}

TEST_CASE("A code means what it means at this verb")
{
    CHECK(reply_of("ETRN", 251) == "no mail is waiting");
    CHECK(reply_of("VRFY", 251) == "it is elsewhere and will be forwarded");
    CHECK(reply_of("ATRN", 453) == "no mail is waiting");
    CHECK(reply_of("STARTTLS", 220) == "go on with the handshake");
    CHECK(reply_of("QUIT", 250).empty());
}

TEST_CASE("The standing of a verb is told, and a parameter is called one")
{
    CHECK(find_verb("MAIL")->standing == VerbStanding::current);
    CHECK(find_verb("BDAT")->standing == VerbStanding::extension);
    CHECK(find_verb("TURN")->standing == VerbStanding::obsolete);
    CHECK(find_verb("VERB")->standing == VerbStanding::never_a_standard);
    CHECK(find_verb("SUBMITTER")->does.find("parameter of MAIL") != std::string_view::npos);
}
