// SPDX-License-Identifier: Apache-2.0
#include "render/progress.hpp"

#include <catch2/catch.hpp>

#include "base/printable.hpp"

using namespace smtpprobe;
using namespace std::chrono_literals;

TEST_CASE("the waiting line says what is waited for")
{
    Waiting waiting;
    waiting.elapsed = 12900ms;
    CHECK(progress_line(waiting, 80) == "12 s  working");
    waiting.lookups_open = 3;
    CHECK(progress_line(waiting, 80) == "12 s  DNS: 3 answers due");
    waiting.lookups_open = 1;
    CHECK(progress_line(waiting, 80) == "12 s  DNS: 1 answer due");
    waiting.lookups_open = 0;
    waiting.talks = {{"mx1.example.com", Step::greeting}, {"mx2.example.com", Step::connect}};
    CHECK(progress_line(waiting, 80) ==
          "12 s  mx1.example.com: waiting for its greeting, mx2.example.com: connecting");
}

TEST_CASE("addresses of one host that wait for the same are told once")
{
    Waiting waiting;
    waiting.talks = {
        {"mx.example.com", Step::connect}, {"mx.example.com", Step::connect}, {"mx.example.com", Step::tls}};
    CHECK(progress_line(waiting, 80) == "0 s  mx.example.com: connecting, mx.example.com: starting TLS");
}

TEST_CASE("what has no room on the waiting line is counted")
{
    Waiting waiting;
    waiting.elapsed = 3s;
    for (const char* host : {"mx1.example.com", "mx2.example.com", "mx3.example.com", "mx4.example.com"})
        waiting.talks.push_back({host, Step::connect});
    CHECK(progress_line(waiting, 80) ==
          "3 s  mx1.example.com: connecting, mx2.example.com: connecting, and 2 more");
    CHECK(progress_line(waiting, 44) == "3 s  mx1.example.com: connecting, and 3 more");
    CHECK(progress_line(waiting, 40) == "3 s  mx1.example.com: connecting");
    CHECK(progress_line(waiting, 20) == "3 s  mx1.example.com");
    CHECK(progress_line(waiting, 0) == "");
    CHECK(progress_line(waiting, -5) == "");
}

TEST_CASE("the waiting line is never wider than it may be, and holds no control byte")
{
    Waiting waiting;
    waiting.elapsed = 100s;
    waiting.lookups_open = 7;
    for (std::size_t i = 0; i < std::size(Names<Step>::all); ++i)
        waiting.talks.push_back({"日本\x1b[2J\n.example", static_cast<Step>(i)});
    for (int width = 0; width < 200; ++width) {
        const auto line = progress_line(waiting, width);
        CAPTURE(width, line);
        CHECK(columns(line) <= static_cast<std::size_t>(width));
        for (const char c : line)
            CHECK(static_cast<unsigned char>(c) >= 0x20);
    }
}
