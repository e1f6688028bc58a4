// SPDX-License-Identifier: Apache-2.0
// What reports have around what they say: signatures, quotations, the message that came back.
#include <catch2/catch.hpp>

#include "bounces.hpp"
#include "extract/addresses.hpp"
#include "extract/html_text.hpp"
#include "extract/returned_message.hpp"

using namespace smtpprobe;
using bounces::only;
using bounces::only_of_text;
using bounces::text_bounce;

TEST_CASE("Addresses are found bare, in brackets, quoted, with dots behind them")
{
    const auto first = [](std::string_view line) {
        const auto found = addresses_in(line);
        return found.empty() ? std::string() : found.front().address;
    };
    CHECK(first("bob@example.com... User unknown") == "bob@example.com");
    CHECK(first("550 <bob+x@sub.example.com>: no") == "bob+x@sub.example.com");
    CHECK(first("to \"bob b\"@example.com.") == "\"bob b\"@example.com");
    CHECK(first("c=us;a= ;dda:SMTP=bob@example.com; on Monday") == "bob@example.com");
    CHECK(first("mailto:bob@[192.0.2.1], yes") == "bob@[192.0.2.1]");
    CHECK(first("@example.com and bob@ are none") == "");
    CHECK(addresses_in("a@b.example, c@d.example").size() == 2);
}

TEST_CASE("A field's address is freed of its type and brackets")
{
    CHECK(address_of_field("rfc822;bob@example.com") == "bob@example.com");
    CHECK(address_of_field(" RFC822 ; <bob@example.com> ") == "bob@example.com");
    CHECK(address_of_field("bob@example.com; forwarded") == "bob@example.com");
    CHECK(address_of_field("local; bob") == "bob");
    CHECK(address_of_field("").empty());
}

TEST_CASE("What came back with the report names no recipients")
{
    CHECK(only_of_text("<bob@example.com>: 552 5.2.2 full\n\n"
                       "--- Below this line is a copy of the message.\n\n"
                       "<decoy@example.com>: 550 5.1.1 no\n")
              .recipient == "bob@example.com");
    CHECK(only_of_text("<bob@example.com>: 552 5.2.2 full\n\n"
                       "Received: from a.example.org by b.example.org\n"
                       "Subject: Hello\n\n"
                       "<decoy@example.com>: 550 5.1.1 no\n")
              .recipient == "bob@example.com");
    CHECK(only_of_text("The original message was received at noon.\n\n"
                       "Original message size: 12 KB\n\n"
                       "<bob@example.com>: 552 5.2.2 full\n")
              .recipient == "bob@example.com");
}

TEST_CASE("Whom the returned message was for: the envelope before the header's To")
{
    const auto recipients =
        recipients_of_header({"Received: from a by b with ESMTP", "\tfor <bob@example.com>; Mon, 2 Mar 2026",
                              "X-Original-To: rob@example.com", "To: Staff <staff@example.com>,",
                              " carol@example.com", "", "To: decoy@example.com"});
    CHECK(recipients == std::vector<std::string>{"bob@example.com", "rob@example.com", "staff@example.com",
                                                 "carol@example.com"});
}

TEST_CASE("A postmaster's signature is no recipient")
{
    CHECK(only_of_text("<bob@example.com>: 552 5.2.2 full\n\nYours,\n\npostmaster@example.org\n").recipient ==
          "bob@example.com");
}

TEST_CASE("Old transcripts name the recipient in words that nobody knows")
{
    CHECK(only_of_text("   ----- Transcript of session follows -----\n550 bob@example.com... It is a dog\n")
              .recipient == "bob@example.com");
}

TEST_CASE("Blanks of word processors are blanks")
{
    CHECK(only_of_text("Could not be delivered:\n\n\xc2\xa0\xc2\xa0<bob@example.com>: 552 5.2.2 full\n")
              .recipient == "bob@example.com");
}

TEST_CASE("Recipients that only have names are mentioned by name")
{
    const Bounce bounce =
        read_bounce(text_bounce("Your message did not reach some or all of the intended recipients.\n\n"
                                "      Bob Example on 3/2/2026 9:12 AM\n"
                                "            The mailbox is full.\n"
                                "      Carol Example on 3/2/2026 9:12 AM\n"
                                "            You do not have permission to send to this recipient.\n"));
    REQUIRE(bounce.mentions.size() == 2);
    CHECK(bounce.mentions[0].recipient == "Bob Example");
    CHECK(bounce.mentions[1].recipient == "Carol Example");
    CHECK(bounce.mentions[1].text == "You do not have permission to send to this recipient.");
}

TEST_CASE("The fields of a status within the text are no reasons")
{
    const Mention mention = only_of_text("554 \"|exec /usr/bin/dog\"... Service unavailable\n\n"
                                         "Reporting-MTA: dns; mail.example.org\n\n"
                                         "Final-Recipient: RFC822; bob@example.com\n"
                                         "Action: failed\n"
                                         "Status: 5.5.0\n");
    CHECK(mention.recipient == "bob@example.com");
    CHECK(mention.status == "5.5.0");
    CHECK(mention.evidence.code == 554);
}

TEST_CASE("An exit status alone leaves the reason empty")
{
    const Mention mention = only(bounces::status_report(
        {}, "Final-Recipient: rfc822; bob@example.com\nStatus: 5.3.0\nDiagnostic-Code: X-Unix; 77\n"));
    CHECK(mention.text.empty());
    CHECK(mention.status == "5.3.0");
}

TEST_CASE("A folded value may hold a colon")
{
    const Mention mention = only(
        bounces::status_report({}, "Final-Recipient: rfc822; bob@example.com\nStatus: 5.1.1\n"
                                   "Diagnostic-Code: smtp; 550 5.1.1 refused by\n    host: nobody here\n"));
    CHECK(mention.evidence.words == "refused by host: nobody here");
}

TEST_CASE("HTML becomes lines, without what is not shown")
{
    CHECK(html_text(
              "<title>x</title><p>a &lt;b&gt;<br>c&nbsp;&amp;&unknown;</p><!-- d --><script>e</script>") ==
          "\na <b>\nc &&unknown;\n");
    CHECK(html_text("a <b") == "a ");
    CHECK(html_text("<style>") == "");
}

TEST_CASE("A transcript's reply counts for the recipient that it names")
{
    const Bounce bounce =
        read_bounce(text_bounce("   ----- The following addresses had permanent fatal errors -----\n"
                                "<bob@example.com>\n"
                                "<carol@example.com>\n\n"
                                "   ----- Transcript of session follows -----\n"
                                "<<< 550 5.1.1 <bob@example.com>... nobody of that name\n"
                                "<<< 552 5.2.2 <carol@example.com>... full\n"));
    REQUIRE(bounce.mentions.size() == 2);
    CHECK(bounce.mentions[0].status == "5.1.1");
    CHECK(bounce.mentions[1].status == "5.2.2");
}

TEST_CASE("What is no status is not told as one")
{
    CHECK(only_of_text(R"({"bouncedRecipients":[{"emailAddress":"bob@example.com","status":"dog"}]})")
              .status.empty());
    CHECK(only(bounces::status_report({}, "Final-Recipient: rfc822; bob@example.com\nStatus: 9.1.1 dog\n"))
              .status.empty());
}

TEST_CASE("Of the addresses in sentences, those count that the message was for")
{
    const Mention mention =
        only_of_text("We could not deliver your mail to bob@example.com as the mailbox is full.\n\n"
                     "Rejected by mistake? Then tell dog@example.net of it.\n\n"
                     "--- Below this line is a copy of the message.\n\n"
                     "From: ann@example.org\nTo: bob@example.com\n");
    CHECK(mention.recipient == "bob@example.com");
}

TEST_CASE("A report of hundreds of recipients with long lists of addresses is read with bounded work")
{
    std::string text;
    for (int i = 0; i < 500; ++i)
        text += "<r" + std::to_string(i) + "@example.com>:\n";
    for (int i = 0; i < 390; ++i) {
        text += "\nIt was sent to";
        for (int j = 0; j < 45; ++j)
            text += " <p" + std::to_string(i) + '.' + std::to_string(j) + "@lists.example>";
        text += '\n';
    }
    text += "\nIt was refused for r7@example.com alone: 552 5.2.2 The mailbox is full.\n";
    const auto bounce = read_bounce(text_bounce(text));
    REQUIRE(bounce.mentions.size() == 500);
    CHECK(bounce.mentions[7].recipient == "r7@example.com");
    CHECK(bounce.mentions[7].evidence.code == 552);
    CHECK(bounce.mentions[8].evidence.code == 0);
}

TEST_CASE("A report that speaks of a delay is a failure all the same where the server refused for good")
{
    const auto action = [](std::string text) { return only_of_text(std::move(text)).action; };
    CHECK(action("Your mail was delayed, and then refused.\n\n<bob@example.com>: 550 5.1.1 no such user\n") ==
          MailAction::failed);
    CHECK(action("Your mail was delayed.\n\n<bob@example.com>: #5.1.1 no such user\n") == MailAction::failed);
    CHECK(action("Your mail was delayed.\n\n<bob@example.com>: 450 4.2.2 mailbox full\n") ==
          MailAction::delayed);
    CHECK(action("Your mail has not been delivered.\n\n<bob@example.com>: mailbox unavailable\n") ==
          MailAction::failed);
}
