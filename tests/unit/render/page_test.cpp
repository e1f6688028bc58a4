// SPDX-License-Identifier: Apache-2.0
#include "render/page.hpp"

#include <catch2/catch.hpp>

using namespace smtpprobe;
using Lines = std::vector<std::string>;

TEST_CASE("text is broken at spaces, and a word that is too long is cut")
{
    CHECK(wrapped("", 10) == Lines{""});
    CHECK(wrapped("one two", 7) == Lines{"one two"});
    CHECK(wrapped("one  two", 10) == Lines{"one  two"});
    CHECK(wrapped("one   two three", 7) == Lines{"one two", "three"});
    CHECK(wrapped("abcdefghij klm", 4) == Lines{"abcd", "efgh", "ij", "klm"});
    CHECK(wrapped("ab abcdefgh", 4) == Lines{"ab", "abcd", "efgh"});
    CHECK(wrapped("ij abcdefghij k", 4) == Lines{"ij", "abcd", "efgh", "ij k"});
}

TEST_CASE("a URL is not cut")
{
    CHECK(wrapped("see https://example.com/long/path now", 10) ==
          Lines{"see", "https://example.com/long/path", "now"});
}

TEST_CASE("width is counted in columns of the terminal")
{
    CHECK(wrapped("日本語", 4) == Lines{"日本", "語"});
    CHECK(wrapped("äöü äöü", 3) == Lines{"äöü", "äöü"});
    // Wider than the line itself: still one a line, never an endless loop.
    CHECK(wrapped("日本", 1) == Lines{"日", "本"});
    CHECK(padded("日", 4) == "日  ");
    CHECK(padded_left("ab", 4) == "  ab");
    CHECK(padded("abcdef", 4) == "abcdef");
}
