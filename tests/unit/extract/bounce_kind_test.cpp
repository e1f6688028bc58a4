// SPDX-License-Identifier: Apache-2.0
// What is a bounce, and what is not.
#include <catch2/catch.hpp>

#include "bounces.hpp"

using namespace smtpprobe;
using bounces::add_header;
using bounces::part;

namespace {

MessagePart letter(std::string from, std::string subject, std::string text)
{
    MessagePart message = part("text/plain", std::move(text));
    add_header(message, "Return-Path", "<carol@example.com>");
    add_header(message, "From", std::move(from));
    add_header(message, "To", "ann@example.org");
    add_header(message, "Subject", std::move(subject));
    return message;
}

} // namespace

TEST_CASE("An ordinary letter is no bounce, though it speaks of one")
{
    const Bounce bounce = read_bounce(letter(
        "Carol <carol@example.com>", "Our meeting",
        "Hello,\n\nmy mail to <bob@example.com> could not be delivered yesterday. Have you got another\n"
        "address?\n\nbob@example.com\n"));
    CHECK(bounce.kind == BounceKind::none);
    CHECK(bounce.mentions.empty());
}

TEST_CASE("Out of office is an auto-reply and mentions nobody")
{
    MessagePart message =
        letter("Bob <bob@example.com>", "Out of office: Hello", "I am away until Monday.\n");
    CHECK(read_bounce(message).kind == BounceKind::auto_reply);
    message = letter("Bob <bob@example.com>", "Re: Hello", "I am away. In urgent cases: carol@example.com\n");
    add_header(message, "Auto-Submitted", "auto-replied");
    const Bounce bounce = read_bounce(message);
    CHECK(bounce.kind == BounceKind::auto_reply);
    CHECK(bounce.mentions.empty());
}

TEST_CASE("A bounce may call itself auto-replied, as Exim's do")
{
    MessagePart message = bounces::text_bounce(
        "A message that you sent could not be delivered to one or more of its recipients.\n\n"
        "  bob@example.com\n    Unrouteable address\n",
        "Mail delivery failed: returning message to sender");
    add_header(message, "Auto-Submitted", "auto-replied");
    CHECK(read_bounce(message).kind == BounceKind::bounce);
}

TEST_CASE("A complaint is a feedback report and mentions nobody")
{
    MessagePart message = letter("complaints@example.com", "FW: Hello", {});
    message.type = "multipart/report";
    message.children = {
        part("text/plain", "This is an abuse report for a message from 192.0.2.1.\n"),
        part("message/feedback-report", "Feedback-Type: abuse\nOriginal-Rcpt-To: bob@example.com\n"),
        part("message/rfc822", {})};
    const Bounce bounce = read_bounce(message);
    CHECK(bounce.kind == BounceKind::feedback_report);
    CHECK(bounce.mentions.empty());
}

TEST_CASE("A read receipt is no bounce")
{
    MessagePart message = bounces::text_bounce({}, "Read: Hello");
    message.type = "multipart/report";
    message.children = {
        part("text/plain", "Your message was read.\n"),
        part("message/disposition-notification", "Final-Recipient: rfc822;bob@example.com\n")};
    CHECK(read_bounce(message).kind == BounceKind::none);
}

TEST_CASE("A report that was pasted without its header is a bounce")
{
    const Bounce bounce = read_bounce(part("text/plain", "Delivery to the following recipients failed.\n\n"
                                                         "       bob@example.com\n"));
    CHECK(bounce.kind == BounceKind::bounce);
    REQUIRE(bounce.mentions.size() == 1);
    CHECK(bounce.mentions[0].recipient == "bob@example.com");
    CHECK(read_bounce(part("text/plain", "550 5.1.1 nobody of that name\n")).kind == BounceKind::none);
}

TEST_CASE("A bounce that is sent on is read, attached or quoted")
{
    MessagePart outer = letter("Carol <carol@example.com>", "What is this?", {});
    outer.type = "multipart/mixed";
    outer.children = {part("text/plain", "Can you help?\n"), part("message/rfc822", {})};
    outer.children[1].children.push_back(
        bounces::text_bounce("Your message could not be delivered:\n\n<bob@example.com>: 552 5.2.2 full\n"));
    CHECK(bounces::only(outer).recipient == "bob@example.com");

    const Bounce quoted =
        read_bounce(letter("Carol <carol@example.com>", "Fwd: Undelivered Mail Returned to Sender",
                           "> This is the mail system. Your message could not\n"
                           "> be delivered.\n"
                           ">\n"
                           "> <bob@example.com>: host mx.example.com said: 552 5.2.2 full\n"));
    REQUIRE(quoted.mentions.size() == 1);
    CHECK(quoted.mentions[0].recipient == "bob@example.com");
    CHECK(quoted.mentions[0].status == "5.2.2");
}
