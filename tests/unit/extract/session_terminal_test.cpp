// SPDX-License-Identifier: Apache-2.0
// Sessions typed into telnet, nc and openssl, as their terminals show them.
#include <catch2/catch.hpp>

#include "mentions.hpp"

using namespace smtpprobe;
using namespace mentions;

namespace {

constexpr std::string_view kTelnet = "Trying 192.0.2.9...\r\n"
                                     "Connected to mx.sink.example.\r\n"
                                     "Escape character is '^]'.\r\n"
                                     "220-mx.sink.example ESMTP\r\n"
                                     "220 We log everything\r\n"
                                     "ehlo me.example\r\n"
                                     "250-mx.sink.example\r\n"
                                     "250-SIZE 1000000\r\n"
                                     "250 ENHANCEDSTATUSCODES\r\n"
                                     "mail from:<a@me.example>\r\n"
                                     "250 2.1.0 Ok\r\n"
                                     "rcpt to:<nobody@sink.example>\r\n"
                                     "550-5.1.1 The mailbox does not exist here.\r\n"
                                     "550 5.1.1 Check the spelling, please.\r\n"
                                     "rcpt to:<spam@sink.example>\r\n"
                                     "250 2.1.5 Ok\r\n"
                                     "data\r\n"
                                     "354 End data with <CR><LF>.<CR><LF>\r\n"
                                     "Subject: x\r\n"
                                     "\r\n"
                                     "250 looks like a reply\r\n"
                                     ".\r\n"
                                     "550 5.7.1 Message content rejected\r\n"
                                     "quit\r\n"
                                     "221 2.0.0 Bye\r\n"
                                     "Connection closed by foreign host.\r\n";

} // namespace

TEST_CASE("Each reply of a telnet session answers the command typed before it")
{
    CHECK(briefs(read_session(kTelnet)) ==
          Strings{"4 greeting 220 - -", "7 ehlo 250 - -", "11 mail 250 2.1.0 -",
                  "13 rcpt 550 5.1.1 nobody@sink.example", "16 rcpt 250 2.1.5 spam@sink.example",
                  "18 data 354 - spam@sink.example", "23 message 550 5.7.1 spam@sink.example",
                  "25 quit 221 2.0.0 -"});
}

TEST_CASE("The lines of a reply are joined without their codes")
{
    const auto refusal = read_session(kTelnet).at(3);
    CHECK(refusal.evidence.words == "The mailbox does not exist here. Check the spelling, please.");
    CHECK(refusal.text == "550-5.1.1 The mailbox does not exist here. 550 5.1.1 Check the spelling, please.");
}

TEST_CASE("A reply in a session names the sender and the host that telnet connected to")
{
    const auto refusal = read_session(kTelnet).at(3);
    CHECK(refusal.sender == "a@me.example");
    CHECK(refusal.host == "mx.sink.example [192.0.2.9]");
}

TEST_CASE("A connection that ends instead of a reply is a failure of that step")
{
    const auto all =
        read_session("Trying 192.0.2.9...\nConnected to mx.example.\nEscape character is '^]'.\n"
                     "220 mx.example\nEHLO me.example\n250 mx.example\nMAIL FROM:<a@me.example>\n"
                     "250 ok\nRCPT TO:<x@sink.example>\nConnection closed by foreign host.\n");
    CHECK(briefs(all).back() == "10 rcpt 0 - x@sink.example");
    CHECK(all.back().text == "Connection closed by foreign host.");
}

TEST_CASE("A connection that ends after QUIT or after a refusal is no news")
{
    const auto all = read_session("Trying 192.0.2.9...\nConnected to mx.example.\nEscape character is '^]'.\n"
                                  "554 5.7.1 Your address is listed\nConnection closed by foreign host.\n");
    CHECK(briefs(all) == Strings{"4 greeting 554 5.7.1 -"});
}

TEST_CASE("Each address that telnet could not reach is told")
{
    const auto all = read_session("Trying 2001:db8::9...\n"
                                  "telnet: connect to address 2001:db8::9: Network is unreachable\n"
                                  "Trying 192.0.2.9...\n"
                                  "telnet: Unable to connect to remote host: Connection refused\n");
    CHECK(briefs(all) == Strings{"2 connect 0 - -", "4 connect 0 - -"});
    CHECK(all.at(1).text == "telnet: Unable to connect to remote host: Connection refused");
}

TEST_CASE("A message left out of a paste does not swallow the reply to it")
{
    const auto all = read_session("EHLO me.example\n250 mx.example\nMAIL FROM:<a@me.example>\n250 ok\n"
                                  "RCPT TO:<x@sink.example>\n250 ok\nDATA\n354 go ahead\n"
                                  "552 5.3.4 Too big\n");
    CHECK(briefs(all).back() == "9 message 552 5.3.4 x@sink.example");
}

TEST_CASE("The first reply in a paste that begins with a command is no greeting")
{
    CHECK(briefs(read_session("HELO me.example\n504 need fully-qualified hostname\n")) ==
          Strings{"2 helo 504 - -"});
}

TEST_CASE("openssl s_client: the certificate, and the replies between its own lines")
{
    const auto all = read_session("depth=0 CN = mx.sink.example\n"
                                  "verify error:num=18:self-signed certificate\n"
                                  "verify return:1\n"
                                  "250 ENHANCEDSTATUSCODES\n"
                                  "mail from:<a@me.example>\n"
                                  "250 2.1.0 Ok\n"
                                  "rcpt to:<nobody@sink.example>\n"
                                  "550 5.1.1 No such user\n"
                                  "quit\n"
                                  "221 2.0.0 Bye\n"
                                  "40D718CEE67F0000:error:0A000126:SSL routines:ssl3_read_n:unexpected eof "
                                  "while reading:../ssl/record/rec_layer_s3.c:318:\n");
    CHECK(briefs(all) == Strings{"2 tls 0 - -", "4 - 250 - -", "6 mail 250 2.1.0 -",
                                 "8 rcpt 550 5.1.1 nobody@sink.example", "10 quit 221 2.0.0 -"});
    CHECK(all.front().text == "verify error:num=18:self-signed certificate");
}

TEST_CASE("Commands sent ahead are answered in their order")
{
    const auto all = read_session("EHLO me.example\n250 PIPELINING\nMAIL FROM:<a@me.example>\n"
                                  "RCPT TO:<b@x.example>\nRCPT TO:<c@x.example>\nDATA\n"
                                  "250 2.1.0 ok\n550 5.1.1 no b\n250 2.1.5 ok\n354 go\n");
    CHECK(briefs(all) == Strings{"2 ehlo 250 - -", "7 mail 250 2.1.0 -", "8 rcpt 550 5.1.1 b@x.example",
                                 "9 rcpt 250 2.1.5 c@x.example", "10 data 354 - c@x.example"});
}

TEST_CASE("A session within an article is indented, within a mail it is quoted")
{
    const Strings expected{"1 greeting 220 - -", "3 helo 250 - -", "5 mail 550 5.1.8 -"};
    CHECK(briefs(read_session("    220 mx\n    HELO me.example\n    250 mx\n    MAIL FROM:<a@me.example>\n"
                              "    550 5.1.8 no\n")) == expected);
    CHECK(briefs(read_session("> 220 mx\n> HELO me.example\n> 250 mx\n> MAIL FROM:<a@me.example>\n"
                              "> 550 5.1.8 no\n")) == expected);
}

TEST_CASE("The telnet of Windows says in one line that it got no connection")
{
    const auto all =
        read_session("Connecting To mx.example...Could not open connection to the host, on port 25: "
                     "Connect failed\r\n");
    CHECK(briefs(all) == Strings{"1 connect 0 - -"});
    CHECK(briefs(read_session("220 mx\nEHLO me.example\n250 mx\nMAIL FROM:<a@me.example>\n\n"
                              "Connection to host lost.\n"))
              .back() == "6 mail 0 - -");
}
