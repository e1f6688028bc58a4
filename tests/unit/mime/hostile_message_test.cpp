// SPDX-License-Identifier: Apache-2.0
// No bytes take the reader down, or much of its memory. Without the bounds each of these ends the
// process or does not end.
#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

#include "extract/bounce.hpp"
#include "mime/message_bounds.hpp"
#include "mime/read_message.hpp"

using namespace smtpprobe;

namespace {

std::string repeated(const std::string& text, std::size_t times)
{
    std::string all;
    all.reserve(text.size() * times);
    for (std::size_t i = 0; i < times; ++i)
        all += text;
    return all;
}

struct Size {
    std::size_t parts = 0;
    std::size_t depth = 0;
    std::size_t most_headers = 0;
    std::size_t most_text = 0;

    void add(const MessagePart& part, std::size_t level)
    {
        ++parts;
        depth = std::max(depth, level);
        most_headers = std::max(most_headers, part.headers.size());
        most_text = std::max(most_text, part.text.size());
        for (const MessagePart& child : part.children)
            add(child, level + 1);
    }
};

Size size_of(const std::string& bytes)
{
    const auto message = read_message(bytes);
    REQUIRE(message);
    read_bounce(*message);
    Size size;
    size.add(*message, 0);
    return size;
}

} // namespace

TEST_CASE("Parts within parts end at a bound")
{
    std::string nested;
    for (int i = 0; i < 5000; ++i) {
        const std::string boundary = "b" + std::to_string(i);
        nested += "Content-Type: multipart/mixed; boundary=" + boundary + "\n\n--" + boundary + "\n";
    }
    CHECK(size_of(nested + "end").depth <= kMostDepth);
    CHECK(size_of(repeated("Content-Type: message/rfc822\n\n", 5000)).depth <= kMostDepth);
}

TEST_CASE("The number of parts, of headers and the length of a text have bounds")
{
    CHECK(size_of("Content-Type: multipart/mixed; boundary=b\n\n" + repeated("--b\n\nx\n", 5000)).parts ==
          kMostParts);
    CHECK(size_of(repeated("A: b\n", 5000)).most_headers == kMostHeaders);
    CHECK(size_of("Subject: x\n\n" + repeated("0123456789\n", 100'000)).most_text <= kMostPartBytes);
}

TEST_CASE("Addresses in groups in groups do not exhaust the stack")
{
    CHECK(size_of(repeated("To: " + repeated("a:", 1990) + "\n", 2000) + "\n").parts == 1);
    CHECK(size_of(repeated("From : " + repeated("a:", 1990) + "\n", 2000) + "\n").parts == 1);
}

TEST_CASE("Any single byte, and a long line of it, is read")
{
    for (int byte = 0; byte < 256; ++byte) {
        const std::string bytes(2'000, static_cast<char>(byte));
        CHECK(read_message(bytes));
        CHECK(read_message("A: b\nContent-Type: text/plain; charset=iso-2022-jp\n\n" + bytes));
        CHECK(read_message("Subject: " + bytes + "\n\n" + bytes));
    }
}
