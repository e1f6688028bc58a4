// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "smtp/message_lines.hpp"

using namespace smtpprobe;

namespace {

/// In pieces of that many octets.
std::string lines_of(std::string_view bytes, std::size_t piece = 1000)
{
    MessageLines lines;
    std::string out;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size())))
        lines.take(bytes.substr(0, piece), out);
    lines.finish(out);
    CHECK(lines.octets() == out.size());
    return out;
}

std::string stuffed(std::string_view lines, std::size_t piece = 1000)
{
    DotStuffing stuffing;
    std::string out;
    for (; !lines.empty(); lines.remove_prefix(std::min(piece, lines.size())))
        stuffing.take(lines.substr(0, piece), out);
    return out;
}

} // namespace

TEST_CASE("Every line of a message ends in CRLF, whatever ended it before")
{
    const auto [given, sent] = GENERATE(table<std::string, std::string>({
        {"", ""},
        {"one\r\ntwo\r\n", "one\r\ntwo\r\n"},
        {"one\ntwo\n", "one\r\ntwo\r\n"},
        {"one\rtwo\r", "one\r\ntwo\r\n"},
        {"one\r\ntwo\nthree\rfour", "one\r\ntwo\r\nthree\r\nfour\r\n"},
        {"no line end", "no line end\r\n"},
        {"\n\n", "\r\n\r\n"},
        {"\r\r", "\r\n\r\n"},
        {"twice converted\r\r\nnext\r\r\n", "twice converted\r\nnext\r\n"},
        {".\r\n", ".\r\n"},
        {"smuggled\n.\nQUIT\r.\rQUIT", "smuggled\r\n.\r\nQUIT\r\n.\r\nQUIT\r\n"},
    }));
    const std::size_t piece = GENERATE(1U, 2U, 3U, 1000U);
    INFO(given << " in pieces of " << piece);
    CHECK(lines_of(given, piece) == sent);
}

TEST_CASE("No octet of a message but line ends is changed")
{
    std::string all;
    for (int value = 0; value < 256; ++value)
        if (value != '\r' && value != '\n')
            all += static_cast<char>(value);
    CHECK(lines_of(all, 7) == all + "\r\n");
}

TEST_CASE("What a server may not take is noticed while a message's lines pass")
{
    MessageLines lines;
    std::string out;
    lines.take("short\r\n" + std::string(999, 'x') + "\ncaf\xc3\xa9\r\r\n", out);
    lines.finish(out);
    CHECK(lines.longest_line() == 999);
    CHECK(lines.eight_bit());
    CHECK_FALSE(lines.has_nul());
    CHECK(lines.stray_carriage_returns() == 1);

    MessageLines plain;
    plain.take(std::string("a\0b\r\n", 5), out);
    plain.finish(out);
    CHECK_FALSE(plain.eight_bit());
    CHECK(plain.has_nul());
    CHECK(plain.longest_line() == 3);
    CHECK(plain.stray_carriage_returns() == 0);
}

TEST_CASE("A line that begins with a dot gets another one, wherever the pieces are cut")
{
    const auto [given, sent] = GENERATE(table<std::string, std::string>({
        {"", ""},
        {".\r\n", "..\r\n"},
        {"..\r\n", "...\r\n"},
        {"a.b\r\n.c\r\n..\r\nd.\r\n", "a.b\r\n..c\r\n...\r\nd.\r\n"},
        {"\r\n.\r\n", "\r\n..\r\n"},
    }));
    const std::size_t piece = GENERATE(1U, 2U, 3U, 1000U);
    INFO(given << " in pieces of " << piece);
    CHECK(stuffed(given, piece) == sent);
}

TEST_CASE("No message can hold the end of its transfer")
{
    // Every text of up to five of these octets, as it goes over, ends nowhere but where we end it.
    constexpr std::string_view kOctets = "\r\n.a";
    for (std::size_t number = 0; number < 4U * 4 * 4 * 4 * 4; ++number) {
        std::string text;
        for (std::size_t rest = number, i = 0; i < 5; ++i, rest /= 4)
            text += kOctets[rest % 4];
        const auto sent = "\r\n" + stuffed(lines_of(text, 2), 2);
        CHECK(sent.find("\r\n.\r\n") == std::string::npos);
        CHECK(sent.ends_with("\r\n"));
        for (std::size_t at = 0; at < sent.size(); ++at) {
            if (sent[at] == '\r')
                CHECK(sent.substr(at, 2) == "\r\n");
            if (sent[at] == '\n')
                CHECK(sent.substr(at - 1, 2) == "\r\n");
        }
    }
}
