// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "base/mail_date.hpp"
#include "diagnosis/seen_address.hpp"
#include "facts_builder.hpp"

using namespace smtpprobe;
using namespace smtpprobe::test;

namespace {

std::string seen(std::initializer_list<const char*> events)
{
    FactsBuilder builder("example.org");
    builder.mx("mx.example.org").talk("192.0.9.25", events);
    const auto address = seen_address(builder.facts.sessions.front());
    return address ? address->text() : "";
}

} // namespace

TEST_CASE("Servers say where they see us")
{
    CHECK(seen({"ehlo 250 mx.google.com at your service, [203.0.113.9]|SIZE"}) == "203.0.113.9");
    CHECK(seen({"ehlo 250 mx Hello mail.example.com [203.0.113.9], pleased to meet you"}) == "203.0.113.9");
    CHECK(seen({"ehlo 250 mx Hello mail [IPv6:2001:db8::9]"}) == "2001:db8::9");
    CHECK(seen({"ehlo 250 mx Hello mail (203.0.113.9)"}) == "203.0.113.9");
    CHECK(seen({"rcpt a@b 554 Client host [203.0.113.9] blocked using bl.example"}) == "203.0.113.9");
    CHECK(seen({"greeting 554 IP=203.0.113.9 - not allowed. https://x.example/?ip=203.0.113.9"}) ==
          "203.0.113.9");
}

TEST_CASE("What a refusal quotes comes before what EHLO was answered")
{
    CHECK(seen({"ehlo 250 mx Hello [10.1.1.1]", "mail 550 no PTR for 203.0.113.9."}) == "203.0.113.9");
}

TEST_CASE("Other addresses are not taken for ours")
{
    CHECK(seen({"ehlo 250 mx [192.0.9.25] greets you"}).empty());
    CHECK(seen({"greeting 220 mx ESMTP 203.0.113.9", "ehlo 250 mx|X-FROM 203.0.113.9"}).empty());
    CHECK(seen({"rcpt a@b 554 blocked using zen.spamhaus.org=127.0.0.4"}).empty());
    CHECK(seen({"mail 451 4.7.1 try again at 12:30:00"}).empty());
    CHECK(seen({"mail 550 0.0.0.0 255.255.255.255 224.0.0.1 fe80::1 :: 1.2.3 1.2.3.4.5"}).empty());
    CHECK(seen({"connected"}).empty());
}

TEST_CASE("A private address in the words of a public server is of its own network, but for ours")
{
    const auto at = [](const char* server, const char* local) {
        FactsBuilder builder("example.org");
        builder.mx("mx.example.org")
            .talk(server, {"connected", "rcpt a@b 450 4.7.25 cannot find your hostname, [172.18.0.1]"});
        auto& events = builder.facts.sessions.front().transcript;
        std::get<Connected>(events.front().what).local = IpAddress::parse(local).value();
        const auto& session = builder.facts.sessions.front();
        const auto seen = seen_address(session);
        const auto inner = inner_address(session, std::get<Received>(events.back().what));
        return (seen ? seen->text() : "") + "/" + (inner ? inner->text() : "");
    };
    CHECK(at("9.9.9.9", "198.41.0.4") == "/172.18.0.1");
    CHECK(at("9.9.9.9", "172.18.0.1") == "172.18.0.1/"); // a tunnel leads there
    CHECK(at("172.18.0.25", "172.18.0.9") == "172.18.0.1/");
}

TEST_CASE("Dates of greetings are read in every zone")
{
    const auto at = mail_date("mx ESMTP Exim 4.96 Sun, 22 Nov 2026 05:20:49 +0000");
    REQUIRE(at);
    CHECK(mail_date("mx ESMTP Sendmail 8.17.1/8.17.1; Sun, 22 Nov 2026 06:20:49 +0100") == at);
    CHECK(mail_date("Microsoft ESMTP MAIL Service ready at Sat, 21 Nov 2026 21:20:49 -0800") == at);
    CHECK(mail_date("mx ready at 22 Nov 2026 05:20:49 GMT") == at);
    CHECK(at->time_since_epoch() == std::chrono::seconds(1795324849));
}

TEST_CASE("What is no date is none")
{
    for (const auto* text :
         {"", "mx ESMTP", "Sun, 22 Nov 2026 05:20:49", "31 Feb 2026 05:20:49 +0000",
          "22 Nov 2026 25:20:49 +0000", "22 Nov 2026 05:20:49 CET", "22 Nov 26 05:20 +0000",
          "99999999999 Nov 2026 05:20:49 +0000", "22 Nov 2026 05:20:49 +9999"}) {
        INFO(text);
        CHECK_FALSE(mail_date(text));
    }
}
