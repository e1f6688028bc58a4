// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "mentions.hpp"

using namespace smtpprobe;
using namespace mentions;

TEST_CASE("Exim: failed, delayed and delivered, with the sender of the message's arrival")
{
    const auto all = read_log(
        "2026-11-22 01:28:13 1xUwNJ-0002QW-1D <= a@me.example U=root P=local S=286\n"
        "2026-11-22 01:28:13 1xUwNJ-0002QW-1D ** nobody@sink.example R=sink T=t H=mx.sink.example "
        "[192.0.2.9] "
        "X=TLS1.3:ECDHE_X25519__RSA_PSS_RSAE_SHA256__AES_256_GCM:256 CV=no DN=\"C=DE,O=A: B,CN=mx\": SMTP "
        "error from "
        "remote mail server after RCPT TO:<nobody@sink.example>: 550-5.1.1 The mailbox does not exist "
        "here.\\n550 5.1.1 Check the spelling, please.\n"
        "2026-11-22 01:28:13 1xUwNJ-0002QW-1D == full@sink.example R=sink T=t defer (-44) H=mx.sink.example "
        "[192.0.2.9]: SMTP error from remote mail server after RCPT TO:<full@sink.example>: 452 4.2.2 Over "
        "quota\n"
        "2026-11-22 01:28:13 1xUwNJ-0002QW-1D => ok@sink.example R=sink T=t H=mx.sink.example [192.0.2.9] "
        "C=\"250 "
        "2.0.0 Ok: queued as 4XyZ12\"\n"
        "2026-11-22 01:28:13 1xUwNJ-0002QW-1D Completed\n");
    CHECK(briefs(all) == Strings{"2 rcpt 550 5.1.1 nobody@sink.example", "3 rcpt 452 4.2.2 full@sink.example",
                                 "4 message 250 2.0.0 ok@sink.example"});
    CHECK(all.at(0).evidence.words == "The mailbox does not exist here. Check the spelling, please.");
    CHECK(all.at(0).host == "mx.sink.example [192.0.2.9]");
    CHECK(all.at(0).sender == "a@me.example");
    CHECK(all.at(0).queue_id == "1xUwNJ-0002QW-1D");
    CHECK(all.at(0).when == "2026-11-22 01:28:13");
    CHECK(action(all.at(0)) == "failed");
    CHECK(action(all.at(1)) == "delayed");
    CHECK(action(all.at(2)) == "delivered");
}

TEST_CASE("Exim: failures of its own, and of the network")
{
    const auto all = read_log("2026-11-22 01:28:13 1xUwNJ-0002R4-1i == x@refused.example R=ref T=t defer "
                              "(111): Connection refused\n"
                              "2026-11-22 01:28:13 1xUwNJ-0002R4-1i == x@refused.example R=ref T=t defer "
                              "(-54): retry time not reached for "
                              "any host for 'refused.example'\n"
                              "2026-11-22 01:28:13 1xUwNJ-0002Qe-1L == full@sink.example routing defer "
                              "(-52): retry time not reached\n"
                              "2026-11-22 01:28:13 1xUwNJ-0002Qa-1G ** a@me.example: Unrouteable address\n"
                              "2026-11-22 01:28:13 1xUwNJ-0002Qa-1G ** pipe <pipe@local.example> R=pipe "
                              "T=pp: Child process of pp transport "
                              "returned 1 from command: /bin/false\n"
                              "2026-11-22 01:28:13 1xUwNJ-0002RE-1s == nobody@sink.example "
                              "<alias@local.example> R=sink T=t defer (-18) "
                              "H=mx.sink.example [192.0.2.9]: Remote host closed connection in response to "
                              "RCPT TO:<nobody@sink.example>\n");
    CHECK(briefs(all) == Strings{"1 connect 0 - x@refused.example", "2 - 0 - x@refused.example",
                                 "3 - 0 - full@sink.example", "4 - 0 - a@me.example",
                                 "5 - 0 - pipe@local.example", "6 rcpt 0 - nobody@sink.example"});
    CHECK(all.at(0).evidence.words == "Connection refused");
    CHECK(all.at(3).evidence.words == "Unrouteable address");
}

TEST_CASE("Exim: refusals of clients, by command")
{
    const auto all = read_log(
        "2026-11-22 01:22:50 H=(vm) [192.0.2.7] F=<a@me.example> rejected RCPT <x@local.example>: relay not "
        "permitted\n"
        "2026-11-22 01:22:51 H=mail.me.example (vm) [192.0.2.7]:4711 F=<a@me.example> temporarily rejected "
        "RCPT "
        "<later@local.example>: Greylisted\n"
        "2026-11-22 01:22:51 1xUwI7-0001Vq-33 H=(vm) [192.0.2.7] F=<a@me.example> rejected after DATA: This "
        "message "
        "has a virus\n"
        "2026-11-22 01:22:51 H=[192.0.2.7] rejected EHLO or HELO x_y: syntactically invalid argument(s)\n"
        "2026-11-22 01:22:51 login authenticator failed for (vm) [192.0.2.7]: 535 Incorrect authentication "
        "data "
        "(set_id=info)\n");
    CHECK(briefs(all) == Strings{"1 rcpt 0 - x@local.example", "2 rcpt 0 - later@local.example",
                                 "3 message 0 - -", "4 ehlo 0 - -", "5 auth 535 - -"});
    CHECK(all.at(0).client == "(vm) [192.0.2.7]");
    CHECK(all.at(0).evidence.words == "relay not permitted");
    CHECK(all.at(0).sender == "a@me.example");
    CHECK(action(all.at(0)) == "failed");
    CHECK(action(all.at(1)) == "delayed");
    CHECK(all.at(1).client == "mail.me.example [192.0.2.7]");
    CHECK(all.at(4).client == "(vm) [192.0.2.7]");
}

TEST_CASE("Exim: other hosts of a message, milliseconds, zones, process numbers, new ids, syslog")
{
    CHECK(brief(read_line(
              "2026-11-22 01:28:13.123 +0100 [4711] 1rN9Ko-00000000QgX-2bLk ** x@y.example R=r T=t: all "
              "hosts for 'y.example' have been failing for a long time")) == "1 - 0 - x@y.example");
    CHECK(brief(read_line(
              "Nov 22 01:28:13 out exim[4711]: 2026-11-22 01:28:13 1xUwNJ-0002Qa-1G ** x@y.example: "
              "Unrouteable address")) == "1 - 0 - x@y.example");
    const auto host =
        read_line("2026-11-22 01:28:13 1xUwNJ-0002Qa-1G H=mx.sink.example [192.0.2.9] Connection refused");
    CHECK(brief(host) == "1 connect 0 - -");
    CHECK(host.host == "mx.sink.example [192.0.2.9]");
}

TEST_CASE("Exim: what is no failure is silent")
{
    CHECK(read_log("2026-11-22 01:28:13 1xUwNJ-0002Qa-1G Completed\n"
                   "2026-11-22 01:28:13 Start queue run: pid=9385\n"
                   "2026-11-22 01:28:13 1xUwNJ-0002Qa-1G Message is frozen\n"
                   "2026-11-22 01:22:46 exim 4.96 daemon started: pid=5764, -q1m\n")
              .empty());
}
