// SPDX-License-Identifier: Apache-2.0
// Delivery status notifications: RFC 3464, RFC 6533, and what servers make of them.
#include <catch2/catch.hpp>

#include "bounces.hpp"

using namespace smtpprobe;
using bounces::only;
using bounces::part;
using bounces::status_report;

TEST_CASE("A delivery status tells recipient, status, action, host and reply")
{
    const Mention mention =
        only(status_report("It failed.\n", "Reporting-MTA: dns; mail.example.org\n"
                                           "X-Postfix-Queue-ID: 4F2A1C0\n"
                                           "X-Postfix-Sender: rfc822; ann@example.org\n"
                                           "Arrival-Date: Mon,  2 Mar 2026 10:00:00 +0100\n"
                                           "\n"
                                           "Final-Recipient: rfc822; bob@example.com\n"
                                           "Original-Recipient: rfc822;bob@example.com\n"
                                           "Action: failed\n"
                                           "Status: 5.1.1\n"
                                           "Remote-MTA: dns; mx.example.com\n"
                                           "Diagnostic-Code: smtp; 550 5.1.1 No such mailbox\n"));
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.sender == "ann@example.org");
    CHECK(mention.queue_id == "4F2A1C0");
    CHECK(mention.when == "Mon,  2 Mar 2026 10:00:00 +0100");
    CHECK(mention.host == "mx.example.com");
    CHECK(mention.action == MailAction::failed);
    CHECK(mention.status == "5.1.1");
    CHECK(mention.evidence.code == 550);
    CHECK(mention.evidence.words == "No such mailbox");
}

TEST_CASE("Every recipient of a delivery status is mentioned, in its order")
{
    const Bounce bounce =
        read_bounce(status_report({}, "Reporting-MTA: dns; mail.example.org\n\n"
                                      "Final-Recipient: rfc822; b@example.com\nAction: failed\n"
                                      "Status: 5.2.2\nDiagnostic-Code: smtp; 552 full\n\n"
                                      "Final-Recipient: rfc822; c@example.com\nAction: delayed\n"
                                      "Status: 4.4.1\nDiagnostic-Code: smtp; no answer\n\n"
                                      "Final-Recipient: rfc822; d@example.com\nAction: relayed\n"
                                      "Status: 2.0.0\n"));
    REQUIRE(bounce.mentions.size() == 3);
    CHECK(bounce.mentions[0].recipient == "b@example.com");
    CHECK(bounce.mentions[1].recipient == "c@example.com");
    CHECK(bounce.mentions[1].action == MailAction::delayed);
    CHECK(bounce.mentions[2].action == MailAction::relayed);
    CHECK(bounce.mentions[2].status == "2.0.0");
}

TEST_CASE("Field names come in any case, with blanks before the colon, and values folded")
{
    const Mention mention = only(status_report({}, "FINAL-RECIPIENT : RFC822; <bob@example.com>\n"
                                                   "ACTION: Failed\nstatus: 5.7.1 (refused)\n"
                                                   "diagnostic-code: SMTP; 554 5.7.1 your address is\n"
                                                   "    on our list\n"));
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.action == MailAction::failed);
    CHECK(mention.status == "5.7.1");
    CHECK(mention.evidence.words == "your address is on our list");
}

TEST_CASE("A recipient's block that runs into the report's own, or is broken by an empty line, is read")
{
    const Bounce joined = read_bounce(status_report(
        {}, "Reporting-MTA: dns; m\nFinal-Recipient: rfc822; b@example.com\nAction: failed\nStatus: 5.1.1\n"
            "Final-Recipient: rfc822; c@example.com\nAction: failed\nStatus: 5.1.1\n"));
    REQUIRE(joined.mentions.size() == 2);
    CHECK(joined.mentions[1].recipient == "c@example.com");

    const Mention broken =
        only(status_report({}, "Final-Recipient: rfc822; b@example.com\n\nAction: failed\nStatus: 5.2.2\n"));
    CHECK(broken.recipient == "b@example.com");
    CHECK(broken.status == "5.2.2");
}

TEST_CASE("A status that says nothing, or only that time ran out, yields to the reply's")
{
    const auto status_of = [](const std::string& status, const std::string& reply) {
        return only(status_report({}, "Final-Recipient: rfc822; b@example.com\nAction: failed\nStatus: " +
                                          status + "\nDiagnostic-Code: smtp; " + reply + "\n"))
            .status;
    };
    CHECK(status_of("5.0.0", "550 5.1.1 unknown") == "5.1.1");
    CHECK(status_of("4.4.7", "450 4.7.1 come back later") == "4.7.1");
    CHECK(status_of("5.1.0", "550 5.1.6 moved") == "5.1.6");
    CHECK(status_of("5.7.1", "550 5.1.1 unknown") == "5.7.1");
    CHECK(status_of("5.0.0", "550 unknown") == "5.0.0");
    CHECK(status_of("4.4.7", "timed out") == "4.4.7");
}

TEST_CASE("Where the reply carries no status, the report's is evidence")
{
    const Mention mention = only(status_report(
        {}, "Final-Recipient: rfc822; b@example.com\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 no\n"));
    CHECK(mention.evidence.code == 552);
    REQUIRE(mention.evidence.status);
    CHECK(mention.evidence.status->text() == "5.2.2");
}

TEST_CASE("An exit status is no diagnostic; the text for people says more")
{
    const Mention mention =
        only(status_report("   ----- The following addresses had permanent fatal errors -----\n"
                           "<bob@example.com>\n\n"
                           "   ----- Transcript of session follows -----\n"
                           "procmail: Quota exceeded while writing /var/mail/bob\n"
                           "550 5.0.0 <bob@example.com>... Can't create output\n",
                           "Final-Recipient: RFC822; bob@example.com\nAction: failed\n"
                           "Status: 5.3.0\nDiagnostic-Code: X-Unix; 73\n"));
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.status == "5.3.0");
    CHECK(mention.text.find("73") == std::string::npos);
    CHECK_FALSE(mention.text.empty());
}

TEST_CASE("The text for people names the command that the diagnostic leaves out")
{
    const Mention mention =
        only(status_report("<bob@example.com>: host mx.example.com[192.0.2.1] said: 550 No such user\n"
                           "    here (in reply to end of DATA command)\n",
                           "Final-Recipient: rfc822; bob@example.com\nAction: failed\nStatus: 5.0.0\n"
                           "Diagnostic-Code: smtp; 550 No such user here\n"));
    REQUIRE(mention.evidence.step);
    CHECK(*mention.evidence.step == Step::message);
}

TEST_CASE("A delivery status outside of multipart/report counts as much")
{
    MessagePart message = bounces::text_bounce({});
    message.type = "multipart/mixed";
    message.children.push_back(part("text/plain", "See below.\n"));
    message.children.push_back(part("message/delivery-status",
                                    "Original-Recipient: <bob@example.com>\nAction: failed\n"
                                    "Diagnostic-Code: smtp; 550 Unknown user bob@example.com\n"));
    const Mention mention = only(message);
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.evidence.code == 550);
}

TEST_CASE("A report whose parts were lost is read from its text")
{
    MessagePart message = bounces::text_bounce("The delivery failed.\n\n"
                                               "Reporting-MTA: dns; mail.example.org\n\n"
                                               "Action: failed\nStatus: 5.1.1\n"
                                               "Final-Recipient: rfc822;bob@example.com\n"
                                               "Diagnostic-Code: smtp; 550 5.1.1 nobody\n"
                                               "    of that name\n\n"
                                               "Return-Path: <ann@example.org>\nTo: bob@example.com\n");
    message.type = "multipart/report";
    const Mention mention = only(message);
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.status == "5.1.1");
    CHECK(mention.evidence.words == "nobody of that name");
}

TEST_CASE("RFC 6533 reports name recipients in UTF-8")
{
    MessagePart message = bounces::text_bounce({});
    message.type = "multipart/report";
    message.children.push_back(
        part("message/global-delivery-status",
             "Final-Recipient: utf-8; j\xc3\xb6rg@example.com\nAction: failed\nStatus: 5.1.1\n"));
    CHECK(only(message).recipient == "j\xc3\xb6rg@example.com");
}

TEST_CASE("A recipient that is no mailbox yields to one that is")
{
    CHECK(only(status_report({}, "Final-Recipient: x400; /G=Bob/S=Example/P=ORG\n"
                                 "Original-Recipient: rfc822; bob@example.com\nStatus: 5.1.1\n"))
              .recipient == "bob@example.com");
    CHECK(only(status_report({}, "Final-Recipient: local; bob\nStatus: 5.1.1\n")).recipient == "bob");
}

TEST_CASE("A gateway that quotes the reply leaves it whole")
{
    const Mention mention = only(status_report(
        {}, "Final-Recipient: rfc822;bob@example.com\nAction: failed\nStatus: 5.0.0 (permanent failure)\n"
            "Diagnostic-Code: smtp; 5.1.0 - Unknown address error 550-'5.2.1 <bob@example.com>... "
            "Mailbox disabled' (delivery attempts: 0)\n"));
    CHECK(mention.status == "5.2.1");
    CHECK(mention.evidence.code == 550);
    CHECK(mention.evidence.words == "<bob@example.com>... Mailbox disabled");
}

TEST_CASE("What the text says about one recipient is not told of another")
{
    const Bounce bounce =
        read_bounce(status_report("<bob@example.com>: 552 5.2.2 full\n",
                                  "Final-Recipient: rfc822; bob@example.com\nAction: failed\n"
                                  "Status: 5.0.0\n\n"
                                  "Final-Recipient: rfc822; carol@example.com\nAction: delivered\n"
                                  "Status: 2.0.0\n"));
    REQUIRE(bounce.mentions.size() == 2);
    CHECK(bounce.mentions[0].status == "5.2.2");
    CHECK(bounce.mentions[1].status == "2.0.0");
    CHECK(bounce.mentions[1].text.empty());
}

TEST_CASE("Exchange's supplement stands in for a diagnostic")
{
    const Mention mention =
        only(status_report({}, "Final-Recipient: rfc822; bob@example.com\nStatus: 5.1.1\n"
                               "X-Supplementary-Info: < #5.1.1 smtp;550 5.1.1 nobody here>\n"));
    CHECK(mention.evidence.code == 550);
    CHECK(mention.evidence.words == "nobody here");
}

TEST_CASE("A transcript's replies belong to the recipients of a status without diagnostics")
{
    const Bounce bounce =
        read_bounce(status_report("   ----- The following addresses had permanent fatal errors -----\n"
                                  "<bob@example.com>\n<carol@example.com>\n\n"
                                  "   ----- Transcript of session follows -----\n"
                                  "550 5.1.1 <bob@example.com>... nobody of that name\n"
                                  "552 5.2.2 <carol@example.com>... full\n",
                                  "Final-Recipient: rfc822; bob@example.com\nStatus: 5.0.0\n\n"
                                  "Final-Recipient: rfc822; carol@example.com\nStatus: 5.0.0\n"));
    REQUIRE(bounce.mentions.size() == 2);
    CHECK(bounce.mentions[0].status == "5.1.1");
    CHECK(bounce.mentions[1].status == "5.2.2");
}
