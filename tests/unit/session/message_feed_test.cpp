// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <algorithm>
#include <iterator>
#include <string>

#include "session/message_feed.hpp"

using namespace smtpprobe;

namespace {

class TextSource : public MessageSource {
public:
    explicit TextSource(std::string text, std::size_t most = 7) : text_(std::move(text)), most_(most) {}

    std::size_t read(char* into, std::size_t room) override
    {
        const auto got = std::min({room, most_, text_.size() - at_});
        std::copy_n(text_.data() + at_, got, into);
        at_ += got;
        return got;
    }
    const char* failed() const override { return why_; }
    void fail(const char* why) { why_ = why; }

private:
    std::string text_;
    std::size_t most_;
    std::size_t at_ = 0;
    const char* why_ = nullptr;
};

std::string all_lines(MessageFeed& feed)
{
    std::string wire;
    for (auto piece = feed.next_lines(); !piece.empty(); piece = feed.next_lines())
        wire += piece;
    return wire;
}

} // namespace

TEST_CASE("lines go over dot-stuffed, with the final dot behind them")
{
    TextSource source(".a\r\n..\r\nb\r\n");
    MessageFeed feed(source);
    CHECK(all_lines(feed) == "..a\r\n...\r\nb\r\n.\r\n");
    CHECK(feed.streamed().octets == 11);
    CHECK(feed.streamed().last);

    TextSource empty("");
    MessageFeed nothing(empty);
    CHECK(all_lines(nothing) == ".\r\n");
}

TEST_CASE("a large message is never held whole")
{
    std::string text;
    while (text.size() < 1'000'000)
        text += ".0123456789\r\n";
    TextSource source(text, 100'000);
    MessageFeed feed(source);
    std::size_t octets = 0;
    for (auto piece = feed.next_lines(); !piece.empty(); piece = feed.next_lines()) {
        CHECK(piece.size() < 80'000);
        octets += piece.size();
    }
    CHECK(octets == text.size() + text.size() / 13 + 3);
    CHECK(feed.streamed().octets == text.size());
}

TEST_CASE("chunks are as large as they may be, and the last one says so")
{
    TextSource source("0123456789");
    MessageFeed feed(source);
    CHECK(feed.next_chunk(4) == "BDAT 4\r\n0123");
    CHECK_FALSE(feed.streamed().last);
    CHECK(feed.next_chunk(4) == "BDAT 4\r\n4567");
    CHECK(feed.next_chunk(4) == "BDAT 2 LAST\r\n89");
    CHECK(feed.streamed().last);

    TextSource even("01234567");
    MessageFeed whole(even);
    CHECK(whole.next_chunk(4) == "BDAT 4\r\n0123");
    CHECK(whole.next_chunk(4) == "BDAT 4 LAST\r\n4567");

    TextSource empty("");
    MessageFeed nothing(empty);
    CHECK(nothing.next_chunk(4) == "BDAT 0 LAST\r\n");
}

TEST_CASE("a message that ends early is not ended by a dot")
{
    TextSource source("half of it");
    source.fail("the file has become shorter");
    MessageFeed feed(source);
    CHECK(all_lines(feed).find(".\r\n") == std::string::npos);
}

TEST_CASE("an odd end stands between the message and the proper end, once, and is all that is not in lines")
{
    struct Case {
        OddEnd odd;
        std::string octets;
    };
    const Case cases[] = {
        {OddEnd::lf_dot_lf, "\n.\n"},
        {OddEnd::lf_dot_crlf, "\n.\r\n"},
        {OddEnd::cr_dot_cr, "\r.\r"},
        {OddEnd::cr_dot_crlf, "\r.\r\n"},
        {OddEnd::crlf_dot_lf, "\r\n.\n"},
        {OddEnd::crlf_dot_cr, "\r\n.\r"},
        {OddEnd::crlf_nul_dot_crlf, {"\r\n\0.\r\n", 6}},
    };
    CHECK(std::size(cases) == std::size(kOddEnds));
    for (const auto& each : cases) {
        TextSource source("Subject: x\r\n\r\n.dot\r\n");
        MessageFeed feed(source, each.odd);
        CHECK(all_lines(feed) ==
              "Subject: x\r\n\r\n..dot\r\nThe odd end of this message stands behind this line." +
                  each.octets + "XSMTPPROBE this line still belongs to the message\r\n.\r\n");
        CHECK(feed.streamed().octets == 20);
    }
    TextSource broken("half");
    broken.fail("gone");
    MessageFeed half(broken, OddEnd::lf_dot_lf);
    CHECK(all_lines(half).find('.') == std::string::npos);
}
