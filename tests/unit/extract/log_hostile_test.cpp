// SPDX-License-Identifier: Apache-2.0
// Logs that somebody wrote to do harm.
#include <catch2/catch.hpp>

#include <random>

#include "extract/recent.hpp"
#include "mentions.hpp"

using namespace smtpprobe;
using namespace mentions;

TEST_CASE("What a log is remembered by is bounded, and the newest is kept")
{
    Recent<int> recent(100);
    for (int i = 0; i < 10000; ++i)
        recent.at("key" + std::to_string(i)) = i;
    CHECK(recent.size() == 100);
    CHECK(recent.find("key0") == nullptr);
    REQUIRE(recent.find("key9999") != nullptr);
    CHECK(*recent.find("key9999") == 9999);
    recent.at(std::string(1 << 20, 'k')) = 1;
    CHECK(recent.find(std::string(Recent<int>::kLongestKey, 'k')) != nullptr);
}

TEST_CASE("Thousands of sessions that are opened and never closed do not keep a new one from being read")
{
    LogReader reader;
    reader.read("#Fields: date-time,connector-id,session-id,remote-endpoint,event,data,context");
    for (int i = 0; i < 2000; ++i) {
        const std::string session = "t,c,S" + std::to_string(i) + ",192.0.2.9:25,";
        reader.read(session + "<,220-" + std::string(2000, 'x') + ',');
    }
    CHECK(reader.end().size() <= 512);
    reader.read("t,c,new,192.0.2.9:25,>,RCPT TO:<x@sink.example>,");
    CHECK(briefs(reader.read("t,c,new,192.0.2.9:25,<,550 5.1.1 no,")) ==
          Strings{"2003 rcpt 550 5.1.1 x@sink.example"});
}

TEST_CASE("A line of a megabyte is cut")
{
    const auto long_one = read_line(
        "Nov 22 01:28:40 out postfix/smtp[1]: ECFA4A803F5: to=<" + std::string(1000, 'x') +
        "@y.example>, relay=none, delay=1, dsn=5.0.0, status=bounced (host mx[192.0.2.9] said: 550 " +
        std::string(1 << 20, 'y') + ')');
    CHECK(long_one.evidence.code == 550);
    CHECK(long_one.text.size() <= kMaxLine);
    CHECK(long_one.recipient.size() <= kMaxName);
}

TEST_CASE("Lines that end too early, or hold NUL bytes, are read without harm")
{
    constexpr std::string_view kWhole[] = {
        "Nov 22 01:28:40 out postfix/smtpd[1]: NOQUEUE: reject: RCPT from a[192.0.2.7]: 550 5.1.1 <x>: no; "
        "from=<a> "
        "to=<b> proto=SMTP helo=<c>",
        "Nov 22 01:28:40 out postfix/cleanup[1]: ECFA4A803F5: reject: header S: x from a[192.0.2.7]; "
        "from=<a> to=<b> "
        "proto=SMTP helo=<c>: 5.7.1 no",
        "Nov 22 01:28:40 out postfix/smtp[1]: ECFA4A803F5: to=<x@y>, relay=m[1]:25, dsn=5.0.0, "
        "status=bounced (host "
        "m[1] said: 550 no (in reply to RCPT TO command))",
        "2026-11-22 01:28:13 [1] 1xUwNJ-0002QW-1D ** x <y@z> R=r T=t H=h [192.0.2.9] DN=\"a\\\" b\": 550 no",
        "2026-11-22 01:22:50 H=(vm) [192.0.2.7] F=<a@b> temporarily rejected RCPT <x@y>: no",
        "Nov 22 01:28:41 out sm-mta[5]: 7AM1SeKK000590: to=<x>,<y>, delay=0, relay=m. [1], dsn=5.1.1, "
        "reply=550 no, "
        "stat=User unknown",
        "Nov 22 01:28:41 out sm-mta[5]: ruleset=check_rcpt, arg1=<x@y>, relay=m [1], reject=550 5.7.1 no",
        "@40000000419f13a508000002 delivery 183: failure: 1_does_not/Remote_host_said:_550_no/",
        "Nov 22 01:28:41 out smtpd[1]: 5df8 smtp failed-command command=\"RCPT TO:<n@l>\" result=\"550 no\"",
        "5/13/00 2:36:27 PM : >>> 250-x",
        "<22>1 2026-11-22T01:28:40Z out postfix/smtp 1 - - connect to m[1]:25: Connection refused",
    };
    for (const std::string_view whole : kWhole) {
        LogReader reader;
        for (std::size_t size = 0; size <= whole.size(); ++size)
            reader.read(whole.substr(0, size));
        for (std::size_t i = 0; i < whole.size(); ++i) {
            std::string broken(whole);
            broken[i] = '\0';
            reader.read(broken);
        }
        CHECK(reader.end().size() <= 1);
    }
}

TEST_CASE("Any pieces of lines in any order are read without harm")
{
    constexpr std::string_view kPieces[] = {
        "Nov 22 01:28:40 ",
        "2026-11-22 01:28:13 ",
        "out ",
        "postfix/smtpd[1]: ",
        "sm-mta[1]: ",
        "smtpd[1]: ",
        "exim: ",
        "reject: ",
        "rejected ",
        "RCPT ",
        "from ",
        "to=<",
        "from=<",
        ">, ",
        "[",
        "]",
        ": ",
        "; ",
        ", stat=",
        ", delay=",
        ", status=",
        "(",
        ")",
        "\"",
        "550 ",
        "550-",
        "H=",
        "** ",
        "== ",
        "=> ",
        " command=\"",
        " result=\"",
        "#Fields: ",
        "date-time,session-id,data,event",
        ",",
        "+",
        "delivery ",
        "5/13/00 2:36:27 PM : >>> ",
        "@4",
        " mta delivery ",
        "evpid=",
        "1xUwNJ-0002QW-1D ",
        "\\n",
        "\t",
        "\xff",
    };
    std::mt19937 random(7);
    std::size_t mentions_read = 0;
    for (int round = 0; round < 200; ++round) {
        LogReader reader;
        for (int line = 0; line < 50; ++line) {
            std::string text;
            for (auto i = random() % 12; i > 0; --i)
                text += kPieces[random() % std::size(kPieces)];
            mentions_read += reader.read(text).size();
        }
        mentions_read += reader.end().size();
    }
    CHECK(mentions_read < 200 * 50 * 4);
}
