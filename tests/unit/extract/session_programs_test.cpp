// SPDX-License-Identifier: Apache-2.0
// Sessions that programs write down with a mark before each line.
#include <catch2/catch.hpp>

#include "mentions.hpp"

using namespace smtpprobe;
using namespace mentions;

namespace {

constexpr std::string_view kSwaks = "=== Trying 192.0.2.9:25...\n"
                                    "=== Connected to 192.0.2.9.\n"
                                    "<-  220 mx.sink.example ESMTP\n"
                                    " -> EHLO vm\n"
                                    "<-  250-mx.sink.example\n"
                                    "<-  250 STARTTLS\n"
                                    " -> STARTTLS\n"
                                    "<-  220 2.0.0 Ready to start TLS\n"
                                    "=== TLS started with cipher TLSv1.3:TLS_AES_256_GCM_SHA384:256\n"
                                    "=== TLS no local certificate set\n"
                                    " ~> EHLO vm\n"
                                    "<~  250 mx.sink.example\n"
                                    " ~> MAIL FROM:<a@me.example>\n"
                                    "<~  250 2.1.0 Ok\n"
                                    " ~> RCPT TO:<spam@sink.example>\n"
                                    "<~  250 2.1.5 Ok\n"
                                    " ~> DATA\n"
                                    "<~  354 End data with <CR><LF>.<CR><LF>\n"
                                    " ~> Subject: QUIT\n"
                                    " ~> \n"
                                    " ~> RCPT TO:<this@is.text>\n"
                                    " ~> .\n"
                                    "<~* 550-5.7.1 Message content rejected:\n"
                                    "<~* 550 5.7.1 spam score 9.1\n"
                                    " ~> QUIT\n"
                                    "<~  221 2.0.0 Bye\n"
                                    "=== Connection closed with remote host.\n";

} // namespace

TEST_CASE("swaks: replies before and within TLS, and the one to the message")
{
    const auto all = read_session(kSwaks);
    CHECK(briefs(all) == Strings{"3 greeting 220 - -", "5 ehlo 250 - -", "8 starttls 220 2.0.0 -",
                                 "12 ehlo 250 - -", "14 mail 250 2.1.0 -",
                                 "16 rcpt 250 2.1.5 spam@sink.example", "18 data 354 - spam@sink.example",
                                 "23 message 550 5.7.1 spam@sink.example", "26 quit 221 2.0.0 -"});
    CHECK(all.at(7).evidence.words == "Message content rejected: spam score 9.1");
    CHECK(all.at(7).host == "192.0.2.9");
}

TEST_CASE("swaks: a failed connection and its reason on the next line")
{
    const auto all = read_session("=== Trying 192.0.2.9:25...\n*** Error connecting to 192.0.2.9:25:\n"
                                  "*** \tIO::Socket::INET: connect: Connection refused\n");
    CHECK(briefs(all) == Strings{"2 connect 0 - -"});
    CHECK(all.front().text ==
          "Error connecting to 192.0.2.9:25: IO::Socket::INET: connect: Connection refused");
}

TEST_CASE("swaks: what it says after a refusal is no second failure")
{
    const auto all = read_session("=== Trying 192.0.2.9:25...\n=== Connected to 192.0.2.9.\n"
                                  "<-  220 mx\n -> EHLO vm\n<-  250 AUTH LOGIN\n -> AUTH LOGIN\n"
                                  "<** 535 5.7.8 Authentication credentials invalid\n"
                                  "*** No authentication type succeeded\n -> QUIT\n<-  221 Bye\n");
    CHECK(briefs(all) ==
          Strings{"3 greeting 220 - -", "5 ehlo 250 - -", "7 auth 535 5.7.8 -", "10 quit 221 - -"});
}

TEST_CASE("swaks: a handshake that fails")
{
    const auto all =
        read_session("=== Trying 192.0.2.9:25...\n=== Connected to 192.0.2.9.\n<-  220 mx\n"
                     " -> EHLO vm\n<-  250 STARTTLS\n -> STARTTLS\n<-  220 go\n"
                     "*** TLS startup failed (connect(): error:0A00010B:SSL routines::wrong version "
                     "number)\n*** STARTTLS attempted but failed\n");
    CHECK(briefs(all) ==
          Strings{"3 greeting 220 - -", "5 ehlo 250 - -", "7 starttls 220 - -", "8 tls 0 - -"});
}

TEST_CASE("posttls-finger: replies, and a certificate that does not verify")
{
    const auto all = read_session(
        "posttls-finger: Connected to mx.example[192.0.2.9]:25\n"
        "posttls-finger: < 220 mx.example ESMTP\n"
        "posttls-finger: > EHLO me.example\n"
        "posttls-finger: < 250-mx.example\n"
        "posttls-finger: < 250 STARTTLS\n"
        "posttls-finger: > STARTTLS\n"
        "posttls-finger: < 220 2.0.0 Ready\n"
        "posttls-finger: certificate verification failed for mx.example[192.0.2.9]:25: "
        "self-signed certificate\n"
        "posttls-finger: Untrusted TLS connection established to mx.example[192.0.2.9]:25: TLSv1.3\n"
        "posttls-finger: > QUIT\n"
        "posttls-finger: < 221 2.0.0 Bye\n");
    CHECK(briefs(all) == Strings{"2 greeting 220 - -", "4 ehlo 250 - -", "7 starttls 220 2.0.0 -",
                                 "8 tls 0 - -", "11 quit 221 2.0.0 -"});
    CHECK(all.front().host == "mx.example [192.0.2.9]");
}

TEST_CASE("posttls-finger: no connection")
{
    const auto all =
        read_session("posttls-finger: Failed to establish session to [192.0.2.9]:25 via 192.0.2.9: "
                     "connect to 192.0.2.9[192.0.2.9]:25: Connection refused\n");
    CHECK(briefs(all) == Strings{"1 connect 0 - -"});
}

TEST_CASE("curl -v: marks of one sign, CRs, and its own words after a refusal")
{
    const auto all =
        read_session("*   Trying 192.0.2.9:25...\n* Connected to 192.0.2.9 (192.0.2.9) port 25 (#0)\n"
                     "< 220 mx.sink.example ESMTP\r\n> EHLO m.eml\r\n< 250-mx.sink.example\r\n"
                     "< 250 SIZE 1000000\r\n> MAIL FROM:<a@me.example> SIZE=19\r\n< 250 2.1.0 Ok\r\n"
                     "> RCPT TO:<nobody@sink.example>\r\n< 550 5.1.1 No such user\r\n"
                     "* RCPT failed: 550\n> QUIT\r\n< 221 2.0.0 Bye\r\n* Closing connection 0\n"
                     "curl: (55) RCPT failed: 550\n");
    CHECK(briefs(all) == Strings{"3 greeting 220 - -", "5 ehlo 250 - -", "8 mail 250 2.1.0 -",
                                 "10 rcpt 550 5.1.1 nobody@sink.example", "13 quit 221 2.0.0 -"});
    CHECK(all.at(3).sender == "a@me.example");
}

TEST_CASE("curl -v: a connection that fails behind the progress bar")
{
    const auto all = read_session(
        "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"
        "                                 Dload  Upload   Total   Spent    Left  Speed\n"
        "\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0*   Trying "
        "192.0.2.9:25...\n"
        "* connect to 192.0.2.9 port 25 failed: Connection refused\n"
        "* Failed to connect to 192.0.2.9 port 25 after 0 ms: Couldn't connect to server\n"
        "curl: (7) Failed to connect to 192.0.2.9 port 25 after 0 ms: Couldn't connect to server\n");
    CHECK(briefs(all) == Strings{"4 connect 0 - -"});
}

TEST_CASE("msmtp --debug: its summary repeats the server and counts once")
{
    const auto all =
        read_session("msmtp: recipient address nobody@sink.example not accepted by the server\n"
                     "msmtp: server message: 550 5.1.1 No such user\n"
                     "msmtp: could not send mail\n"
                     "<-- 220 mx.sink.example ESMTP\r\n--> EHLO localhost\r\n<-- 250 SIZE 1000\r\n"
                     "--> MAIL FROM:<a@me.example>\r\n<-- 250 2.1.0 Ok\r\n"
                     "--> RCPT TO:<nobody@sink.example>\r\n<-- 550 5.1.1 No such user\r\n");
    CHECK(briefs(all) == Strings{"4 greeting 220 - -", "6 ehlo 250 - -", "8 mail 250 2.1.0 -",
                                 "10 rcpt 550 5.1.1 nobody@sink.example"});
}

TEST_CASE("msmtp without --debug: the step is in its own sentence")
{
    const auto all = read_session("msmtp: recipient address nobody@sink.example not accepted by the server\n"
                                  "msmtp: server message: 550-5.1.1 No such\n"
                                  "msmtp: server message: 550 5.1.1 user\n"
                                  "msmtp: could not send mail\n");
    CHECK(briefs(all) == Strings{"2 rcpt 550 5.1.1 nobody@sink.example"});
}

TEST_CASE("The notation of RFCs and our own transcript, with times")
{
    const auto all = read_session("mx.example [192.0.2.9]:25\n"
                                  "    0.4 ms  *   connected from 192.0.2.1\n"
                                  "    1.2 ms  S:  220 mx.example ESMTP\n"
                                  "            C:  EHLO me.example\n"
                                  "    2.0 ms  S:  250-mx.example\n"
                                  "            S:  250 SIZE 1000\n"
                                  "            C:  MAIL FROM:<>\n"
                                  "    3.0 ms  S:  451 4.7.1 Greylisted\n"
                                  "            =>  Greylisted\n");
    CHECK(briefs(all) == Strings{"3 greeting 220 - -", "5 ehlo 250 - -", "8 mail 451 4.7.1 -"});
}

TEST_CASE("A reply that our transcript folds is one line again")
{
    const auto all = read_session("    16 ms  S: 220 mx.example\n"
                                  "           C: MAIL FROM:<a@me.example>\n"
                                  "    17 ms  S: 550-5.7.1 Your address is\n"
                                  "              listed\n"
                                  "           S: 550 5.7.1 See\n"
                                  "              https://dnsbl.example/\n"
                                  "           => The address is listed\n");
    REQUIRE(briefs(all) == Strings{"1 greeting 220 - -", "3 mail 550 5.7.1 -"});
    CHECK(all.at(1).evidence.words == "Your address is listed See https://dnsbl.example/");
}

TEST_CASE("Our transcript of several hosts is as many sessions")
{
    const auto all = read_session("mx1.example [192.0.2.8]:25\n"
                                  "    16 ms  S: 220 mx1.example\n"
                                  "           C: QUIT\n"
                                  "    17 ms  S: 221 bye\n"
                                  "\n"
                                  "mx2.example [192.0.2.9]:25\n"
                                  "    10 s   !! no connection: Connection timed out\n"
                                  "           => The server does not answer\n");
    REQUIRE(briefs(all) == Strings{"2 greeting 220 - -", "4 quit 221 - -", "7 connect 0 - -"});
    CHECK(all.at(0).host == "mx1.example [192.0.2.8]");
    CHECK(all.at(2).host == "mx2.example [192.0.2.9]");
}

TEST_CASE("PHPMailer and Python's smtplib")
{
    CHECK(
        briefs(read_session("2026-11-22 01:28:13 SERVER -> CLIENT: 220 mx.example\n"
                            "2026-11-22 01:28:13 CLIENT -> SERVER: EHLO me.example\n"
                            "2026-11-22 01:28:13 SERVER -> CLIENT: 250-mx.example\n"
                            "250 STARTTLS\n"
                            "2026-11-22 01:28:14 CLIENT -> SERVER: MAIL FROM:<a@me.example>\n"
                            "2026-11-22 01:28:14 SERVER -> CLIENT: 530 5.7.0 Must issue STARTTLS first\n")) ==
        Strings{"1 greeting 220 - -", "3 ehlo 250 - -", "6 mail 530 5.7.0 -"});
    CHECK(briefs(read_session("connect: ('mx.example', 25)\n"
                              "reply: b'220 mx.example ESMTP\\r\\n'\n"
                              "reply: retcode (220); Msg: b'mx.example ESMTP'\n"
                              "send: 'ehlo me.example\\r\\n'\n"
                              "reply: b'250 mx.example\\r\\n'\n"
                              "send: 'mail FROM:<a@me.example>\\r\\n'\n"
                              "reply: b'553 5.1.8 Sender unknown\\r\\n'\n")) ==
          Strings{"2 greeting 220 - -", "5 ehlo 250 - -", "7 mail 553 5.1.8 -"});
}

TEST_CASE("Sendmail's verbose session tells with whom it talks")
{
    const auto all = read_session("... while talking to mx.example.:\n>>> RCPT To:<x@sink.example>\n"
                                  "<<< 550 5.1.1 <x@sink.example>... User unknown\n");
    CHECK(briefs(all) == Strings{"3 rcpt 550 5.1.1 x@sink.example"});
    CHECK(all.front().host == "mx.example");
}
