// SPDX-License-Identifier: Apache-2.0
#include <random>
#include <string>

#include <catch2/catch.hpp>

#include "base/ascii.hpp"
#include "base/duration_text.hpp"
#include "base/printable.hpp"

using namespace smtpprobe;
using namespace std::string_literals;

TEST_CASE("What a server sends cannot steer a terminal")
{
    CHECK(printable("250 ok") == "250 ok");
    CHECK(printable("\x1b[31mred\x07") == "\\x1b[31mred\\x07");
    CHECK(printable("a\0b"s) == "a\\x00b");
    CHECK(printable("tab\tcr\rlf\n") == "tab\\x09cr\\x0dlf\\x0a");
    CHECK(printable("\x9b"
                    "31m") == "\\x9b31m"); // C1 as a single byte
    CHECK(printable("\xc2\x9b"
                    "31m") == "\\xc2\\x9b31m");                  // C1 in UTF-8
    CHECK(printable("\xe2\x80\xaetxt") == "\\xe2\\x80\\xaetxt"); // right-to-left override
    CHECK(printable("\xe2\x80\xa8") == "\\xe2\\x80\\xa8");       // line separator
    CHECK(printable("gr\xc3\xbc\xc3\x9f") == "gr\xc3\xbc\xc3\x9f");
    CHECK(printable("gr\xfc\xdf") == "gr\\xfc\\xdf");
    CHECK(printable("\xc0\x80\xed\xa0\x80\xf5\x80\x80\x80") ==
          "\\xc0\\x80\\xed\\xa0\\x80\\xf5\\x80\\x80\\x80");
}

TEST_CASE("Long text is cut, and says so")
{
    CHECK(printable("abcdef", 3) == "abc…");
    CHECK(printable("abc", 3) == "abc");
}

TEST_CASE("Escaping can be undone for any bytes")
{
    std::mt19937 random(1);
    for (int round = 0; round < 2000; ++round) {
        std::string bytes(random() % 12, '\0');
        for (auto& byte : bytes)
            byte = static_cast<char>(random() % 3 == 0 ? '\\' : random());
        const auto text = escaped(bytes);
        CAPTURE(text);
        REQUIRE(unescaped(text) == bytes);
        for (const char c : text)
            REQUIRE(static_cast<unsigned char>(c) >= 0x20);
    }
    for (const auto* bad : {"\\", "\\x", "\\x1", "\\xg0", "\\q", "\\X41"})
        CHECK_FALSE(unescaped(bad));
}

TEST_CASE("Columns are counted, not bytes")
{
    CHECK(columns("abc") == 3);
    CHECK(columns("gr\xc3\xbc\xc3\x9f") == 4);
    CHECK(columns("\xe6\x97\xa5\xe6\x9c\xac") == 4); // two wide characters
}

TEST_CASE("Durations read as people say them")
{
    using namespace std::chrono_literals;
    CHECK(duration_text(0us) == "0 ms");
    CHECK(duration_text(840us) == "0.8 ms");
    CHECK(duration_text(23400us) == "23 ms");
    CHECK(duration_text(999'600us) == "1 s");
    CHECK(duration_text(1'240'000us) == "1.24 s");
    CHECK(duration_text(20s) == "20 s");
    CHECK(duration_text(119s) == "119 s");
    CHECK(duration_text(125s) == "2 min 5 s");
    CHECK(duration_text(2h) == "2 h");
    CHECK(duration_text(90min) == "90 min");
    CHECK(duration_text(72h) == "3 days");
    CHECK(duration_text(-5s) == "0 ms");
}

TEST_CASE("ASCII is compared whatever the locale")
{
    CHECK(equal_ignoring_case("StartTLS", "STARTTLS"));
    CHECK_FALSE(equal_ignoring_case("STARTTL", "STARTTLS"));
    CHECK(find_ignoring_case("Relay Access DENIED", "denied") == 13);
    CHECK(find_ignoring_case("abc", "d") == std::string_view::npos);
    CHECK(find_ignoring_case("abc", "") == 0);
    CHECK(trimmed(" \t a b \t") == "a b");
    CHECK(trimmed(" \t ").empty());
    CHECK(words_of("  a  b\tc ") == std::vector<std::string_view>{"a", "b", "c"});
    CHECK(split("a,,b", ',') == std::vector<std::string_view>{"a", "", "b"});
    CHECK(split("", ',') == std::vector<std::string_view>{""});
    CHECK(parse_number<int>("42") == 42);
    for (const auto* bad : {"", "-1", "+1", "1 ", " 1", "0x1", "99999999999"})
        CHECK_FALSE(parse_number<int>(bad));
    CHECK_FALSE(parse_number<std::uint16_t>("65536"));
}
