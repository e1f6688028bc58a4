// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "mentions.hpp"

using namespace smtpprobe;
using namespace mentions;

TEST_CASE("Internet Mail Service: the server's lines go on below their time, whichever arrow it has")
{
    const std::string_view log = "11/22/26 1:36:27 AM : A connection was accepted from mail.me.example.\r\n"
                                 "11/22/26 1:36:27 AM : <<< EHLO mail.me.example\r\n"
                                 "11/22/26 1:36:27 AM : >>> 250-mx.sink.example Hello [mail.me.example]\r\n"
                                 "250-HELP\r\n"
                                 "250 AUTH=LOGIN\r\n"
                                 "\r\n"
                                 "11/22/26 1:36:28 AM : <<< AUTH NTLM TlRMTVNTUAABAAAA\r\n"
                                 "11/22/26 1:36:28 AM : >>> 334 TlRMTVNTUAACAAAA\r\n"
                                 "11/22/26 1:36:28 AM : <<< c2VjcmV0cHc=\r\n"
                                 "11/22/26 1:36:28 AM : >>> 235 welcome\r\n"
                                 "11/22/26 1:36:28 AM : <<< MAIL FROM:<a@me.example> SIZE=1460\r\n"
                                 "11/22/26 1:36:28 AM : >>> 250 OK - mail from <a@me.example>\r\n"
                                 "11/22/26 1:36:28 AM : <<< RCPT TO:<x@sink.example> NOTIFY=FAILURE\r\n"
                                 "11/22/26 1:36:28 AM : >>> 250 OK - Recipient <x@sink.example>\r\n"
                                 "11/22/26 1:36:28 AM : <<< DATA\r\n"
                                 "11/22/26 1:36:28 AM : >>> 354 Send data\r\n"
                                 "11/22/26 1:36:29 AM : >>> 554 Mailbox is not local: a@me.example\r\n"
                                 "11/22/26 1:36:29 AM : <<< QUIT\r\n"
                                 "11/22/26 1:36:29 AM : >>> 221 closing connection\r\n";
    const auto all = read_log(log);
    CHECK(briefs(all) == Strings{"3 ehlo 250 - -", "8 auth 334 - -", "10 auth 235 - -", "12 mail 250 - -",
                                 "14 rcpt 250 - x@sink.example", "16 data 354 - x@sink.example",
                                 "17 message 554 - x@sink.example", "19 quit 221 - -"});
    CHECK(all.at(6).when == "11/22/26 1:36:29 AM");
    CHECK(all.at(6).sender == "a@me.example");
    for (const auto& mention : all)
        CHECK(mention.text.find("c2VjcmV0cHc=") == std::string::npos);
}

TEST_CASE("W3C: clients of ours by address, and what other servers answered us")
{
    const auto all = read_log(
        "#Software: Microsoft Internet Information Services 6.0\n"
        "#Fields: date time c-ip cs-username cs-method cs-uri-stem cs-uri-query sc-status sc-win32-status\n"
        "2026-11-22 01:28:40 192.0.2.7 me EHLO - +me.example 250 0\n"
        "2026-11-22 01:28:40 192.0.2.8 other EHLO - +other.example 250 0\n"
        "2026-11-22 01:28:40 192.0.2.7 me MAIL - +FROM:<a@me.example> 250 0\n"
        "2026-11-22 01:28:40 192.0.2.7 me RCPT - +TO:<x@sink.example> 550 0\n"
        "2026-11-22 01:28:40 192.0.2.8 other RCPT - +TO:<y@sink.example> 503 0\n"
        "2026-11-22 01:28:41 192.0.2.9 OutboundConnectionResponse - - 220+mx.sink.example+ESMTP 0 0\n"
        "2026-11-22 01:28:41 192.0.2.9 OutboundConnectionCommand EHLO - me.example 0 0\n"
        "2026-11-22 01:28:41 192.0.2.9 OutboundConnectionResponse - - 250+mx.sink.example 0 0\n"
        "2026-11-22 01:28:41 192.0.2.9 OutboundConnectionCommand MAIL - FROM:<a@me.example> 0 0\n"
        "2026-11-22 01:28:41 192.0.2.9 OutboundConnectionResponse - - 553+5.1.8+Sender+unknown 0 0\n");
    CHECK(briefs(all) == Strings{"3 ehlo 250 - -", "4 ehlo 250 - -", "5 mail 250 - -",
                                 "6 rcpt 550 - x@sink.example", "7 rcpt 503 - y@sink.example",
                                 "8 greeting 220 - -", "10 ehlo 250 - -", "12 mail 553 5.1.8 -"});
    CHECK(all.at(3).client == "192.0.2.7");
    CHECK(all.at(3).sender == "a@me.example");
    CHECK(all.at(4).sender.empty());
    CHECK(all.at(7).host == "192.0.2.9");
    CHECK(all.at(7).when == "2026-11-22 01:28:41");
    CHECK(all.at(7).evidence.words == "Sender unknown");
}

TEST_CASE("Exchange's protocol logs: sessions that interleave, quotes, and a failed connection")
{
    const auto all = read_log(
        "#Software: Microsoft Exchange Server\n"
        "#Log-type: SMTP Send Protocol Log\n"
        "#Fields: "
        "date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,"
        "context\n"
        "2026-11-22T01:28:40.100Z,Out,08DF01,0,192.0.2.1:5000,192.0.2.9:25,+,,\n"
        "2026-11-22T01:28:40.100Z,Out,08DF02,0,192.0.2.1:5001,192.0.2.8:25,+,,\n"
        "2026-11-22T01:28:40.100Z,Out,08DF01,1,192.0.2.1:5000,192.0.2.9:25,<,\"220 mx.sink.example, at your "
        "service\",\n"
        "2026-11-22T01:28:40.100Z,Out,08DF02,1,192.0.2.1:5001,192.0.2.8:25,<,554 5.7.1 Go away,\n"
        "2026-11-22T01:28:40.100Z,Out,08DF01,2,192.0.2.1:5000,192.0.2.9:25,>,EHLO me.example,\n"
        "2026-11-22T01:28:40.100Z,Out,08DF01,3,192.0.2.1:5000,192.0.2.9:25,<,250  mx.sink.example Hello,\n"
        "2026-11-22T01:28:40.100Z,Out,08DF01,4,192.0.2.1:5000,192.0.2.9:25,>,MAIL FROM:<a@me.example>,\n"
        "2026-11-22T01:28:40.100Z,Out,08DF01,5,192.0.2.1:5000,192.0.2.9:25,>,RCPT TO:<x@sink.example>,\n"
        "2026-11-22T01:28:40.100Z,Out,08DF01,6,192.0.2.1:5000,192.0.2.9:25,<,250 2.1.0 ok,\n"
        "2026-11-22T01:28:40.100Z,Out,08DF01,7,192.0.2.1:5000,192.0.2.9:25,<,550 5.1.1 no such user,\n"
        "2026-11-22T01:28:40.100Z,Out,08DF03,0,,192.0.2.5:25,*,,attempting to connect\n"
        "2026-11-22T01:28:40.100Z,Out,08DF03,1,,192.0.2.5:25,*,,\"Failed to connect. Error Message: No "
        "connection "
        "could be made because the target machine actively refused it 192.0.2.5:25\"\n");
    CHECK(briefs(all) == Strings{"6 greeting 220 - -", "7 greeting 554 5.7.1 -", "9 ehlo 250 - -",
                                 "12 mail 250 2.1.0 -", "13 rcpt 550 5.1.1 x@sink.example",
                                 "15 connect 0 - -"});
    CHECK(all.at(0).evidence.words == "mx.sink.example, at your service");
    CHECK(all.at(4).host == "192.0.2.9:25");
    CHECK(all.at(4).sender == "a@me.example");
    CHECK(all.at(4).queue_id == "08DF01");
}

TEST_CASE("Exchange's message tracking: each recipient with its status")
{
    const auto all = read_log(
        "#Log-type: Message Tracking Log\n"
        "#Fields: "
        "date-time,client-ip,source,event-id,message-id,recipient-address,recipient-status,sender-address\n"
        "2026-11-22T01:28:40.100Z,,SMTP,SEND,<1@me>,ok@sink.example,250 2.1.5 ok,a@me.example\n"
        "2026-11-22T01:28:40.100Z,,ROUTING,FAIL,<1@me>,x@sink.example;y@sink.example,550 5.1.1 no x;550 "
        "5.7.1 no "
        "y,a@me.example\n"
        "2026-11-22T01:28:40.100Z,,SMTP,DEFER,<1@me>,z@sink.example,[{LRT=22.11.2026};{LED=451 4.7.1 "
        "later};{FQDN=mx.sink.example};{IP=192.0.2.9}],a@me.example\n");
    CHECK(briefs(all) == Strings{"4 - 550 5.1.1 x@sink.example", "4 - 550 5.7.1 y@sink.example",
                                 "5 - 451 4.7.1 z@sink.example"});
    CHECK(all.at(0).sender == "a@me.example");
    CHECK(action(all.at(0)) == "failed");
    CHECK(action(all.at(2)) == "delayed");
    CHECK(all.at(2).host == "mx.sink.example");
}
