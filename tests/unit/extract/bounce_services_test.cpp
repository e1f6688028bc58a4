// SPDX-License-Identifier: Apache-2.0
// Reports of mail services and gateways: free text, each in its own order.
#include <catch2/catch.hpp>

#include "bounces.hpp"

using namespace smtpprobe;
using bounces::only;
using bounces::only_of_text;
using bounces::text_bounce;

TEST_CASE("Gmail as it was: what the other server returned, in a paragraph or on its own line")
{
    const std::string head = "Delivery to the following recipient failed permanently:\n\n"
                             "     bob@example.com\n\n"
                             "Technical details of permanent failure:\n";
    const std::string tail = "\n\n----- Original message -----\n\nReceived: by 192.0.2.9 with SMTP id x1\n";
    const Mention own_line =
        only_of_text(head +
                     "Google tried to deliver your message, but it was rejected by mx.example.com.\n\n"
                     "The error that the other server returned was:\n550 5.1.1 nobody of that name" +
                     tail);
    CHECK(own_line.recipient == "bob@example.com");
    CHECK(own_line.status == "5.1.1");
    CHECK(own_line.evidence.code == 550);
    const Mention paragraph =
        only_of_text(head +
                     "Google tried to deliver your message, but it was rejected. The error that the other "
                     "server returned was: 554 554 5.7.1 on our blocklist (state 14)." +
                     tail);
    CHECK(paragraph.status == "5.7.1");
    CHECK(paragraph.evidence.code == 554);
}

TEST_CASE("Gmail as it is: the address in a sentence, the response below")
{
    const Mention mention =
        only_of_text("** Address not found **\n\n"
                     "Your message wasn't delivered to bob@example.com because the address "
                     "couldn't be found, or is unable to receive mail.\n\n"
                     "The response from the remote server was:\n"
                     "550 5.1.1 nobody of that name\n");
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.status == "5.1.1");
    CHECK(mention.evidence.code == 550);
}

TEST_CASE("A report in a language that is not known here names the recipient in its header")
{
    MessagePart message = text_bounce("Hei ann@example.org,\n\nViesti ei mennyt perille.\n",
                                      "Delivery Status Notification (Failure)");
    bounces::add_header(message, "X-Failed-Recipients", "group@lists.example.com");
    CHECK(only(message).recipient == "group@lists.example.com");
}

TEST_CASE("Yahoo: address and reply in a paragraph")
{
    const Mention mention =
        only_of_text("Sorry, we were unable to deliver your message to the following address.\n\n"
                     "<bob@example.com>:\n"
                     "Remote host said: 550 5.1.1 nobody of that name [RCPT_TO]\n\n"
                     "--- Below this line is a copy of the message.\n");
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.status == "5.1.1");
}

TEST_CASE("The reason stands before the colon, the address behind it")
{
    const Mention mention = only(text_bounce("User mailbox exceeds allowed size: bob@example.com\n\n\n"
                                             "Original message follows.\n\n"
                                             "Received: from a.example.org\nTo: erin@example.com\n",
                                             "Undeliverable Mail"));
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.text == "User mailbox exceeds allowed size");
}

TEST_CASE("The reason stands in brackets behind the address")
{
    const Mention mention =
        only_of_text("The original message was received at Mon, 2 Mar 2026 10:00:00 +0100\n"
                     "from ann@example.org\n\n"
                     "---The following addresses had delivery errors---\n\n"
                     "bob@example.com [User unknown]\n");
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.text == "User unknown");
}

TEST_CASE("The reason follows the address on its line")
{
    const Mention mention = only_of_text(
        "A message that you sent could not be delivered to one or more of its recipients.\n\n"
        "bob@example.com Invalid Address, ERROR_CODE :550, ERROR_CODE :5.1.1 nobody of that name\n");
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.status == "5.1.1");
}

TEST_CASE("The reason stands above, the recipient below a label")
{
    const Mention mention = only_of_text("Your message:\n"
                                         "   From:    ann@example.org\n"
                                         "   Subject: Hello\n"
                                         "Could not be delivered because of\n\n"
                                         "550 5.1.1 nobody of that name\n\n"
                                         "The following recipients were affected:\n"
                                         "    bob@example.com\n");
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.status == "5.1.1");
    CHECK(mention.evidence.code == 550);
}

TEST_CASE("The recipient stands behind a label, the failure in a paragraph")
{
    const Mention mention =
        only_of_text("Unable to deliver message to: <bob@example.com>\n"
                     "Delivery failed for the following reason:\n"
                     "Server mx.example.com[192.0.2.7] failed with: 550 5.1.1 nobody of that "
                     "name\n\n"
                     "This has been a permanent failure. No further delivery attempts will be "
                     "made.\n");
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.status == "5.1.1");
}

TEST_CASE("Attempts are listed below the recipient")
{
    const Mention mention = only_of_text("Your message could not be sent.\n"
                                         "A transcript of the attempts to send the message follows.\n"
                                         "The number of attempts made: 1\n"
                                         "Addressed To: bob@example.com\n\n"
                                         "Mon 2 Mar 2026 10:00:00 +0100\n"
                                         "Failed to send to identified host,\n"
                                         "bob@example.com: [192.0.2.7], 550 nobody of that name\n\n"
                                         "--- Message non-deliverable.\n");
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.evidence.code == 550);
}

TEST_CASE("Reply and command stand below headings")
{
    const Mention mention = only_of_text("The following address could not be reached.\n"
                                         "bob@example.com\n\n\n"
                                         "-------server message\n"
                                         "550 unknown user <bob@example.com>\n\n"
                                         "-------SMTP command\n"
                                         "DATA\n\n"
                                         "-------original message\n"
                                         "Received: from 192.0.2.54\n");
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.evidence.code == 550);
    CHECK(mention.evidence.step == Step::data);
}

TEST_CASE("The server's answer stands in square brackets")
{
    const Mention mention =
        only_of_text("We had trouble delivering your message. Full details follow:\n\n"
                     "Subject: 'Hello'\n\n"
                     "1 error(s):\n\n"
                     "SMTP Server <mx.example.com> rejected recipient <bob@example.com>\n"
                     "  (Error following RCPT command). It responded as follows: [550 5.1.1 "
                     "nobody of that name]\n");
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.status == "5.1.1");
    CHECK(mention.evidence.step == Step::rcpt);
}

TEST_CASE("A sentence and its next line tell all")
{
    const Mention mention = only(text_bounce("Your mail sent on: Mon, 2 Mar 2026 10:00:00 +0100\n"
                                             "     Could not be delivered to: <bob@example.com>\n"
                                             "     As their mailbox is full.\n",
                                             "Mail"));
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.text == "As their mailbox is full.");
}

TEST_CASE("A recipient whose address has an arrow before it")
{
    const Mention mention =
        only_of_text("  ----- The following addresses had permanent fatal errors -----\n\n"
                     ">>> bob@example.com <bob@example.com>\n\n"
                     "  ----- Transcript of session follows -----\n"
                     "550 sorry, no mailbox here by that name (#5.1.1)\n");
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.status == "5.1.1");
}

TEST_CASE("Amazon SES sends JSON")
{
    const Bounce bounce = read_bounce(
        text_bounce(R"({"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[)"
                    R"({"emailAddress":"bob@example.com","action":"failed","status":"5.1.1",)"
                    R"("diagnosticCode":"smtp; 550 5.1.1 <bob@example.com>: nobody \"here\""},)"
                    R"({"emailAddress":"carol@example.com"}]},"mail":{"source":"ann@example.org"}})"));
    REQUIRE(bounce.mentions.size() == 2);
    CHECK(bounce.mentions[0].recipient == "bob@example.com");
    CHECK(bounce.mentions[0].status == "5.1.1");
    CHECK(bounce.mentions[0].evidence.words == "<bob@example.com>: nobody \"here\"");
    CHECK(bounce.mentions[1].recipient == "carol@example.com");
}

TEST_CASE("Without any address in the report, the returned message tells whom it was for")
{
    MessagePart message = text_bounce("Your message could not be delivered. The mailbox is full.\n");
    message.children = {bounces::part("text/plain", message.text), bounces::part("message/rfc822", {})};
    message.text.clear();
    message.type = "multipart/mixed";
    MessagePart returned = bounces::part("text/plain", "Hello");
    bounces::add_header(returned, "Received",
                        "from a by b with ESMTP for <bob@example.com>; Mon, 2 Mar 2026");
    bounces::add_header(returned, "To", "list@example.net");
    message.children[1].children.push_back(returned);
    CHECK(only(message).recipient == "bob@example.com");
}

TEST_CASE("MDaemon's transcript has the time before each line")
{
    const Mention mention = only_of_text("Failed address: bob@example.com\n\n"
                                         "--- Session Transcript ---\n"
                                         " Mon 2026-03-02 10:00:00: [1] <-- 220 mx.example.com ESMTP\n"
                                         " Mon 2026-03-02 10:00:00: [1] --> RCPT To:<bob@example.com>\n"
                                         " Mon 2026-03-02 10:00:00: [1] <-- 550 5.1.1 nobody of that name\n"
                                         " Mon 2026-03-02 10:00:01: [1] --> QUIT\n"
                                         "--- End Transcript ---\n");
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.evidence.step == Step::rcpt);
    CHECK(mention.evidence.words == "nobody of that name");
}

TEST_CASE("What introduces a reply is not taken for the server's words")
{
    const Mention mention = only_of_text(
        "The following addresses failed:\n\n"
        "<bob@example.com>\n\n"
        "SMTP error from remote server for RCPT TO command, host: mx.example.com (192.0.2.7) reason: "
        "550 5.1.1 nobody of that name\n");
    CHECK(mention.status == "5.1.1");
    CHECK(mention.evidence.words == "nobody of that name");
}

TEST_CASE("Of sentences that tell nothing, the longest is kept")
{
    const Mention mention = only_of_text("Failed Recipient: bob@example.com\n\n"
                                         "Sorry.\n\n"
                                         "The dog of the house has eaten it, collar and all.\n");
    CHECK(mention.text == "The dog of the house has eaten it, collar and all.");
}

TEST_CASE("A gateway to text messages names the recipient in the envelope alone")
{
    const Mention mention = only_of_text("Message could not be delivered to mobile.\n"
                                         "Error: No valid recipients for this MM\n\n"
                                         "Original message:\n"
                                         "  RCPT TO: 5555550100@example.com\n"
                                         "  Subject: hi\n");
    CHECK(mention.recipient == "5555550100@example.com");
}
