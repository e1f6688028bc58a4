// SPDX-License-Identifier: Apache-2.0
// Bounces that Postfix 3.7 and Exim 4.96 wrote (tests/unit/mime/messages), from bytes to recipients.
#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include "extract/bounce.hpp"
#include "mime/read_message.hpp"

using namespace smtpprobe;

namespace {

std::string stored(const std::string& name)
{
    std::ifstream in(std::string(SMTPPROBE_SOURCE_DIR) + "/tests/unit/mime/messages/" + name,
                     std::ios::binary);
    REQUIRE(in);
    return {std::istreambuf_iterator<char>(in), {}};
}

Bounce bounce_of(const std::string& bytes)
{
    const auto message = read_message(bytes);
    REQUIRE(message);
    return read_bounce(*message);
}

const Mention& about(const Bounce& bounce, const std::string& recipient)
{
    const auto found = std::find_if(bounce.mentions.begin(), bounce.mentions.end(),
                                    [&](const Mention& each) { return each.recipient == recipient; });
    REQUIRE(found != bounce.mentions.end());
    return *found;
}

void check_two_recipients(const Bounce& bounce)
{
    CHECK(bounce.kind == BounceKind::bounce);
    REQUIRE(bounce.mentions.size() == 2);
    const Mention& full = about(bounce, "full@example.com");
    CHECK(full.action == MailAction::failed);
    CHECK(full.status == "5.2.2");
    CHECK(full.host == "127.0.9.2");
    CHECK(full.sender == "ann@sender.test");
    CHECK(full.evidence.code == 552);
    CHECK(full.evidence.step == Step::rcpt);
    CHECK(full.evidence.words == "The mailbox of this person is full. Please try again when there is room.");
    const Mention& nobody = about(bounce, "nobody@example.com");
    CHECK(nobody.status == "5.1.1");
    CHECK(nobody.evidence.code == 550);
    CHECK(nobody.evidence.step == Step::rcpt);
    CHECK(nobody.evidence.words == "<nobody@example.com>: no such mailbox here");
}

} // namespace

TEST_CASE("Postfix on two recipients")
{
    const std::string bytes = stored("postfix-two-recipients.eml");
    check_two_recipients(bounce_of(bytes));
    CHECK(about(bounce_of(bytes), "full@example.com").queue_id == "CFE413E");
}

TEST_CASE("Exim on two recipients") { check_two_recipients(bounce_of(stored("exim-two-recipients.eml"))); }

TEST_CASE("The same bounce with CRLF, or out of an mbox, says the same")
{
    std::string crlf;
    for (const char c : stored("postfix-two-recipients.eml"))
        crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
    check_two_recipients(bounce_of(crlf));
    check_two_recipients(
        bounce_of("From MAILER-DAEMON Mon Mar  2 10:00:00 2026\n" + stored("exim-two-recipients.eml")));
}

TEST_CASE("Postfix on a refusal after the message")
{
    const Bounce bounce = bounce_of(stored("postfix-after-data.eml"));
    REQUIRE(bounce.mentions.size() == 1);
    CHECK(bounce.mentions[0].recipient == "spam@example.com");
    CHECK(bounce.mentions[0].status == "5.7.1");
    CHECK(bounce.mentions[0].evidence.step == Step::message);
}

TEST_CASE("Exim on a domain that is not there")
{
    const Bounce bounce = bounce_of(stored("exim-unrouteable.eml"));
    REQUIRE(bounce.mentions.size() == 1);
    CHECK(bounce.mentions[0].recipient == "bob@no-such-domain.invalid");
    CHECK(bounce.mentions[0].text == "Unrouteable address");
}
