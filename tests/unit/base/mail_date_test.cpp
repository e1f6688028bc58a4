// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "base/mail_date.hpp"
#include "base/timestamp.hpp"

using namespace smtpprobe;

TEST_CASE("A date is written as mail headers want it")
{
    CHECK(mail_date_text(*parse_timestamp("2026-11-22T05:20:49.999Z")) == "Sun, 22 Nov 2026 05:20:49 +0000");
    CHECK(mail_date_text(*parse_timestamp("2024-02-29T00:00:00Z")) == "Thu, 29 Feb 2024 00:00:00 +0000");
    CHECK(mail_date_text(*parse_timestamp("2026-12-05T23:59:59Z")) == "Sat, 5 Dec 2026 23:59:59 +0000");
}

TEST_CASE("A written date is read as the same")
{
    const auto instant = *parse_timestamp("1999-12-31T23:00:01Z");
    CHECK(mail_date(mail_date_text(instant)) == instant);
}
