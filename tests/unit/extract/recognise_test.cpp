// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <string>

#include "extract/recognise.hpp"

using namespace smtpprobe;

namespace {

TextKind kind(std::string_view text) { return recognise(text, true); }

} // namespace

TEST_CASE("A list of replies stays one, whatever forms are mixed in it")
{
    constexpr std::string_view kLines[] = {
        "550 5.1.1 User unknown",
        "smtp; 550 5.7.1 Access denied",
        "host mx.example[192.0.2.1] said: 550 5.1.1 <x@y.example>: no (in reply to RCPT TO command)",
        "5.7.1 Message refused by policy",
        "RCPT 550 no such user",
        "RCPT TO: 550 no such user",
        "421",
        "",
        "Diagnostic-Code: smtp; 550 5.1.1 gone",
        "Status: 5.1.1",
        "Subject rejected: contains a forbidden word",
        "<<< 550 5.1.1 no such user",
        "< 550 5.1.1 no such user",
        "S: 550 5.1.1 no such user",
        "connect to mx.example[192.0.2.1]:25: Connection timed out",
        "From address not allowed: see the policy",
        "Connected to 192.0.2.1 but greeting failed. Remote host said: 554 go away",
        "Sorry, no mailbox here by that name. (#5.1.1)",
        "This is the mail system at host mx.example: the mailbox is full",
        "550-5.7.1 a",
        "550 5.7.1 b",
        "mail from: not allowed here",
        "DATA",
        "QUIT",
    };
    std::string all;
    for (const auto line : kLines) {
        INFO(line);
        CHECK(kind(line) == TextKind::replies);
        all += std::string(line) + '\n';
        CHECK(kind(all) == TextKind::replies);
    }
    CHECK(kind("") == TextKind::replies);
}

TEST_CASE("A message with header fields is a bounce to be read")
{
    CHECK(kind("Return-Path: <>\nReceived: from mx.example\n\tby other.example\nSubject: Undelivered Mail\n"
               "\nbody\n") == TextKind::bounce);
    CHECK(kind("From MAILER-DAEMON Sun Nov 22 01:28:13 2026\nDate: Sun, 22 Nov 2026 01:28:13 +0000\n"
               "From: MAILER-DAEMON@mx.example\n\n550 5.1.1 no\n") == TextKind::bounce);
    CHECK(kind("X-Whatever: yes\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report\r\n\r\n") ==
          TextKind::bounce);
    CHECK(kind("Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; x@y.example\n") ==
          TextKind::replies); // one field is not enough
    CHECK(kind("Reporting-MTA: dns; mx.example\nArrival-Date: Sun, 22 Nov 2026 01:28:13 +0000\n\n"
               "Final-Recipient: rfc822; x@y.example\n") == TextKind::bounce);
}

TEST_CASE("A report pasted without its header is a bounce")
{
    CHECK(kind("Your message did not reach some or all of the intended recipients.\n\n      Subject:\thi\n\n"
               "The following recipient(s) could not be reached:\n\n      x@y.example on 22.11.2026\n") ==
          TextKind::bounce);
    CHECK(kind("Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver.\n\n"
               "<x@y.example>:\nno mailbox\n") == TextKind::bounce);
    CHECK(kind("This message was created automatically by mail delivery software.\n\n  x@y.example\n"
               "    Unrouteable address\n") == TextKind::bounce);
}

TEST_CASE("Logs are recognised by the shape of their lines")
{
    CHECK(
        kind(
            "Nov 22 01:28:40 out postfix/smtp[9744]: F21A3A803F9: to=<a@me.example>, relay=none, delay=0.02, "
            "dsn=5.4.4, status=bounced (Host not found)\n") == TextKind::log);
    CHECK(kind("F21A3A803F9: to=<a@me.example>, relay=none, delay=0.02, dsn=5.4.4, status=bounced (Host not "
               "found)") == TextKind::log);
    CHECK(kind("2026-11-22 01:28:13 1xUwNJ-0002QQ-18 ** x@y.example: Unrouteable address\n") ==
          TextKind::log);
    CHECK(kind("2026-11-22 01:22:50 H=(vm) [192.0.2.7] F=<a@me.example> rejected RCPT <x@y.example>: no\n") ==
          TextKind::log);
    CHECK(kind("@40000000419f13a508f3214c delivery 5: failure: no/\n") == TextKind::log);
    CHECK(
        kind(
            "#Software: Microsoft Exchange Server\n#Fields: date-time,connector-id,session-id,data\n1,2,3,4\n"
            "1,2,3,4\n1,2,3,4\n1,2,3,4\n1,2,3,4\n") == TextKind::log);
    CHECK(
        kind(
            "Nov 22 01:28:40 out kernel: [1.2] eth0: up\nNov 22 01:28:40 out CRON[1]: (root) CMD (true)\n") ==
        TextKind::log);
}

TEST_CASE("The log of the Internet Mail Service is found within an article about it")
{
    CHECK(kind("SUMMARY\n=======\n\nThis may be logged:\n\n\t5/13/00 2:36:27 PM : A connection was accepted "
               "from A.\n"
               "\t5/13/00 2:36:27 PM : <<< EHLO a.example\n\t5/13/00 2:36:27 PM : >>> 250-b.example Hello\n"
               "\t250-HELP\n\t250-ETRN\n\t250 DSN\n\nMore words.\nAnd more.\nAnd more.\n") == TextKind::log);
}

TEST_CASE("Sessions are recognised by who speaks")
{
    CHECK(kind("Trying 192.0.2.9...\ntelnet: Unable to connect to remote host: Connection refused\n") ==
          TextKind::session);
    CHECK(kind("220 mx\nEHLO me.example\n250 mx\nMAIL FROM:<a@me.example>\n550 no\n") == TextKind::session);
    CHECK(kind("=== Trying 192.0.2.9:25...\n*** Error connecting to 192.0.2.9:25:\n") == TextKind::session);
    CHECK(kind("< 220 mx\n> EHLO me.example\n< 250 mx\n> MAIL FROM:<>\n< 550 no\n") == TextKind::session);
    CHECK(kind("S: 220 mx\nC: EHLO me.example\nS: 250 mx\n") == TextKind::session);
    CHECK(kind("posttls-finger: Connected to mx[192.0.2.9]:25\nposttls-finger: < 554 no\n") ==
          TextKind::session);
    CHECK(kind("<-- 220 mx\n--> EHLO localhost\n<-- 250 mx\n") == TextKind::session);
}

TEST_CASE("The last line of a head that was cut does not count")
{
    CHECK(recognise("550 5.1.1 User unknown\nNov 22 01:28:40 out postfix/smtp[9744]: x", false) ==
          TextKind::replies);
}

TEST_CASE("One reply of several lines is told from a list of replies")
{
    CHECK(is_one_reply("550-5.7.1 a\n550-5.7.1 b\n550 5.7.1 c"));
    CHECK(is_one_reply("550-a\r\n550\r\n"));
    CHECK_FALSE(is_one_reply("550 5.7.1 a"));
    CHECK_FALSE(is_one_reply("550-5.7.1 a\n550-5.7.1 b"));
    CHECK_FALSE(is_one_reply("550-5.7.1 a\n551 5.7.1 b"));
    CHECK_FALSE(is_one_reply("550-5.7.1 a\n550 5.7.1 b\n550 5.1.1 c"));
    CHECK_FALSE(is_one_reply("550-a\nb\n550 c"));
    CHECK_FALSE(is_one_reply(""));
}
