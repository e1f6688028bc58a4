// SPDX-License-Identifier: Apache-2.0
// Sendmail, qmail, OpenSMTPD, Dovecot.
#include <catch2/catch.hpp>

#include "mentions.hpp"

using namespace smtpprobe;
using namespace mentions;

TEST_CASE("Sendmail: a delivery, with the status that the log gives")
{
    const auto all = read_log(
        "Nov 22 01:28:40 out sm-mta[590]: 7AM1SeKK000590: from=<a@me.example>, size=553, class=0, nrcpts=2, "
        "proto=ESMTP, daemon=MTA, relay=localhost [127.0.0.1]\n"
        "Nov 22 01:28:41 out sm-mta[592]: 7AM1SeKK000590: to=<x@sink.example>,<y@sink.example>, "
        "ctladdr=<a@me.example> (33/33), delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=120553, "
        "relay=mx.sink.example. [192.0.2.9], dsn=5.1.1, stat=User unknown\n");
    CHECK(briefs(all) == Strings{"2 - 0 5.1.1 x@sink.example", "2 - 0 5.1.1 y@sink.example"});
    CHECK(all.at(1).host == "mx.sink.example [192.0.2.9]");
    CHECK(all.at(1).sender == "a@me.example");
    CHECK(all.at(1).evidence.words == "User unknown");
    CHECK(action(all.at(1)) == "failed");
}

TEST_CASE("Sendmail: deferred, sent, and a reply within the line")
{
    const std::string before =
        "Nov 22 01:28:41 out sendmail[592]: 7AM1SeKK000590: to=x@sink.example, delay=00:00:01, "
        "xdelay=00:00:01, mailer=esmtp, pri=1, relay=mx.sink.example. [192.0.2.9], ";
    const auto refused =
        read_line(before + "dsn=4.0.0, stat=Deferred: Connection refused by mx.sink.example.");
    CHECK(brief(refused) == "1 connect 0 - x@sink.example");
    CHECK(action(refused) == "delayed");
    const auto grey = read_line(before + "dsn=4.7.1, stat=Deferred: 451 4.7.1 Greylisted, come back");
    CHECK(brief(grey) == "1 - 451 4.7.1 x@sink.example");
    const auto sent = read_line(before + "dsn=2.0.0, stat=Sent (Ok: queued as 4Xq)");
    CHECK(action(sent) == "delivered");
    const auto reply =
        read_line(before + "dsn=5.1.1, reply=550 5.1.1 <x>... No, not here, stat=User unknown");
    CHECK(brief(reply) == "1 - 550 5.1.1 x@sink.example");
    CHECK(reply.evidence.words == "<x>... No, not here");
}

TEST_CASE("Sendmail: refusals by rule set, by milter, and of a recipient")
{
    const auto all = read_log(
        "Nov 22 01:28:41 out sm-mta[592]: 7AM1SeKK000591: ruleset=check_rcpt, arg1=<x@sink.example>, "
        "relay=mail.me.example [192.0.2.7], reject=550 5.7.1 <x@sink.example>... Relaying denied\n"
        "Nov 22 01:28:41 out sm-mta[592]: ruleset=check_relay, arg1=mail.me.example, arg2=192.0.2.7, "
        "relay=mail.me.example [192.0.2.7], reject=554 5.7.1 Rejected 192.0.2.7 found in dnsbl.example\n"
        "Nov 22 01:28:41 out sm-mta[592]: 7AM1SeKK000592: Milter: to=<x@sink.example>, reject=451 4.7.1 "
        "Greylisted\n"
        "Nov 22 01:28:41 out sm-mta[592]: 7AM1SeKK000593: <nobody@local.example>... User unknown\n"
        "Nov 22 01:28:41 out sm-mta[592]: 7AM1SeKK000594: 7AM1SeKL000594: DSN: Host unknown (Name server: "
        "sink.example: host not found)\n"
        "Nov 22 01:28:41 out sm-mta[592]: STARTTLS=client, relay=mx.sink.example., version=TLSv1.3, "
        "verify=OK\n");
    CHECK(briefs(all) == Strings{"1 rcpt 550 5.7.1 x@sink.example", "2 greeting 554 5.7.1 -",
                                 "3 rcpt 451 4.7.1 x@sink.example", "4 rcpt 0 - nobody@local.example",
                                 "5 - 0 - -"});
    CHECK(all.at(0).client == "mail.me.example [192.0.2.7]");
    CHECK(action(all.at(2)) == "delayed");
}

TEST_CASE("qmail: a delivery is put together from three lines, and unfolded")
{
    const auto all = read_log(
        "@40000000419f13a508000000 info msg 161214: bytes 869 from <a@me.example> qp 24150 uid 1000\n"
        "@40000000419f13a508000001 starting delivery 183: msg 161214 to remote x@sink.example\n"
        "@40000000419f13a508000002 delivery 183: failure: "
        "192.0.2.9_does_not_like_recipient./Remote_host_said:_550-5.1.1_No_such/550_5.1.1_user/Giving_up_on_"
        "192.0.2.9./\n"
        "@40000000419f13a508000003 starting delivery 184: msg 161214 to remote y@sink.example\n"
        "@40000000419f13a508000004 delivery 184: deferral: "
        "Sorry,_I_wasn't_able_to_establish_an_SMTP_connection._(#4.4.1)/\n"
        "@40000000419f13a508000005 delivery 185: success: "
        "192.0.2.9_accepted_message./Remote_host_said:_250_ok/\n");
    CHECK(briefs(all) == Strings{"3 rcpt 550 5.1.1 x@sink.example", "5 connect 0 4.4.1 y@sink.example",
                                 "6 message 250 - -"});
    CHECK(all.at(0).sender == "a@me.example");
    CHECK(all.at(0).host == "192.0.2.9");
    CHECK(all.at(0).when == "@40000000419f13a508000002");
    CHECK(action(all.at(0)) == "failed");
    CHECK(action(all.at(1)) == "delayed");
    CHECK(action(all.at(2)) == "delivered");
}

TEST_CASE("qmail through syslog")
{
    CHECK(brief(read_line("Nov 22 01:28:41 out qmail: 1795309865.123456 delivery 7: failure: "
                          "Sorry,_no_mailbox_here_by_that_name._(#5.1.1)/")) == "1 - 0 5.1.1 -");
}

TEST_CASE("OpenSMTPD: each line tells all")
{
    const auto bounce = read_line(
        "Nov 22 01:28:41 out smtpd[75295]: 5df87c9b982c840c mta delivery evpid=3d4c4a424797fe79 "
        "from=<a@me.example> "
        "to=<x@sink.example> rcpt=<-> source=\"192.0.2.1\" relay=\"192.0.2.9 (mx.sink.example)\" delay=1s "
        "result=\"PermFail\" stat=\"550 5.1.1 <x@sink.example>: no \"such\" user\"");
    CHECK(brief(bounce) == "1 - 550 5.1.1 x@sink.example");
    CHECK(bounce.evidence.words == "<x@sink.example>: no \"such\" user");
    CHECK(bounce.host == "mx.sink.example [192.0.2.9]");
    CHECK(bounce.sender == "a@me.example");
    CHECK(bounce.queue_id == "3d4c4a424797fe79");
    CHECK(action(bounce) == "failed");

    const auto all = read_log(
        "4b3a6c195c1f6010 mta delivery evpid=8f26ea98359eccea from=<a@me.example> to=<x@sink.example> "
        "rcpt=<-> "
        "source=\"192.0.2.1\" relay=\"192.0.2.9 (mx)\" delay=0s result=\"TempFail\" stat=\"421 too busy\"\n"
        "Nov 22 01:28:41 out smtpd[1]: 5df87c9ffd0e785d smtp failed-command command=\"RCPT "
        "TO:<no@local.example> \" "
        "result=\"550 Invalid recipient: <no@local.example>\"\n"
        "Nov 22 01:28:41 out smtpd[1]: 5df87c9ffd0e785d smtp failed-command command=\"\" result=\"550 no "
        "rDNS\"\n"
        "Nov 22 01:28:41 out smtpd[1]: 5df87c9ffd0e785d mta error reason=\"Connection refused\"\n"
        "Nov 22 01:28:41 out smtpd[1]: 5df87c9ffd0e785d smtp disconnected reason=quit\n");
    CHECK(briefs(all) == Strings{"1 - 421 - x@sink.example", "2 rcpt 550 - no@local.example",
                                 "3 greeting 550 - -", "4 connect 0 - -"});
}

TEST_CASE("OpenSMTPD: a refused AUTH is told without what the client sent")
{
    const auto refused =
        read_line("Nov 22 01:28:41 out smtpd[1]: 5df87c9ffd0e785d smtp failed-command command=\"AUTH "
                  "PLAIN AG1lAHNlY3JldA==\" result=\"503 5.5.1 Invalid command\"");
    CHECK(brief(refused) == "1 auth 503 5.5.1 -");
    CHECK(refused.text.find("AG1lAHNlY3JldA==") == std::string::npos);
}

TEST_CASE("Dovecot: a message that could not be stored, and a login to submission that failed")
{
    const auto all =
        read_log("Nov 22 01:28:41 out dovecot: lmtp(x@local.example)<4711><abc>: msgid=<1@me.example>: save "
                 "failed to open "
                 "mailbox INBOX: Quota exceeded (mailbox for user is full)\n"
                 "Nov 22 01:28:41 out dovecot: submission-login: Disconnected: Connection closed (auth "
                 "failed, 3 attempts in 12 "
                 "secs): user=<x@local.example>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.1, TLS\n"
                 "Nov 22 01:28:41 out dovecot: lmtp(x@local.example)<4711><abc>: msgid=<1@me.example>: saved "
                 "mail to INBOX\n"
                 "Nov 22 01:28:41 out dovecot: imap(x@local.example)<4711><abc>: Logged out in=1 out=2\n");
    CHECK(briefs(all) == Strings{"1 - 0 - x@local.example", "2 auth 0 - -"});
    CHECK(all.at(0).evidence.words == "Quota exceeded (mailbox for user is full)");
    CHECK(all.at(1).client == "192.0.2.7");
}
