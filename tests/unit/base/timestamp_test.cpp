// SPDX-License-Identifier: Apache-2.0
#include "base/timestamp.hpp"

#include <catch2/catch.hpp>

using namespace smtpprobe;
using namespace std::chrono_literals;

TEST_CASE("a point in time is written as RFC 3339 in UTC and read again")
{
    const Instant epoch{};
    CHECK(timestamp(epoch) == "1970-01-01T00:00:00Z");
    CHECK(timestamp(epoch + 1us) == "1970-01-01T00:00:00.000001Z");
    CHECK(timestamp(epoch - 1us) == "1969-12-31T23:59:59.999999Z");
    CHECK(timestamp(epoch + 951827696s) == "2000-02-29T12:34:56Z");
    CHECK(date_text(epoch + 951827696s) == "2000-02-29 12:34 UTC");
    CHECK(timestamp(Instant::max()) == "9999-12-31T23:59:59.999999Z");
    CHECK(timestamp(Instant::min()) == "0000-01-01T00:00:00Z");

    for (const Instant instant : {epoch, epoch + 1us, epoch - 1us, epoch + 951827696s + 120ms})
        CHECK(parse_timestamp(timestamp(instant)) == instant);
    CHECK(parse_timestamp("1970-01-01T00:00:00.5Z") == epoch + 500ms);
    CHECK(parse_timestamp("1970-01-01T00:00:00.123456789Z") == epoch + 123456us);
}

TEST_CASE("text that is no RFC 3339 time in UTC is not read")
{
    for (const char* text :
         {"", "Z", ".", ".Z", "1970-01-01", "1970-01-01T00:00:00", "1970-01-01T00:00:00+00:00",
          "1970-13-01T00:00:00Z", "1970-02-30T00:00:00Z", "1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z",
          "1970-01-01T00:00:61Z", "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00.1", "1970-01-01T00:00:00.x1Z",
          "1970-01-01T00:00:00.0000000001Z", "-970-01-01T00:00:00Z", "1970-01-01 00:00:00Z"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_timestamp(text));
    }
}
