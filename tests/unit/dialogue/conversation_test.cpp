// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "dialogue/conversation.hpp"

using namespace smtpprobe;

namespace {

Conversation parsed(std::string_view text)
{
    auto conversation = parse_conversation(text);
    if (!conversation)
        FAIL(conversation.error());
    return *std::move(conversation);
}

std::string error(std::string_view text)
{
    const auto conversation = parse_conversation(text);
    return conversation ? "none" : conversation.error();
}

/// The bytes of the one server line in it.
std::string bytes_of(std::string_view line)
{
    const auto conversation = parsed(line);
    REQUIRE(conversation.lines.size() == 1);
    return conversation.lines[0].text;
}

} // namespace

TEST_CASE("a conversation is its headers and its lines")
{
    const auto conversation = parsed("# comment\n"
                                     "\n"
                                     "Title: Relay denied: really\n"
                                     "to: a@example.com\n"
                                     "to: b@example.com\n"
                                     "\n"
                                     "S: 220 mx\n"
                                     "# comment\n"
                                     "C: EHLO *\n"
                                     "S| half\n"
                                     "<TLS>\n"
                                     "!: pause 250ms\n"
                                     "!: alert 40\n"
                                     "!: timeout\n"
                                     "!: close\n"
                                     "!: reset\n");
    CHECK(conversation.header("title") == "Relay denied: really");
    CHECK(conversation.header("to") == "a@example.com");
    CHECK(conversation.headers.count("to") == 2);
    CHECK(conversation.header("from").empty());

    const auto& lines = conversation.lines;
    REQUIRE(lines.size() == 9);
    CHECK(lines[0].kind == LineKind::server);
    CHECK(lines[0].text == "220 mx\r\n");
    CHECK(lines[0].number == 7);
    CHECK(lines[1].kind == LineKind::client);
    CHECK(lines[1].text == "EHLO *");
    CHECK(lines[1].number == 9);
    CHECK(lines[2].kind == LineKind::server_raw);
    CHECK(lines[2].text == "half");
    CHECK(lines[3].kind == LineKind::tls);
    CHECK(lines[4].kind == LineKind::pause);
    CHECK(lines[4].pause == std::chrono::milliseconds(250));
    CHECK(lines[5].kind == LineKind::alert);
    CHECK(lines[5].alert == 40);
    CHECK(lines[6].kind == LineKind::timeout);
    CHECK(lines[7].kind == LineKind::close);
    CHECK(lines[8].kind == LineKind::reset);
}

TEST_CASE("a conversation needs no headers, and no line end at its end")
{
    CHECK(parsed("S: 220 mx").lines.size() == 1);
    CHECK(parsed("").lines.empty());
    CHECK(parsed("title: x\nS: 220").header("title") == "x");
}

TEST_CASE("a file with CRLF line ends reads the same")
{
    const auto conversation = parsed("title: x\r\n\r\nS: 220 mx\r\nC: QUIT\r\n");
    CHECK(conversation.header("title") == "x");
    CHECK(conversation.lines[0].text == "220 mx\r\n");
    CHECK(conversation.lines[1].text == "QUIT");
}

TEST_CASE("escapes stand for bytes")
{
    CHECK(bytes_of(R"(S| \r\n\t\\\0\x7f\xFF)") == std::string("\r\n\t\\\0\x7f\xff", 7));
    CHECK(bytes_of("S: ") == "\r\n");
    CHECK(bytes_of("S:") == "\r\n");
    CHECK(bytes_of("S:   two spaces") == "  two spaces\r\n");
    CHECK(bytes_of("S:tight") == "tight\r\n");
}

TEST_CASE("a repeated line is so many lines")
{
    CHECK(bytes_of("S*3: a") == "a\r\na\r\na\r\n");
    CHECK(bytes_of("S*4| b") == "bbbb");
    CHECK(bytes_of(R"(S*2| \n)") == "\n\n");
}

TEST_CASE("pauses are given in milliseconds, seconds and minutes")
{
    const auto pause = [](std::string_view text) { return parsed(text).lines.at(0).pause; };
    CHECK(pause("!: pause 0s") == Duration(0));
    CHECK(pause("!: pause 10ms") == std::chrono::milliseconds(10));
    CHECK(pause("!: pause 3s") == std::chrono::seconds(3));
    CHECK(pause("!:pause 60m") == std::chrono::minutes(60));
}

TEST_CASE("what is wrong is said with its line")
{
    for (const auto line : {"S: \\q",
                            "S: \\",
                            "S: \\x4",
                            "S: \\xg0",
                            "S*: a",
                            "S*0: a",
                            "S*x: a",
                            "S*5 a",
                            "!: pause",
                            "!: pause 3",
                            "!: pause s",
                            "!: pause 61m",
                            "!: pause 99999999999s",
                            "!: pause 3s 4s",
                            "!: alert",
                            "!: alert 256",
                            "!: alert x",
                            "!: explode",
                            "!:",
                            "!: close now",
                            "X: y",
                            "<tls>",
                            "hello"}) {
        CAPTURE(line);
        CHECK(error(std::string("\nS: 220\n") + line + "\n").starts_with("line 3: "));
    }
    CHECK(error("title\n\nS: 220") == "line 1: a header is `key: value`, not: title");
    CHECK(error("a b: c").starts_with("line 1: "));
    CHECK(error("title: x\n\nto: y").starts_with("line 3: "));
}

TEST_CASE("an error shows no control bytes")
{
    CHECK(error("S: 220\nX\x1b[2J\n").find('\x1b') == std::string::npos);
}

TEST_CASE("a conversation is bounded")
{
    CHECK(error(std::string(kMaxConversationBytes + 1, '#')) != "none");
    CHECK(error("S*4294967295: a").starts_with("line 1: "));
    CHECK(error("S*99999999999: a").starts_with("line 1: "));
    CHECK(bytes_of("S*4194304| a").size() == kMaxConversationBytes);
    CHECK(error("S*4194304| a\nS| b").starts_with("line 2: "));
    CHECK(error("S*4294967295|").starts_with("line 1: ")); // nothing, but four thousand million times
}

TEST_CASE("a C: line matches what the client said")
{
    CHECK(matches_client_line("QUIT", "QUIT"));
    CHECK(matches_client_line("quit", "QUIT"));
    CHECK(matches_client_line("mail from:<A@b>", "MAIL FROM:<A@b>"));
    CHECK_FALSE(matches_client_line("MAIL FROM:<a@b>", "MAIL FROM:<A@b>"));
    CHECK_FALSE(matches_client_line("EHLO a", "EHLO A"));
    CHECK_FALSE(matches_client_line("QUIT", "QUI"));
    CHECK_FALSE(matches_client_line("QUIT", "QUITE"));
    CHECK_FALSE(matches_client_line("QUIT", ""));
    CHECK(matches_client_line("", ""));
}

TEST_CASE("a star stands for any run of characters")
{
    CHECK(matches_client_line("EHLO *", "EHLO mx"));
    CHECK(matches_client_line("EHLO *", "EHLO "));
    CHECK_FALSE(matches_client_line("EHLO *", "EHLO"));
    CHECK(matches_client_line("*", ""));
    CHECK(matches_client_line("**", "x"));
    CHECK(matches_client_line("MAIL FROM:<*> SIZE=*", "MAIL FROM:<a@b> BODY=7BIT> SIZE=1"));
    CHECK(matches_client_line("*b", "aabab"));
    CHECK_FALSE(matches_client_line("*b", "aaba"));
    CHECK(matches_client_line("a*b*c", "aXbXbXc"));
    CHECK_FALSE(matches_client_line("a*b*c", "aXcXb"));
}
