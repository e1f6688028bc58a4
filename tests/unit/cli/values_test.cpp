// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "cli/values.hpp"

using namespace smtpprobe;
using namespace std::chrono_literals;

TEST_CASE("Durations are read with their units, and bare numbers are seconds")
{
    CHECK(parse_duration("30") == Duration(30s));
    CHECK(parse_duration("30s") == Duration(30s));
    CHECK(parse_duration("500ms") == Duration(500ms));
    CHECK(parse_duration("1.5s") == Duration(1500ms));
    CHECK(parse_duration("2m") == Duration(2min));
    CHECK(parse_duration("1h") == Duration(1h));
    for (const auto* bad : {"", "s", "-1", "1d", "1 s", "0", "0.0001", "25h", "1e3", "nan", "..", "1.2.3"}) {
        CAPTURE(bad);
        const auto duration = parse_duration(bad);
        REQUIRE_FALSE(duration);
        CHECK(duration.error().find(bad) != std::string::npos);
    }
}

TEST_CASE("A name server is an address, perhaps with a port")
{
    CHECK(parse_name_server("192.0.2.53") == NameServer{*IpAddress::parse("192.0.2.53"), 53});
    CHECK(parse_name_server("192.0.2.53:5353")->port == 5353);
    CHECK(parse_name_server("2001:db8::53")->port == 53);
    CHECK(parse_name_server("[2001:db8::53]")->address.text() == "2001:db8::53");
    CHECK(parse_name_server("[2001:db8::53]:5353")->port == 5353);
    for (const auto* bad : {"", "dns.example", "192.0.2.53:", "192.0.2.53:0", "192.0.2.53:99999",
                            "[2001:db8::53", "[2001:db8::53]x", "[]:53"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_name_server(bad));
    }
}

TEST_CASE("Steps to stop after have their usual names")
{
    CHECK(parse_quit_after("rcpt") == Step::rcpt);
    CHECK(parse_quit_after("BANNER") == Step::greeting);
    CHECK(parse_quit_after("helo") == Step::ehlo);
    CHECK_FALSE(parse_quit_after("data"));
}

TEST_CASE("EHLO says nothing that would end its line")
{
    CHECK(parse_helo("mail.example.com") == "mail.example.com");
    CHECK(parse_helo("[192.0.2.1]") == "[192.0.2.1]");
    for (const auto* bad : {"", "a b", "a\r\nQUIT", "b\xc3\xbc", "\x7f"})
        CHECK_FALSE(parse_helo(bad));
}

TEST_CASE("An error escapes what it quotes")
{
    CHECK(parse_port("\x1b[31m").error().find('\x1b') == std::string::npos);
}
