// SPDX-License-Identifier: Apache-2.0
// Non-delivery reports of Exchange, from 5.5 to 365, and of Domino and GroupWise.
#include <catch2/catch.hpp>

#include "bounces.hpp"

using namespace smtpprobe;
using bounces::only;
using bounces::only_of_text;
using bounces::text_bounce;

TEST_CASE("Exchange 2003: address, date, sentence, and the line for the admin")
{
    const Mention mention =
        only_of_text("Your message did not reach some or all of the intended recipients.\n\n"
                     "      Subject:\tHello\n"
                     "      Sent:\t3/2/2026 9:11 AM\n\n"
                     "The following recipient(s) could not be reached:\n\n"
                     "      bob@example.com on 3/2/2026 9:12 AM\n"
                     "            The e-mail account does not exist at the organization this "
                     "message was sent to.\n"
                     "            <mail.example.org #5.1.1 smtp;550 5.1.1 nobody of that name>\n");
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.status == "5.1.1");
    CHECK(mention.evidence.code == 550);
    CHECK(mention.evidence.words.find("nobody of that name") == 0);
}

TEST_CASE("Exchange 2003: a recipient by name is who the message was for")
{
    const Mention mention = only_of_text("Your message\n\n"
                                         "  To:      bob@example.com\n"
                                         "  Subject: Hello\n"
                                         "  Sent:    Mon, 2 Mar 2026 09:11:00 +0100\n\n"
                                         "did not reach the following recipient(s):\n\n"
                                         "Bob Example on Mon, 2 Mar 2026 09:12:00 +0100\n"
                                         "    The recipient name is not recognized\n"
                                         "\tThe MTS-ID of the original message is: c=us;a= ;p=example\n"
                                         "    MSEXCH:IMS:EXAMPLE:SITE:MAIL 0 (000C05A6) Unknown Recipient\n");
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.text.find("Unknown Recipient") != std::string::npos);
}

TEST_CASE("Exchange 2003 in German: the word between address and date differs")
{
    const Mention mention =
        only(text_bounce("Ihre Nachricht hat einige oder alle Empf\xc3\xa4nger nicht erreicht.\n\n"
                         "Folgende(r) Empf\xc3\xa4nger konnte(n) nicht erreicht werden:\n\n"
                         "  bob@example.com am 02.03.2026 09:12\n"
                         "    Unter dieser Adresse gibt es kein Postfach.\n"
                         "    < mail.example.org #5.1.1 smtp;550 5.1.1 nobody of that name>\n",
                         "Unzustellbar: Hallo"));
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.status == "5.1.1");
}

TEST_CASE("Exchange 2007 and later: the lines for administrators")
{
    const Mention mention =
        only(text_bounce("Delivery has failed to these recipients or distribution lists:\n\n"
                         "Bob Example<mailto:bob@example.com>\n"
                         "The recipient's e-mail address was not found in the recipient's e-mail "
                         "system.\n\n"
                         "Diagnostic information for administrators:\n\n"
                         "Generating server: mail.example.org\n\n"
                         "bob@example.com\n"
                         "#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n\n"
                         "Original message headers:\n\n"
                         "Received: from a.example.org (192.0.2.2) by mail.example.org\n",
                         "Undeliverable: Hello"));
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.status == "5.1.1");
    CHECK(mention.evidence.code == 550);
    CHECK(mention.evidence.words.find("RESOLVER.ADR.RecipNotFound") == 0);
}

TEST_CASE("Exchange Online: what the remote server returned")
{
    const Mention mention =
        only(text_bounce("Delivery has failed to these recipients or groups:\n\n"
                         "bob@example.com (bob@example.com)<mailto:bob@example.com>\n"
                         "Your message wasn't delivered. Try again later.\n\n"
                         "Diagnostic information for administrators:\n\n"
                         "Generating server: AB1.prod.outlook.com\n"
                         "Receiving server: mx.example.com (192.0.2.7)\n\n"
                         "bob@example.com\n"
                         "3/2/2026 8:21:10 AM - Server at mx.example.com (192.0.2.7) returned "
                         "'554 5.7.1 on our blocklist'\n"
                         "3/2/2026 8:11:10 AM - Server at mx.example.com (192.0.2.7) returned "
                         "'451 4.4.0 busy'\n",
                         "Undeliverable: Hello"));
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.status == "5.7.1");
    CHECK(mention.evidence.code == 554);
}

TEST_CASE("A report in HTML alone is read as text")
{
    MessagePart message = text_bounce({}, "Undeliverable: Hello");
    message.children.push_back(bounces::part(
        "text/html", "<html><head><title>NDR</title><style>p { x: y@z.example }</style></head><body>"
                     "<p>Delivery has failed to these recipients or groups:</p>"
                     "<p><a href=\"mailto:bob@example.com\">bob@example.com</a><br>\n"
                     "#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##</p></body></html>"));
    message.type = "multipart/alternative";
    const Mention mention = only(message);
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.status == "5.1.1");
}

TEST_CASE("Domino: recipient and reason in blocks of their own")
{
    const Mention mention = only(text_bounce("Your message\n\n"
                                             "  Subject: Hello\n\n"
                                             "was not delivered to:\n\n"
                                             "  bob@example.com\n\n"
                                             "because:\n\n"
                                             "  User bob (bob@example.com) not listed in Domino Directory\n",
                                             "DELIVERY FAILURE: User bob not listed in Domino Directory"));
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.text.find("not listed in Domino Directory") != std::string::npos);
}

TEST_CASE("Notes: the reason stands above the recipient")
{
    const Mention mention = only_of_text("------- Failure Reasons  --------\n\n"
                                         "User not listed in public Name & Address Book\n"
                                         "bob@example.com\n\n"
                                         "------- Returned Message --------\n\n"
                                         "Received: from a.example.org\n");
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.text.find("not listed in public Name") != std::string::npos);
}

TEST_CASE("GroupWise: the reason in brackets behind the address")
{
    const Mention mention = only_of_text("The message that you sent was undeliverable to the following:\n"
                                         "\tbob@example.com (user not found)\n\n"
                                         "Possibly truncated original message follows:\n");
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.text == "user not found");
}

TEST_CASE("A time in another program's report is no recipient of Exchange's")
{
    const Mention mention = only_of_text("Message accepted on Mon, 2 Mar 2026 09:12:00 +0100\n\n"
                                         "<bob@example.com>:\n"
                                         "Sorry, no mailbox here by that name. (#5.1.1)\n");
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.status == "5.1.1");
}

TEST_CASE("Exchange 5.5: the reply stands behind the numbers of the Internet Mail Service")
{
    const Mention mention =
        only_of_text("Your message\n\n"
                     "  To:      bob@example.com\n"
                     "  Subject: Hello\n\n"
                     "did not reach the following recipient(s):\n\n"
                     "c=us;a= ;p=org;dda:SMTP=bob@example.com; on Mon, 2 Mar 2026 10:00:01 +0100\n"
                     "    Unable to deliver the message due to a communications failure\n"
                     "\tThe MTS-ID of the original message is: c=us;a= ;p=org\n"
                     ";l=EXCHANGE0000000\n"
                     "\tMSEXCH:IMS:ORG:SITE:SERVER 3550 (000B09B6) 550 5.1.1 nobody of that "
                     "name\n");
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.evidence.code == 550);
    CHECK(mention.evidence.words == "nobody of that name");
}
