// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "smtp/limits.hpp"
#include "smtp/reply_reader.hpp"

using namespace smtpprobe;

namespace {

using Breaches = std::vector<Breach>;

/// What comes of these bytes, one line an item: `250 text [breach,…]`, `malformed: …`, `too-long: …`.
std::vector<std::string> read(std::string_view bytes, std::size_t piece = std::string_view::npos)
{
    ReplyReader reader;
    std::vector<std::string> items;
    while (!bytes.empty()) {
        const auto part = bytes.substr(0, piece);
        bytes.remove_prefix(part.size());
        reader.feed(part);
        while (const auto next = reader.next()) {
            if (const auto* end = std::get_if<Unreadable>(&*next)) {
                items.push_back(std::string(name(end->kind)) + ": " + end->bytes);
                return items;
            }
            const auto& heard = std::get<HeardReply>(*next);
            std::string item = heard.reply.text();
            for (const auto breach : heard.breaches)
                item += " [" + std::string(name(breach)) + ']';
            items.push_back(item);
        }
    }
    return items;
}

using Items = std::vector<std::string>;

HeardReply one(std::string_view bytes)
{
    ReplyReader reader;
    reader.feed(bytes);
    auto next = reader.next();
    REQUIRE(next);
    REQUIRE(std::holds_alternative<HeardReply>(*next));
    return std::get<HeardReply>(*std::move(next));
}

} // namespace

TEST_CASE("a reply of one line is read")
{
    CHECK(read("220 mx.example.com ESMTP\r\n") == Items{"220 mx.example.com ESMTP"});
    CHECK(read("250 \r\n") == Items{"250 "});
}

TEST_CASE("a reply of several lines is one reply")
{
    const auto heard = one("250-mx.example.com\r\n250-SIZE 1\r\n250 HELP\r\n");
    CHECK(heard.reply.code() == 250);
    CHECK(heard.reply.lines() == Items{"mx.example.com", "SIZE 1", "HELP"});
    CHECK(heard.breaches.empty());
}

TEST_CASE("replies that come together are given one by one")
{
    CHECK(read("250 a\r\n250-b\r\n250 c\r\n221 d\r\n") == Items{"250 a", "250-b\n250 c", "221 d"});
}

TEST_CASE("nothing is given before a reply is whole")
{
    ReplyReader reader;
    for (const auto part : {"2", "50-a", "\r", "\n", "250", " b\r"}) {
        reader.feed(part);
        CHECK_FALSE(reader.next());
        CHECK_FALSE(reader.empty());
    }
    CHECK(reader.pending() == "250-a\r\n250 b\r");
    reader.feed("\n");
    CHECK(reader.next());
    CHECK(reader.empty());
    CHECK(reader.pending().empty());
}

TEST_CASE("how the bytes are cut changes nothing")
{
    const std::string long_line(600, 'x');
    const std::string all =
        "220-mx\r\n220 mx\r\n\r\n250-a\n550-b\r\r\nstray\r\n451c\r\n250\r\n250 \x01\xff\r\n"
        "550 2.0.0 " +
        long_line + "\r\n354 go\r\n* OK\r\n";
    const auto whole = read(all);
    REQUIRE(whole.size() == 7);
    CHECK(whole.back().starts_with("malformed: * OK"));
    for (std::size_t piece = 1; piece < 40; ++piece)
        CHECK(read(all, piece) == whole);
    // Once at every place.
    for (std::size_t cut = 1; cut < all.size(); ++cut) {
        ReplyReader reader;
        std::size_t count = 0;
        for (const auto part : {std::string_view(all).substr(0, cut), std::string_view(all).substr(cut)}) {
            reader.feed(part);
            for (auto next = reader.next(); next && std::holds_alternative<HeardReply>(*next);
                 next = reader.next())
                ++count;
        }
        CHECK(count == 6);
    }
}

TEST_CASE("each breach is seen, and the reply read all the same")
{
    const auto breaches = [](std::string_view bytes) { return one(bytes).breaches; };
    CHECK(breaches("220 x\n") == Breaches{Breach::bare_line_feed});
    CHECK(breaches("220-x\n220 x\r\n") == Breaches{Breach::bare_line_feed});
    CHECK(breaches("220 x\ry\r\n") == Breaches{Breach::bare_carriage_return});
    CHECK(breaches("220 x\r\r\n") == Breaches{Breach::bare_carriage_return});
    CHECK(breaches("250-a\r\n451 b\r\n") == Breaches{Breach::mixed_codes});
    CHECK(breaches("250OK\r\n") == Breaches{Breach::no_separator});
    CHECK(breaches("250_OK\r\n") == Breaches{Breach::no_separator});
    CHECK(breaches("250\tOK\r\n") == Breaches{Breach::no_separator});
    CHECK(breaches("250\r\n") == Breaches{Breach::code_only});
    CHECK(breaches("250-a\r\nstray\r\n250 b\r\n") == Breaches{Breach::stray_line});
    CHECK(breaches("\r\n250 a\r\n") == Breaches{Breach::empty_line});
    CHECK(breaches("250-a\r\n \t\r\n250 a\r\n") == Breaches{Breach::empty_line});
    CHECK(breaches(std::string_view("250 a\0b\r\n", 9)) == Breaches{Breach::nul_byte});
    CHECK(breaches("250 \x1b[2J\r\n") == Breaches{Breach::control_byte});
    CHECK(breaches("250 \x7f\r\n") == Breaches{Breach::control_byte});
    CHECK(breaches("250 \x80\r\n") == Breaches{Breach::non_ascii});
    CHECK(breaches("250 a\tb\r\n").empty());
    CHECK(breaches("250 5.1.1 x\r\n") == Breaches{Breach::status_contradicts_code});
    CHECK(breaches("550 2.0.0 x\r\n") == Breaches{Breach::status_contradicts_code});
    CHECK(breaches("450 5.7.1 x\r\n") == Breaches{Breach::status_contradicts_code});
    CHECK(breaches("550 5.7.1 x\r\n").empty());
}

TEST_CASE("several breaches stand once each, in the order of the enum")
{
    CHECK(one("250-\xff\n550-\xff\n451 5.0.0\x01\r\n").breaches ==
          Breaches{Breach::bare_line_feed, Breach::mixed_codes, Breach::control_byte, Breach::non_ascii,
                   Breach::status_contradicts_code});
}

TEST_CASE("a breach counts for its own reply alone")
{
    CHECK(read("250 a\n250 b\r\n") == Items{"250 a [bare-line-feed]", "250 b"});
}

TEST_CASE("the last line's code counts")
{
    CHECK(one("250-a\r\n550 b\r\n").reply.code() == 550);
    CHECK(one("550-a\r\n250 b\r\n").reply.code() == 250);
}

TEST_CASE("a stray line is kept as it came")
{
    CHECK(one("220-a\r\n No spam!\r\n220 b\r\n").reply.lines() == Items{"a", " No spam!", "b"});
}

TEST_CASE("a line of 512 octets is right, one of 513 is too long, and both are read")
{
    const auto line = [](std::size_t size) { return "250 " + std::string(size - 6, 'x') + "\r\n"; };
    CHECK(one(line(512)).breaches.empty());
    CHECK(one(line(513)).breaches == Breaches{Breach::line_too_long});
    CHECK(one(line(kMaxReplyLine)).breaches == Breaches{Breach::line_too_long});
}

TEST_CASE("other protocols' greetings are no replies, and are kept")
{
    for (const std::string line : {"SSH-2.0-OpenSSH_9.2", "HTTP/1.1 400 Bad Request", "* OK IMAP4rev1",
                                   "+OK ready", "22 x", "2200 x", " 220 x", "220.5"}) {
        const bool is_reply = line == "220.5"; // no separator, but nothing else is read from it
        const auto items = read(line + "\r\n");
        REQUIRE(items.size() == 1);
        CHECK(items[0] == (is_reply ? "220 .5 [no-separator]" : "malformed: " + line + "\r\n"));
    }
}

TEST_CASE("codes that SMTP does not have are not read")
{
    for (const std::string line : {"000 x", "100 x", "199 x", "600 x", "999-x"})
        CHECK(read(line + "\r\n") == Items{"malformed: " + line + "\r\n"});
    CHECK(read("250-a\r\n150 b\r\n") == Items{"malformed: 250-a\r\n150 b\r\n"});
    CHECK(read("200 x\r\n599 y\r\n") == Items{"200 x", "599 y"});
}

TEST_CASE("what cannot be read is so for ever")
{
    ReplyReader reader;
    reader.feed("nonsense\r\n");
    for (int i = 0; i < 3; ++i) {
        const auto next = reader.next();
        REQUIRE(next);
        REQUIRE(std::holds_alternative<Unreadable>(*next));
        CHECK(std::get<Unreadable>(*next).kind == FaultKind::malformed);
        CHECK(std::get<Unreadable>(*next).bytes == "nonsense\r\n");
        reader.feed("250 ok\r\n");
    }
}

TEST_CASE("a line is given up when it grows over the limit, with its end or without")
{
    for (const auto end : {"", "\r\n"}) {
        const std::string_view line_end = end;
        const auto items = read("250 " + std::string(kMaxReplyLine - 3 - line_end.size(), 'x') + end);
        REQUIRE(items.size() == 1);
        CHECK(items[0] == "too-long: 250 " + std::string(kMaxEvidence - 4, 'x'));
    }
}

TEST_CASE("a challenge may be as long as RFC 4954 wants it, and another reply not")
{
    const auto told = [](const std::string& line, bool may) {
        ReplyReader reader;
        reader.challenge_may_come(may);
        reader.feed(line);
        return *reader.next();
    };
    const auto line = [](const char* code, std::size_t octets) {
        return code + std::string(octets - 6, 'x') + "\r\n";
    };
    const auto challenge = told(line("334 ", 12288), true);
    REQUIRE(std::holds_alternative<HeardReply>(challenge));
    CHECK(std::get<HeardReply>(challenge).breaches.empty());
    CHECK(std::get<Unreadable>(told(line("334 ", 12289), true)).kind == FaultKind::too_long);
    CHECK(std::get<Unreadable>(told(line("334 ", 12288), false)).kind == FaultKind::too_long);
    CHECK(std::get<HeardReply>(told(line("535 ", 600), true)).breaches ==
          std::vector<Breach>{Breach::line_too_long});
}

TEST_CASE("a reply of too many lines is given up")
{
    std::string lines;
    for (std::size_t i = 1; i < kMaxReplyLines; ++i)
        lines += "250-a\r\n";
    CHECK(read(lines + "250 b\r\n").front().starts_with("250-a\n"));
    CHECK(read(lines + "250-a\r\n250 b\r\n").front().starts_with("too-long: 250-a\r\n"));
    std::string empty_lines;
    for (std::size_t i = 0; i <= kMaxReplyLines; ++i)
        empty_lines += "\r\n";
    CHECK(read(empty_lines).front().starts_with("too-long: "));
}

TEST_CASE("a reply of too many bytes is given up")
{
    const auto line = "250-" + std::string(1000, 'x') + "\r\n";
    std::string lines;
    while (lines.size() + line.size() <= kMaxReplyBytes)
        lines += line;
    CHECK(read(lines + "250 b\r\n").front().starts_with("250-x"));
    CHECK(read(lines + line).front().starts_with("too-long: 250-x"));
}

TEST_CASE("a session of too many bytes is given up, when what came before is read")
{
    const auto line = "250 " + std::string(500, 'x') + "\r\n";
    std::string all;
    while (all.size() <= kMaxSessionBytes)
        all += line;
    const auto whole = read(all);
    CHECK(whole.size() == kMaxSessionBytes / line.size() + 1);
    CHECK(whole.back().starts_with("too-long: "));
    CHECK(read(all, 1000) == whole);

    ReplyReader reader; // also over a clear()
    for (std::size_t fed = 0; fed <= kMaxSessionBytes; fed += line.size()) {
        reader.feed(line);
        reader.clear();
    }
    CHECK(std::holds_alternative<Unreadable>(reader.next().value()));
}

TEST_CASE("a reply that was there before the command is early")
{
    ReplyReader reader;
    reader.feed("220 a\r\n250-b\r\n");
    CHECK(std::get<HeardReply>(*reader.next()).breaches.empty());
    reader.command_sent();
    reader.feed("250 b\r\n250 c\r\n");
    CHECK(std::get<HeardReply>(*reader.next()).breaches == Breaches{Breach::early_reply});
    CHECK(std::get<HeardReply>(*reader.next()).breaches.empty());
}

TEST_CASE("an empty line that was there before does not make the reply early")
{
    ReplyReader reader;
    reader.feed("220 a\r\n\r\n");
    CHECK(reader.next());
    reader.command_sent();
    reader.feed("250 b\r\n");
    CHECK(std::get<HeardReply>(*reader.next()).breaches == Breaches{Breach::empty_line});
}

TEST_CASE("what stands behind a reply is seen before it is read")
{
    ReplyReader reader;
    reader.feed("220 go ahead\r\n250 injected\r\n");
    CHECK(reader.next());
    CHECK_FALSE(reader.empty());
    CHECK(reader.pending() == "250 injected\r\n");
    reader.clear();
    CHECK(reader.empty());
    CHECK_FALSE(reader.next());
    reader.feed("250 real\r\n");
    CHECK(std::get<HeardReply>(*reader.next()).reply.words() == "real");
}

TEST_CASE("clearing forgets half a reply and its breaches")
{
    ReplyReader reader;
    reader.feed("250-a\nxyz");
    CHECK_FALSE(reader.next());
    reader.clear();
    CHECK(reader.empty());
    reader.feed("354 b\r\n");
    const auto next = reader.next();
    CHECK(std::get<HeardReply>(*next).reply.text() == "354 b");
    CHECK(std::get<HeardReply>(*next).breaches.empty());
}

TEST_CASE("pending evidence is bounded")
{
    ReplyReader reader;
    reader.feed("250-" + std::string(3000, 'x') + "\r\n250-" + std::string(3000, 'y'));
    CHECK_FALSE(reader.next());
    CHECK(reader.pending() == "250-" + std::string(kMaxEvidence - 4, 'x'));
}
