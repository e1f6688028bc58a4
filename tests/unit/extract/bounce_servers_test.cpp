// SPDX-License-Identifier: Apache-2.0
// Reports for people, as mail servers write them.
#include <catch2/catch.hpp>

#include "bounces.hpp"

using namespace smtpprobe;
using bounces::only;
using bounces::only_of_text;
using bounces::text_bounce;

TEST_CASE("qmail: a recipient's paragraph, and what the remote host said")
{
    const Bounce bounce =
        read_bounce(text_bounce("Hi. This is the qmail-send program at mail.example.org.\n"
                                "I'm afraid I wasn't able to deliver your message to the following "
                                "addresses.\n"
                                "This is a permanent error; I've given up. Sorry it didn't work "
                                "out.\n\n"
                                "<bob@example.com>:\n"
                                "192.0.2.7 does not like recipient.\n"
                                "Remote host said: 550 5.1.1 nobody of that name\n"
                                "Giving up on 192.0.2.7.\n\n"
                                "<carol@example.net>:\n"
                                "Sorry, I couldn't find any host named example.net. (#5.1.2)\n\n"
                                "--- Below this line is a copy of the message.\n\n"
                                "Return-Path: <ann@example.org>\n"
                                "To: dave@example.com\n"));
    REQUIRE(bounce.mentions.size() == 2);
    CHECK(bounce.mentions[0].recipient == "bob@example.com");
    CHECK(bounce.mentions[0].status == "5.1.1");
    CHECK(bounce.mentions[0].evidence.code == 550);
    CHECK(bounce.mentions[0].evidence.step == Step::rcpt);
    CHECK(bounce.mentions[1].recipient == "carol@example.net");
    CHECK(bounce.mentions[1].status == "5.1.2");
}

TEST_CASE("qmail: that it will not try again does not hide why it failed")
{
    const Mention mention =
        only_of_text("Hi. This is the qmail-send program at mail.example.org.\n\n"
                     "<bob@example.com>:\n"
                     "Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)\n"
                     "I'm not going to try again; this message has been in the queue too long.\n");
    CHECK(mention.status == "4.4.1");
    CHECK(mention.text == "Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)");
}

TEST_CASE("Exim: indented addresses, deeper lines for the reason")
{
    MessagePart message =
        text_bounce("This message was created automatically by mail delivery software.\n\n"
                    "A message that you sent could not be delivered to one or more of its\n"
                    "recipients. This is a permanent error. The following address(es) failed:\n\n"
                    "  bob@example.com\n"
                    "    (generated from staff@example.org)\n"
                    "    host mx.example.com [192.0.2.7]\n"
                    "    SMTP error from remote mail server after RCPT TO:<bob@example.com>:\n"
                    "    550 5.1.1 <bob@example.com>: nobody of that name\n"
                    "  carol@example.com\n"
                    "    mailbox is full: retry timeout exceeded\n\n"
                    "------ This is a copy of the message, including all the headers. ------\n\n"
                    "To: erin@example.com\n");
    bounces::add_header(message, "X-Failed-Recipients", "bob@example.com, carol@example.com");
    const Bounce bounce = read_bounce(message);
    REQUIRE(bounce.mentions.size() == 2);
    CHECK(bounce.mentions[0].recipient == "bob@example.com");
    CHECK(bounce.mentions[0].evidence.step == Step::rcpt);
    CHECK(bounce.mentions[0].status == "5.1.1");
    CHECK(bounce.mentions[1].recipient == "carol@example.com");
    CHECK(bounce.mentions[1].text == "mailbox is full: retry timeout exceeded");
}

TEST_CASE("Exim: a warning tells of a delay")
{
    const Mention mention =
        only(text_bounce("This message was created automatically by mail delivery software.\n"
                         "A message that you sent has not yet been delivered to one or more of "
                         "its\nrecipients after more than 24 hours on the queue on "
                         "mail.example.org.\n\n"
                         "The address to which the message has not yet been delivered is:\n\n"
                         "  bob@example.com\n"
                         "    host mx.example.com [192.0.2.7]\n"
                         "    SMTP error from remote mail server after end of data:\n"
                         "    451 4.3.0 try again later\n\n"
                         "No action is required on your part.\n",
                         "Warning: message 1abcde-000001-AA delayed 24 hours"));
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.action == MailAction::delayed);
    CHECK(mention.status == "4.3.0");
    CHECK(mention.evidence.step == Step::message);
}

TEST_CASE("Exim: X-Failed-Recipients counts where the text names a file")
{
    MessagePart message =
        text_bounce("A message that you sent could not be delivered to one or more of its\n"
                    "recipients. This is a permanent error. The following address(es) failed:\n\n"
                    "  save to /home/bob/Maildir\n"
                    "    generated by bob@host.example\n"
                    "    mailbox is full (quota exceeded)\n");
    bounces::add_header(message, "X-Failed-Recipients", "bob@example.com");
    const Mention mention = only(message);
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.text.find("quota exceeded") != std::string::npos);
}

TEST_CASE("Postfix: a reply that is wrapped is one reply")
{
    const Mention mention =
        only_of_text("This is the mail system at host mail.example.org.\n\n"
                     "For further assistance, please send mail to <postmaster>\n\n"
                     "                   The mail system\n\n"
                     "<bob@example.com>: host mx.example.com[192.0.2.7] said: 550-5.2.1 Too much mail\n"
                     "    comes in for this mailbox\n"
                     "    550-5.2.1 at this time. See\n"
                     "    550 5.2.1 https://example.com/rate (in reply to RCPT TO\n"
                     "    command)\n");
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.status == "5.2.1");
    CHECK(mention.evidence.code == 550);
    CHECK(mention.evidence.step == Step::rcpt);
    CHECK(mention.evidence.words.find("Too much mail comes in for this mailbox at this time.") == 0);
}

TEST_CASE("Postfix: another address at the beginning of a wrapped line is no recipient")
{
    const Mention mention =
        only_of_text("                   The mail system\n\n"
                     "<bob@example.com>: host mx.example.com[192.0.2.7] said: 553 5.1.8\n"
                     "    <ann@example.org>: the domain of this sender is unknown (in reply to\n"
                     "    MAIL FROM command)\n");
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.evidence.step == Step::mail);
    CHECK(mention.status == "5.1.8");
}

TEST_CASE("Sendmail: the reason in brackets and the transcript")
{
    const Mention mention =
        only_of_text("The original message was received at Mon, 2 Mar 2026 10:00:00 +0100\n"
                     "from localhost [127.0.0.1]\n\n"
                     "   ----- The following addresses had permanent fatal errors -----\n"
                     "<bob@example.com>\n"
                     "    (reason: 550 5.1.1 nobody of that name)\n\n"
                     "   ----- Transcript of session follows -----\n"
                     "... while talking to mx.example.com.:\n"
                     ">>> RCPT To:<bob@example.com>\n"
                     "<<< 550 5.1.1 nobody of that name\n"
                     "550 5.1.1 <bob@example.com>... User unknown\n");
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.status == "5.1.1");
    CHECK(mention.evidence.code == 550);
}

TEST_CASE("Sendmail: the host of a transcript is who said it")
{
    const Mention mention = only_of_text("   ----- The following addresses had permanent fatal errors -----\n"
                                         "<bob@example.com>\n\n"
                                         "   ----- Transcript of session follows -----\n"
                                         "... while talking to mx.example.com.:\n"
                                         ">>> MAIL From:<ann@example.org>\n"
                                         "<<< 550 5.7.1 your network is on our blocklist\n");
    CHECK(mention.host == "mx.example.com");
    CHECK(mention.evidence.step == Step::mail);
}

TEST_CASE("Sendmail: behind DATA, a complaint about missing recipients tells what was refused")
{
    const std::string head = "   ----- The following addresses had permanent fatal errors -----\n"
                             "<bob@example.com>\n\n"
                             "   ----- Transcript of session follows -----\n"
                             "... while talking to mx.example.com.:\n"
                             ">>> DATA\n"
                             "<<< 550 User unknown\n";
    CHECK(only_of_text(head + "554 5.0.0 Service unavailable\n").evidence.step == Step::message);
    CHECK_FALSE(only_of_text(head + "<<< 503 5.0.0 Need RCPT (recipient)\n").evidence.step);
}

TEST_CASE("Sendmail of old: the transcript alone names the recipient")
{
    const Mention mention = only_of_text("   ----- Transcript of session follows -----\n"
                                         "While talking to mx.example.com:\n"
                                         ">>> RCPT To:<bob@example.com>\n"
                                         "<<< 550 <bob@example.com>, nobody of that name\n"
                                         "550 <bob@example.com>... User unknown\n\n"
                                         "   ----- Unsent message follows -----\n"
                                         "From: ann@example.org\nTo: bob@example.com\n");
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.evidence.code == 550);
}

TEST_CASE("Courier: host, command and reply below the address")
{
    const Mention mention = only_of_text("This is a delivery status notification from mail.example.org,\n"
                                         "running the Courier mail server.\n\n"
                                         "                           UNDELIVERABLE MAIL\n\n"
                                         "Your message to the following recipients cannot be delivered:\n\n"
                                         "<bob@example.com>:\n"
                                         "    mx.example.com [192.0.2.7]:\n"
                                         ">>> RCPT TO:<bob@example.com>\n"
                                         "<<< 550 5.1.1 nobody of that name\n\n"
                                         "----------------------------------------\n");
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.status == "5.1.1");
    CHECK(mention.evidence.step == Step::rcpt);
}

TEST_CASE("OpenSMTPD: an address and its reply a line")
{
    const Bounce bounce =
        read_bounce(text_bounce("    Hi!\n\n"
                                "    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\n"
                                "    An error has occurred while attempting to deliver a message for\n"
                                "    the following list of recipients:\n\n"
                                "bob@example.com: 550 5.1.1 nobody of that name\n"
                                "carol@example.com: 552 5.2.2 mailbox is full\n\n"
                                "    Below is a copy of the original message:\n\n"
                                "To: erin@example.com\n",
                                "Delivery status notification: error"));
    REQUIRE(bounce.mentions.size() == 2);
    CHECK(bounce.mentions[0].status == "5.1.1");
    CHECK(bounce.mentions[1].recipient == "carol@example.com");
    CHECK(bounce.mentions[1].status == "5.2.2");
    CHECK(bounce.mentions[1].action == MailAction::failed);
}

TEST_CASE("DragonFly: a sentence names the recipient, the reply follows in lines")
{
    const Mention mention = only_of_text("This is the DragonFly Mail Agent v0.13 at mail.example.org.\n\n"
                                         "There was an error delivering your mail to <bob@example.com>.\n\n"
                                         "mx.example.com [192.0.2.7] did not like our RCPT TO:\n"
                                         "550-5.7.1 Your network is\n"
                                         "550 5.7.1 on our blocklist\n\n"
                                         "Message headers follow.\n\n"
                                         "To: bob@example.com\n");
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.status == "5.7.1");
    CHECK(mention.evidence.step == Step::rcpt);
    CHECK(mention.evidence.words == "Your network is on our blocklist");
}

TEST_CASE("MMDF and PMDF: a label before each thing")
{
    const Bounce bounce =
        read_bounce(text_bounce("Your message cannot be delivered to the following recipients:\n\n"
                                "  Recipient address: bob@example.com\n"
                                "  Reason: Remote SMTP server has rejected address\n"
                                "  Diagnostic code: smtp;550 5.1.1 nobody of that name\n"
                                "  Remote system: dns;mx.example.com (TCP|192.0.2.1|1025|192.0.2.7|25)\n\n"
                                "  Recipient address: carol@example.com\n"
                                "  Reason: Over quota\n"));
    REQUIRE(bounce.mentions.size() == 2);
    CHECK(bounce.mentions[0].recipient == "bob@example.com");
    CHECK(bounce.mentions[0].status == "5.1.1");
    CHECK(bounce.mentions[0].evidence.code == 550);
    CHECK(bounce.mentions[1].recipient == "carol@example.com");
    CHECK(bounce.mentions[1].text.find("Over quota") != std::string::npos);
}

TEST_CASE("Apache James: the recipient among the message's details")
{
    const Mention mention = only_of_text("Hi. This is the James mail server at mail.example.org.\n"
                                         "I'm afraid I wasn't able to deliver your message to the following "
                                         "addresses.\n"
                                         "This is a permanent error; I've given up.\n\n"
                                         "Error message below:\n"
                                         "550 - nobody of that name\n\n"
                                         "Message details:\n"
                                         "  Subject: Hello\n"
                                         "  Sent date: Mon Mar 02 10:00:00 CET 2026\n"
                                         "  MAIL FROM: ann@example.org\n"
                                         "  RCPT TO: bob@example.com\n"
                                         "  From: ann@example.org\n"
                                         "  To: bob@example.com\n");
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.evidence.code == 550);
}
