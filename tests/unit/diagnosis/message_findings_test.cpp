// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <catch2/catch.hpp>

#include "diagnosis/delivery_view.hpp"
#include "facts_builder.hpp"

using namespace smtpprobe;
using test::FactsBuilder;

namespace {

/// A message was sent to user@example.com; `rest` is what came of that.
Facts sent(std::initializer_list<const char*> rest, Protocol protocol = Protocol::smtp)
{
    FactsBuilder builder("user@example.com");
    builder.mx("mx.example.com").talk("192.0.2.1", rest);
    builder.facts.sessions.front().endpoint.protocol = protocol;
    builder.facts.message = MessageFacts{.id = "<a@b>", .octets = 500, .unsendable = ""};
    return builder.facts;
}

Facts taken()
{
    return sent({"connected", "greeting 220 mx.example.com", "ehlo 250 mx.example.com|8BITMIME|STARTTLS",
                 "starttls 220 ready", "tls trusted matches valid", "ehlo 250 mx.example.com|8BITMIME",
                 "mail 250 ok", "rcpt user@example.com 250 ok", "sent data DATA", "data 354 go",
                 "sent message .", "message 250 2.0.0 Ok: queued as 4D2A81", "quit 221 bye"});
}

const Finding* found(const Diagnosis& diagnosis, std::string_view id)
{
    const auto at = std::find_if(diagnosis.findings.begin(), diagnosis.findings.end(),
                                 [&](const Finding& finding) { return finding.id == id; });
    return at == diagnosis.findings.end() ? nullptr : &*at;
}

Reply reply(int code, const std::string& line) { return *Reply::make(code, {line}); }

} // namespace

TEST_CASE("A message that the server took is said to be taken, in the server's words")
{
    const auto diagnosis = diagnose(taken());
    const auto* finding = found(diagnosis, "message.accepted");
    REQUIRE(finding != nullptr);
    CHECK(finding->seen.find("queued as 4D2A81") != std::string::npos);
    CHECK(finding->severity == Severity::note);
    CHECK(diagnosis.headline.find("was taken by mx.example.com [192.0.2.1]:25") != std::string::npos);
}

TEST_CASE("No answer to the whole message leaves its delivery unknown")
{
    const auto diagnosis = diagnose(
        sent({"connected", "greeting 220 mx", "ehlo 250 mx", "mail 250 ok", "rcpt user@example.com 250 ok",
              "sent data DATA", "data 354 go", "sent message .", "broken message closed"}));
    CHECK(diagnosis.verdict == Verdict::inconclusive);
    CHECK(diagnosis.outcome == Outcome::problem);
    CHECK(diagnosis.headline.find("It is not known whether") == 0);
    CHECK(diagnosis.findings.front().id == "fault.message.closed");
}

TEST_CASE("A refusal at DATA or behind the final dot is a refusal of the mail")
{
    const auto at_data = diagnose(
        sent({"connected", "greeting 220 mx", "ehlo 250 mx", "mail 250 ok", "rcpt user@example.com 250 ok",
              "sent data DATA", "data 554 5.7.1 no", "quit 221 bye"}));
    CHECK(at_data.verdict == Verdict::refuses);
    CHECK(at_data.failed_step == Step::data);
    const auto behind = diagnose(
        sent({"connected", "greeting 220 mx", "ehlo 250 mx", "mail 250 ok", "rcpt user@example.com 250 ok",
              "sent data DATA", "data 354 go", "sent message .", "message 451 4.7.1 later", "quit 221 bye"}));
    CHECK(behind.verdict == Verdict::defers);
    CHECK(behind.failed_step == Step::message);
}

TEST_CASE("In LMTP each recipient has an answer of its own")
{
    const auto diagnosis = diagnose(
        sent({"connected", "greeting 220 mx", "lhlo 250 mx", "mail 250 ok", "rcpt one@example.com 250 ok",
              "rcpt nobody@example.com 550 5.1.1 unknown", "rcpt two@example.com 250 ok", "sent data DATA",
              "data 354 go", "sent message .", "message 250 2.0.0 <one@example.com> Ab12345 Saved",
              "message 452 4.2.2 full", "quit 221 bye"},
             Protocol::lmtp));
    CHECK(found(diagnosis, "message.accepted")->seen.find("one@example.com: 250") == 0);
    CHECK(std::any_of(diagnosis.findings.begin(), diagnosis.findings.end(),
                      [](const Finding& finding) { return finding.seen.find("two@example.com: 452") == 0; }));
    CHECK(diagnosis.verdict == Verdict::accepts_with_problems);
    CHECK(diagnosis.outcome == Outcome::problem);
}

TEST_CASE("A server's name for a message is read from the words of its answer")
{
    CHECK(queue_id(reply(250, "2.0.0 Ok: queued as 4D2A81")) == "4D2A81");
    CHECK(queue_id(reply(250, "OK id=1tEZxy-0001Ab-2C")) == "1tEZxy-0001Ab-2C");
    CHECK(queue_id(reply(250, "2.0.0 <user@ci.test> MHTyFwq8Z2cKNgAA Saved")) == "MHTyFwq8Z2cKNgAA");
    CHECK(queue_id(reply(250, "2.0.0 4AM6KqXY012345 Message accepted for delivery")) == "4AM6KqXY012345");
    CHECK(queue_id(reply(250, "2.0.0 Ok")).empty());
    CHECK(queue_id(reply(250, "2.0.0 Ok: queued as $(reboot)1")).empty());
    CHECK(queue_id(reply(250, "OK id=")).empty());
}

TEST_CASE("An arrival is told with its time, and where the message stayed longest")
{
    auto facts = taken();
    auto& arrival = facts.arrival.emplace();
    arrival.outcome = ArrivalOutcome::arrived;
    arrival.where = "maildir:/box";
    arrival.waited = std::chrono::milliseconds(1200);
    arrival.hops = {{.from = "here", .by = "mx.example.com", .with = "", .id = "", .at = {}, .delay = 0},
                    {.from = "mx", .by = "box.example.com", .with = "", .id = "", .at = {}, .delay = 7}};
    auto diagnosis = diagnose(facts);
    CHECK(found(diagnosis, "arrival.arrived")->seen ==
          "in maildir:/box 1.2 s after the server took it; the longest stay was before box.example.com, 7 s");
    CHECK(diagnosis.headline == "The message to user@example.com arrived after 1.2 s.");
    CHECK(found(diagnosis, "arrival.clocks-differ") == nullptr);

    facts.arrival->waited = std::chrono::minutes(3);
    facts.arrival->hops[1].delay = -42;
    diagnosis = diagnose(facts);
    CHECK(found(diagnosis, "arrival.late")->severity == Severity::warning);
    CHECK(found(diagnosis, "arrival.clocks-differ")->where == "box.example.com");
    CHECK(found(diagnosis, "arrival.clocks-differ")->seen.find("42 s older") != std::string::npos);
}

TEST_CASE("A message that was taken and did not arrive is with the server that took it")
{
    auto facts = taken();
    auto& arrival = facts.arrival.emplace();
    arrival.outcome = ArrivalOutcome::not_in_time;
    arrival.where = "maildir:/box";
    arrival.waited = std::chrono::minutes(5);
    const auto diagnosis = diagnose(facts);
    CHECK(diagnosis.findings.front().id == "arrival.not-in-time");
    CHECK(diagnosis.who == Actor::recipient_admin);
    CHECK(diagnosis.outcome == Outcome::problem);
    const auto& fix = diagnosis.findings.front().fix;
    CHECK(std::any_of(fix.begin(), fix.end(), [](const std::string& step) {
        return step.find("grep 4D2A81 ") != std::string::npos;
    }));
    CHECK(diagnosis.headline ==
          "A server took the message to user@example.com, and it did not arrive within 5 min.");
}

TEST_CASE("A mailbox that cannot be read is our own problem")
{
    auto facts = taken();
    facts.arrival.emplace().outcome = ArrivalOutcome::cannot_look;
    facts.arrival->why = "imap.example.com:993 refuses the login of user";
    const auto diagnosis = diagnose(facts);
    CHECK(diagnosis.findings.front().id == "arrival.cannot-look");
    CHECK(diagnosis.who == Actor::you_setup);
}

TEST_CASE("What is odd about a message is told, and nothing of a message that is not")
{
    auto facts = taken();
    auto diagnosis = diagnose(facts);
    for (const auto* id : {"message.long-lines", "message.line-ends-changed"})
        CHECK(found(diagnosis, id) == nullptr);
    facts.message->longest_line = 999;
    facts.message->stray_carriage_returns = 3;
    diagnosis = diagnose(facts);
    CHECK(found(diagnosis, "message.long-lines")->seen == "its longest line has 999 octets; 998 are allowed");
    CHECK(found(diagnosis, "message.line-ends-changed") != nullptr);
}

TEST_CASE("BURL with LAST delivers as DATA does, and each is a delivery that must not be repeated")
{
    const auto read = [](const char* said, const char* answer) {
        return sent({"connected", "greeting 220 mx", "ehlo 250 mx|BURL imap", "mail 250 ok",
                     "rcpt user@example.com 250 ok", said, answer})
            .sessions.front();
    };
    const auto taken = read("sent command BURL imap://x/;uid=1 last", "command 250 ok");
    CHECK(read_delivery(SessionView(taken)).taken());
    const auto unknown = read("sent command BURL imap://x/;uid=1 LAST", "broken command closed");
    CHECK(read_delivery(SessionView(unknown)).unknown());
    for (const auto& session : {read("sent command BURL imap://x/;uid=1", "command 250 ok"),
                                read("sent command BURL imap://x/;uid=1 LAST", "command 554 no"),
                                read("sent command NOOP", "command 250 ok")}) {
        const auto none = read_delivery(SessionView(session));
        CHECK_FALSE(none.taken());
        CHECK_FALSE(none.unknown());
    }
}
