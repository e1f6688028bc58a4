// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "mentions.hpp"

using namespace smtpprobe;
using namespace mentions;

TEST_CASE("Postfix: a bounce by the next server, with what the log knows of the message")
{
    const auto all = read_log(
        "Nov 22 01:28:40 out postfix/qmgr[9620]: F21A3A803F9: from=<a@me.example>, size=512, nrcpt=1 (queue "
        "active)\n"
        "Nov 22 01:28:40 out postfix/smtp[9744]: F21A3A803F9: to=<x@sink.example>, orig_to=<y@me.example>, "
        "relay=mx.sink.example[192.0.2.9]:25, delay=0.4, delays=0.1/0/0.2/0.1, dsn=5.1.1, status=bounced "
        "(host "
        "mx.sink.example[192.0.2.9] said: 550-5.1.1 The mailbox does not exist. 550 5.1.1 Check the "
        "spelling. (in "
        "reply to RCPT TO command))\n");
    REQUIRE(all.size() == 1);
    const auto& bounce = all.front();
    CHECK(brief(bounce) == "2 rcpt 550 5.1.1 x@sink.example");
    CHECK(bounce.evidence.words == "The mailbox does not exist. Check the spelling.");
    CHECK(bounce.sender == "a@me.example");
    CHECK(bounce.host == "mx.sink.example [192.0.2.9]");
    CHECK(bounce.queue_id == "F21A3A803F9");
    CHECK(bounce.when == "Nov 22 01:28:40");
    CHECK(bounce.status == "5.1.1");
    CHECK(action(bounce) == "failed");
}

TEST_CASE("Postfix: sent is delivered, and its reply answers the message")
{
    const auto sent =
        read_line("2026-11-22T01:28:40.123456+00:00 out postfix/smtp[9744]: 4XyZ12abcdz: "
                  "to=<x@sink.example>, relay=mx.sink.example[192.0.2.9]:25, delay=0.4, dsn=2.0.0, "
                  "status=sent (250 2.0.0 Ok: queued as 4Xq)");
    CHECK(brief(sent) == "1 message 250 2.0.0 x@sink.example");
    CHECK(action(sent) == "delivered");
    CHECK(sent.when == "2026-11-22T01:28:40.123456+00:00");
}

TEST_CASE("Postfix: failures without a reply have the step that their words name")
{
    const auto deferred = [](std::string_view why) {
        return read_line(
            "Nov  2 01:28:40 out postfix/smtp[9744]: ECFA4A803F5: to=<x@sink.example>, relay=none, "
            "delay=30, delays=0/0/30/0, dsn=4.4.1, status=deferred (" +
            std::string(why) + ')');
    };
    const auto refused = deferred("connect to mx.sink.example[192.0.2.9]:25: Connection refused");
    CHECK(brief(refused) == "1 connect 0 4.4.1 x@sink.example");
    CHECK(refused.host == "mx.sink.example [192.0.2.9]");
    CHECK(action(refused) == "delayed");
    CHECK(refused.evidence.words == "connect to mx.sink.example[192.0.2.9]:25: Connection refused");
    CHECK(brief(deferred("lost connection with mx.sink.example[192.0.2.9] while receiving the initial server "
                         "greeting")) == "1 greeting 0 4.4.1 x@sink.example");
    CHECK(brief(deferred("conversation with mx.sink.example[192.0.2.9] timed out while sending RCPT TO")) ==
          "1 rcpt 0 4.4.1 x@sink.example");
    CHECK(brief(deferred(
              "Host or domain name not found. Name service error for name=sink.example type=MX: Host "
              "not found, try again")) == "1 resolve 0 4.4.1 x@sink.example");
    CHECK(brief(deferred("Cannot start TLS: handshake failure")) == "1 tls 0 4.4.1 x@sink.example");
    CHECK(brief(deferred("Server certificate not verified")) == "1 tls 0 4.4.1 x@sink.example");
    CHECK(brief(deferred("TLS is required, but was not offered by host mx.sink.example[192.0.2.9]")) ==
          "1 starttls 0 4.4.1 x@sink.example");
}

TEST_CASE("Postfix: what its own local delivery says is no server's word")
{
    const auto unknown = read_line(
        "Nov 22 01:28:39 out postfix/local[9739]: ECFA4A803F5: to=<nouser@local.example>, relay=local, "
        "delay=0.03, delays=0.01/0.01/0/0.01, dsn=5.1.1, status=bounced (unknown user: \"nouser\")");
    CHECK(brief(unknown) == "1 - 0 5.1.1 nouser@local.example");
    CHECK(unknown.host.empty());
    CHECK(unknown.evidence.words == "unknown user: \"nouser\"");
}

TEST_CASE("Postfix: a status that says nothing is not taken for evidence")
{
    const auto bounce =
        read_line("Nov 22 01:28:39 out postfix/smtp[1]: ECFA4A803F5: to=<x@y.example>, "
                  "relay=mx[192.0.2.9]:25, delay=1, dsn=5.0.0, status=bounced (host mx[192.0.2.9] "
                  "said: 550 User unknown (in reply to RCPT TO command))");
    CHECK(brief(bounce) == "1 rcpt 550 - x@y.example");
    CHECK(bounce.status == "5.0.0");
}

TEST_CASE("Postfix: smtpd's refusals, with the client and the envelope")
{
    const auto refusal = read_line(
        "Nov 22 01:28:39 out postfix/smtpd[9627]: NOQUEUE: reject: RCPT from unknown[192.0.2.7]: 554 5.7.1 "
        "<ok@sink.example>: Relay access denied; from=<a@me.example> to=<ok@sink.example> proto=ESMTP "
        "helo=<vm>");
    CHECK(brief(refusal) == "1 rcpt 554 5.7.1 ok@sink.example");
    CHECK(refusal.client == "unknown [192.0.2.7]");
    CHECK(refusal.host.empty());
    CHECK(refusal.sender == "a@me.example");
    CHECK(refusal.evidence.words == "<ok@sink.example>: Relay access denied");
    CHECK(action(refusal) == "failed");

    const auto helo =
        read_line("Nov 22 01:28:40 out postfix/smtpd[9627]: NOQUEUE: reject: EHLO from "
                  "localhost[127.0.0.1]: 554 5.7.1 <bad.helo>: Helo command rejected: bad helo; "
                  "proto=SMTP helo=<bad.helo>");
    CHECK(brief(helo) == "1 ehlo 554 5.7.1 -");
    CHECK(helo.evidence.words == "<bad.helo>: Helo command rejected: bad helo");

    const auto later =
        read_line("Nov 22 01:28:40 out postfix/smtpd[9627]: NOQUEUE: reject: RCPT from "
                  "localhost[127.0.0.1]: 450 4.7.1 <l@local.example>: Recipient address rejected: "
                  "come later; from=<a@me.example> to=<l@local.example> proto=ESMTP helo=<vm>");
    CHECK(action(later) == "delayed");
}

TEST_CASE("Postfix: postscreen, milters and header checks refuse in their own forms")
{
    const auto listed =
        read_line("Nov 22 01:28:42 out postfix/postscreen[9777]: NOQUEUE: reject: RCPT from "
                  "[192.0.2.7]:51252: 550 5.7.1 "
                  "Service unavailable; client [192.0.2.7] blocked using dnsbl.example; from=<a@me.example>, "
                  "to=<x@local.example>, proto=ESMTP, helo=<early>");
    CHECK(brief(listed) == "1 rcpt 550 5.7.1 x@local.example");
    CHECK(listed.evidence.words == "Service unavailable; client [192.0.2.7] blocked using dnsbl.example");
    CHECK(listed.client == "[192.0.2.7]");

    const auto milter = read_line(
        "Nov 22 01:28:42 out postfix/cleanup[12]: 4XyZ12abcdz: milter-reject: END-OF-MESSAGE from "
        "mail.me.example[192.0.2.7]: 5.7.1 Spam message rejected; from=<a@me.example> to=<x@local.example> "
        "proto=ESMTP helo=<mail.me.example>");
    CHECK(brief(milter) == "1 message 0 5.7.1 x@local.example");
    CHECK(milter.queue_id == "4XyZ12abcdz");

    const auto header = read_line(
        "Nov 22 01:28:42 out postfix/cleanup[12]: 4XyZ12abcdz: reject: header Subject: buy: now; from "
        "mail.me.example[192.0.2.7]; from=<a@me.example> to=<x@local.example> proto=ESMTP helo=<me>: 5.7.1 "
        "no ads");
    CHECK(brief(header) == "1 message 0 5.7.1 x@local.example");
    CHECK(header.evidence.words == "no ads");
}

TEST_CASE("Postfix: connections, TLS and logins that failed are told, daily chatter is not")
{
    const auto all = read_log(
        "Nov 22 01:28:40 out postfix/smtp[1]: connect to mx.sink.example[192.0.2.9]:25: Connection timed "
        "out\n"
        "Nov 22 01:28:40 out postfix/smtp[1]: SSL_connect error to mx.sink.example[192.0.2.9]:25: -1\n"
        "Nov 22 01:28:40 out postfix/smtpd[1]: warning: unknown[192.0.2.7]: SASL LOGIN authentication "
        "failed: "
        "UGFzc3dvcmQ6\n"
        "Nov 22 01:28:40 out postfix/smtp[1]: ECFA4A803F5: host mx.sink.example[192.0.2.9] said: 451 4.7.1 "
        "Greylisted (in reply to RCPT TO command)\n"
        "Nov 22 01:28:40 out postfix/smtpd[1]: lost connection after DATA from unknown[192.0.2.7]\n"
        "Nov 22 01:28:40 out postfix/smtpd[1]: connect from unknown[192.0.2.7]\n"
        "Nov 22 01:28:40 out postfix/smtpd[1]: disconnect from unknown[192.0.2.7] ehlo=1 quit=1 commands=2\n"
        "Nov 22 01:28:40 out postfix/qmgr[1]: ECFA4A803F5: removed\n"
        "Nov 22 01:28:40 out postfix/postfix-script[1]: starting the Postfix mail system\n");
    CHECK(briefs(all) ==
          Strings{"1 connect 0 - -", "2 tls 0 - -", "3 auth 0 - -", "4 rcpt 451 4.7.1 -", "5 data 0 - -"});
    CHECK(all.at(0).host == "mx.sink.example [192.0.2.9]");
    CHECK(all.at(2).client == "unknown [192.0.2.7]");
    CHECK(all.at(3).host == "mx.sink.example [192.0.2.9]");
    CHECK(all.at(4).client == "unknown [192.0.2.7]");
}

TEST_CASE("Postfix is known behind other prefixes, and without one")
{
    const std::string line =
        "ECFA4A803F5: to=<x@y.example>, relay=none, delay=1, dsn=5.4.4, status=bounced (Host or "
        "domain name not found)";
    for (const std::string prefix :
         {"", "postfix/smtp[1]: ", "<22>Nov 22 01:28:40 out postfix/smtp[1]: ",
          "1 2026-11-22T01:28:40Z out postfix/smtp 1 - - ",
          "2026-11-22T01:28:40+0000 out postfix-mx/smtp[1]: ", "Nov 22 01:28:40 postfix/smtp[1]: ",
          "2026-11-22 01:28:40 out postfix/smtp[1]: "}) {
        INFO(prefix);
        CHECK(brief(read_line(prefix + line)) == "1 resolve 0 5.4.4 x@y.example");
    }
}

TEST_CASE("Postfix: mail whose time in the queue ran out goes back to its sender")
{
    const auto expired =
        read_line("Nov 22 01:28:40 out postfix/qmgr[9620]: F21A3A803F9: from=<a@me.example>, "
                  "status=expired, returned to sender");
    CHECK(brief(expired) == "1 - 0 4.4.7 -");
    CHECK(action(expired) == "failed");
    CHECK(expired.status == "4.4.7");
    CHECK(expired.sender == "a@me.example");
    CHECK(expired.queue_id == "F21A3A803F9");
    CHECK(expired.evidence.words == "expired, returned to sender");
    CHECK(explain(expired.evidence).entry->kind == Cause::expired);
    CHECK(action(read_line("Nov 22 01:28:40 out postfix/qmgr[9620]: F21A3A803F9: from=<>, "
                           "status=force-expired, returned to sender")) == "failed");
}
