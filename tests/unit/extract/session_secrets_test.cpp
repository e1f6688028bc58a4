// SPDX-License-Identifier: Apache-2.0
// What no session may give away, and what none may break.
#include <catch2/catch.hpp>

#include "extract/spoken_session.hpp"
#include "mentions.hpp"

using namespace smtpprobe;
using namespace mentions;

namespace {

bool tells(const std::vector<Mention>& all, std::string_view secret)
{
    for (const auto& mention : all)
        for (const auto& text :
             {mention.text, mention.evidence.words, mention.sender, mention.recipient, mention.host})
            if (text.find(secret) != std::string::npos)
                return true;
    return false;
}

} // namespace

TEST_CASE("What a client sends in AUTH gets into no Mention")
{
    const auto all =
        read_session("220 mx\nEHLO me.example\n250 AUTH PLAIN LOGIN\nAUTH LOGIN\n334 VXNlcm5hbWU6\n"
                     "bXl1c2Vy\n334 UGFzc3dvcmQ6\nc2VjcmV0cHc=\n535 5.7.8 Not c2VjcmV0cHc= again\n"
                     "AUTH PLAIN AG1lAHNlY3JldHB3\n500 5.5.2 What is AUTH PLAIN AG1lAHNlY3JldHB3\n");
    CHECK(briefs(all) == Strings{"1 greeting 220 - -", "3 ehlo 250 - -", "5 auth 334 - -", "7 auth 334 - -",
                                 "9 auth 535 5.7.8 -", "11 auth 500 5.5.2 -"});
    CHECK_FALSE(tells(all, "c2VjcmV0cHc="));
    CHECK_FALSE(tells(all, "AG1lAHNlY3JldHB3"));
    CHECK_FALSE(tells(all, "bXl1c2Vy"));
    CHECK(all.back().text == "500 5.5.2 What is AUTH PLAIN ***");
}

TEST_CASE("A password behind a reply to AUTH without an end is no line of that reply")
{
    const auto all =
        read_session("220 mx\nEHLO me.example\n250 AUTH LOGIN\nAUTH LOGIN\n334-more\nc2VjcmV0cHc=\n"
                     "535 5.7.8 no\n");
    CHECK_FALSE(tells(all, "c2VjcmV0cHc="));
    CHECK(briefs(all).back() == "7 - 535 5.7.8 -");
}

TEST_CASE("A password that looks like a command is none")
{
    SpokenSession conversation;
    std::vector<Mention> all;
    conversation.client("AUTH LOGIN");
    conversation.server("334 UGFzc3dvcmQ6", 1, all);
    conversation.client("RCPT TO:<secret@x.example>");
    conversation.server("535 no", 2, all);
    CHECK(briefs(all) == Strings{"1 auth 334 - -", "2 auth 535 - -"});
}

TEST_CASE("Thousands of commands without an answer stay bounded, and the last ones count")
{
    SpokenSession conversation;
    std::vector<Mention> all;
    conversation.client("RCPT TO:<forgotten@x.example>");
    for (int i = 0; i < 1000; ++i)
        conversation.client("NOOP");
    conversation.server("250 ok", 1, all);
    CHECK(briefs(all) == Strings{"1 noop 250 - -"});
}

TEST_CASE("A reply without an end stays bounded")
{
    SpokenSession conversation;
    std::vector<Mention> all;
    for (int i = 0; i < 100000; ++i)
        conversation.server("550-and another line of it", 1, all);
    CHECK(all.empty());
    conversation.end(all);
    REQUIRE(all.size() == 1);
    CHECK(all.front().text.size() <= kMaxLine);
}

TEST_CASE("A reply that another one interrupts is told as far as it went")
{
    SpokenSession conversation;
    std::vector<Mention> all;
    conversation.client("EHLO me.example");
    conversation.server("250-mx.example", 1, all);
    conversation.server("421 4.3.2 Shutting down", 2, all);
    CHECK(briefs(all) == Strings{"1 ehlo 250 - -", "2 - 421 4.3.2 -"});
}

TEST_CASE("A long line, NUL bytes and noise are read without harm")
{
    std::string text = "Trying 192.0.2.9...\nConnected to mx.\n220 ";
    text += std::string(1 << 20, 'x');
    text += std::string("\nEHLO \0\n250 \0ok\n", 16);
    text += "\xff\xfe<- \n -> \n*** \n>>> \n";
    const auto all = read_session(text);
    REQUIRE(all.size() == 2);
    CHECK(all.front().text.size() <= kMaxLine);
    CHECK(read_session("").empty());
    CHECK(read_session("\n\n\n").empty());
}

TEST_CASE("A password that looks like a reply is none")
{
    const auto all = read_session("220 mx\nEHLO me.example\n250 AUTH LOGIN\nAUTH LOGIN\n334 UGFzc3dvcmQ6\n"
                                  "250 pass word\n535 5.7.8 Not pass here\nQUIT\n221 bye\n");
    CHECK(briefs(all) == Strings{"1 greeting 220 - -", "3 ehlo 250 - -", "5 auth 334 - -",
                                 "7 auth 535 5.7.8 -", "9 quit 221 - -"});
    CHECK_FALSE(tells(all, "pass"));
    CHECK_FALSE(tells(all, "word"));
}
