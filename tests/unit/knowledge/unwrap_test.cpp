// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <string>

#include "knowledge/unwrap.hpp"

using namespace smtpprobe;

namespace {

struct Case {
    std::string_view line;
    int code;
    std::string_view status;
    std::optional<Step> step;
    std::string_view words;
};

const Case kCases[] = {
    {"550 5.1.1 User unknown", 550, "5.1.1", std::nullopt, "User unknown"},
    {"550", 550, "", std::nullopt, ""},
    {"5.7.1", 0, "5.7.1", std::nullopt, ""},
    {"4.4.1 Connection timed out", 0, "4.4.1", std::nullopt, "Connection timed out"},
    {"RCPT 550 nobody here", 550, "", Step::rcpt, "nobody here"},
    {"RCPT TO: 550 nobody here", 550, "", Step::rcpt, "nobody here"},
    {"MAIL FROM 553 no", 553, "", Step::mail, "no"},
    {"550-5.7.1 first 550-5.7.1 second 550 5.7.1 third", 550, "5.7.1", std::nullopt, "first second third"},
    {"smtp; 550 5.1.1 <x@example.com>: no", 550, "5.1.1", std::nullopt, "<x@example.com>: no"},
    {"host mx.example.com[192.0.2.1] said: 550 5.1.1 no such user (in reply to RCPT TO command)", 550,
     "5.1.1", Step::rcpt, "no such user"},
    {"host a said: 451 4.3.0 later; host b said: 550 5.2.2 full (in reply to end of DATA command)", 550,
     "5.2.2", Step::message, "full"},
    {"SMTP error from remote mail server after RCPT TO:<x@example.com>: 550 no", 550, "", Step::rcpt, "no"},
    {"SMTP error from remote mail server after initial connection: 554 go", 554, "", Step::greeting, "go"},
    {"SMTP error from remote mail server after pipelined MAIL FROM:<a@b> SIZE=1: 452 full", 452, "",
     Step::mail, "full"},
    {"sorry, no mailbox here by that name. (#5.1.1)", 0, "5.1.1", std::nullopt,
     "sorry, no mailbox here by that name. (#5.1.1)"},
    {"Requested action not taken. [SMTP Error Code 550]", 550, "", std::nullopt,
     "Requested action not taken. [SMTP Error Code 550]"},
    {"#550 5.7.1 RESOLVER.RST.AuthRequired; authentication required ##", 550, "5.7.1", std::nullopt,
     "RESOLVER.RST.AuthRequired; authentication required ##"},
    {"blocked: 192.0.2.1 has no name", 0, "", std::nullopt, "blocked: 192.0.2.1 has no name"},
    {"Sendmail 8.17.1 at 4.2.2.1 is up", 0, "", std::nullopt, "Sendmail 8.17.1 at 4.2.2.1 is up"},
    {"tried for 550 seconds", 0, "", std::nullopt, "tried for 550 seconds"},
    {"550 too big: SIZE=222 octets", 550, "", std::nullopt, "too big: SIZE=222 octets"},
    {"too big: SIZE=222 octets", 0, "", std::nullopt, "too big: SIZE=222 octets"},
    {"Mailbox is full 452", 0, "", std::nullopt, "Mailbox is full 452"},
    {"Mail quota exceeded: 552", 552, "", std::nullopt, "Mail quota exceeded: 552"},
    {"after RCPT TO:<205@pbx.example>: host mx said: 550 5.1.1 no such user", 550, "5.1.1", std::nullopt,
     "no such user"},
    {"SMTP error from remote mail server after RCPT TO:<205@pbx.example>: 550 5.1.1 no such user", 550,
     "5.1.1", Step::rcpt, "no such user"},
    {"no (in reply to nothing known, mail server after RCPT TO:<x>)", 0, "", std::nullopt, "no"},
    {"", 0, "", std::nullopt, ""},
};

} // namespace

TEST_CASE("A reply is freed of what programs put around it")
{
    for (const Case& expected : kCases) {
        INFO(expected.line);
        const ReplyEvidence evidence = unwrap(expected.line);
        CHECK(evidence.code == expected.code);
        CHECK((evidence.status ? evidence.status->text() : "") == expected.status);
        CHECK(evidence.step == expected.step);
        CHECK(evidence.words == expected.words);
    }
}

TEST_CASE("A sender check that failed is about the sender, whatever the reply that it quotes")
{
    const ReplyEvidence evidence = unwrap(
        "550-Verification failed for <a@example.com> 550-Called: 192.0.2.1 550-Sent: RCPT TO:<a@example.com> "
        "550-Response: 554 blocked 550 Sender verify failed");
    CHECK(evidence.code == 550);
    CHECK(evidence.words.ends_with("Sender verify failed"));
}

TEST_CASE("A line without end is read up to a bound")
{
    const std::string line = "550 " + std::string(1U << 22U, 'x');
    CHECK(unwrap(line).words.size() < 20000);
    CHECK(unwrap(std::string(1U << 22U, '5')).code == 0);
    CHECK(unwrap(std::string(1U << 22U, ' ')).words.empty());
}

TEST_CASE("Steps go by the names that programs give them")
{
    CHECK(step_named("RCPT TO command") == Step::rcpt);
    CHECK(step_named("end of DATA command") == Step::message);
    CHECK(step_named("DATA") == Step::data);
    CHECK(step_named("initial connection") == Step::greeting);
    CHECK_FALSE(step_named("breakfast"));
    CHECK_FALSE(step_named(""));
}
