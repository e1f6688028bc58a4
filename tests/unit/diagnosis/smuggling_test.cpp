// SPDX-License-Identifier: Apache-2.0
// --check smuggling: what is sent, and what is concluded from the answers.
#include <catch2/catch.hpp>

#include <algorithm>
#include <iterator>

#include "diagnosis/checks.hpp"
#include "smtp/odd_end.hpp"
#include "unit/diagnosis/facts_builder.hpp"

namespace smtpprobe {
namespace {

using namespace test;

constexpr const char* kGreeting = "greeting 220 mx.example.com ESMTP";
constexpr const char* kHello = "ehlo 250 mx.example.com|SIZE 1000";

/// Asked about smuggling, of a server that took a recipient.
FactsBuilder smuggling()
{
    FactsBuilder builder("user@example.com");
    builder.mx("mx.example.com")
        .talk("192.0.2.1", {"connected", kGreeting, kHello, "mail 250 ok", "rcpt user@example.com 250 ok"});
    builder.facts.settings.checks = {Check::smuggling};
    builder.facts.settings.owns_server = builder.facts.settings.message.send = true;
    return builder;
}

/// What was said to the message with that end, and then to QUIT.
void answered(FactsBuilder& facts, OddEnd odd, const char* message, const char* to_quit,
              const char* after = nullptr)
{
    const auto sent = "sent message " + shown_ending(odd);
    const auto answer = std::string("message ") + message;
    facts.trial(Purpose::check_smuggling, "192.0.2.1",
                {"connected", kGreeting, kHello, "mail 250 ok", "rcpt user@example.com 250 ok",
                 "sent data DATA", "data 354 go", sent.c_str(), answer.c_str(), "sent quit QUIT", to_quit,
                 after != nullptr ? after : "skipped noop not-asked"});
}

std::vector<TrySession> planned(const Facts& facts)
{
    Trials trials;
    plan_for_checks(facts, trials);
    std::vector<TrySession> sessions;
    for (const auto& trial : trials)
        if (trial.purpose == Purpose::check_smuggling)
            sessions.push_back(std::get<TrySession>(trial.what));
    return sessions;
}

/// The finding of that id; there must be one.
Finding found(const Facts& facts, std::string_view id)
{
    const auto all = diagnose(facts).findings;
    const auto finding =
        std::find_if(all.begin(), all.end(), [&](const Finding& each) { return each.id == id; });
    INFO(id);
    REQUIRE(finding != all.end());
    CHECK_FALSE(finding->title.empty());
    return *finding;
}

Severity weight(const Facts& facts, std::string_view id) { return found(facts, id).severity; }

} // namespace

TEST_CASE(
    "odd ends are sent one after the other, each in a conversation of its own, to a mailbox of one's own")
{
    auto facts = smuggling();
    auto sessions = planned(facts.facts);
    REQUIRE(sessions.size() == 1);
    CHECK(sessions.front().to == std::vector<std::string>{"user@example.com"});
    CHECK(sessions.front().odd_end == kOddEnds[0]);
    CHECK_FALSE(sessions.front().quit_after);
    for (const auto odd : kOddEnds)
        answered(facts, odd, "250 ok", "quit 221 bye");
    sessions = planned(facts.facts);
    REQUIRE(sessions.size() == std::size(kOddEnds));
    for (std::size_t i = 0; i < sessions.size(); ++i)
        CHECK(sessions[i].odd_end == kOddEnds[i]);
}

TEST_CASE("no odd end is sent without --send, to a stranger's server, or where nobody was accepted")
{
    auto facts = smuggling();
    SECTION("no --send") { facts.facts.settings.message.send = false; }
    SECTION("a stranger's") { facts.facts.settings.owns_server = false; }
    SECTION("nobody")
    {
        facts.facts.sessions.clear();
        facts.talk("192.0.2.1",
                   {"connected", kGreeting, kHello, "mail 250 ok", "rcpt user@example.com 550 no"});
    }
    CHECK(planned(facts.facts).empty());
    CHECK(weight(facts.facts, "check.unanswered") == Severity::warning);
}

TEST_CASE("a server that is not asked again is not sent the next odd end")
{
    auto facts = smuggling();
    facts.trial(Purpose::check_smuggling, "192.0.2.1", {"connected", "greeting 421 too many connections"});
    CHECK(planned(facts.facts).size() == 1);
    CHECK(weight(facts.facts, "check.unanswered") == Severity::warning);
}

TEST_CASE("who answers the next line of a message has taken the odd end for its end")
{
    auto facts = smuggling();
    const auto all_but_first = [&] {
        for (const auto odd : kOddEnds)
            if (odd != kOddEnds[0])
                answered(facts, odd, "250 ok", "quit 221 bye");
    };
    SECTION("its answer comes in place of that to QUIT")
    {
        answered(facts, kOddEnds[0], "250 queued", "quit 500 unrecognized command");
        all_but_first();
        CHECK(weight(facts.facts, "check.smuggling-possible") == Severity::problem);
        const auto seen = found(facts.facts, "check.smuggling-possible").seen;
        CHECK(seen == "<LF>.<LF>: 250 queued, then 500 unrecognized command; 7 messages may have arrived");
        CHECK(found(facts.facts, "check.smuggling-possible").confidence == Confidence::sure);
    }
    SECTION("its answer comes before QUIT was said")
    {
        answered(facts, kOddEnds[0], "550 spam", "quit 250 whatever", "quit 221 bye");
        auto& session = std::get<Session>(facts.facts.experiments.back().what);
        std::get<Received>(session.transcript[session.transcript.size() - 2].what).breaches = {
            Breach::early_reply};
        all_but_first();
        CHECK(weight(facts.facts, "check.smuggling-possible") == Severity::problem);
    }
    SECTION("it complains of the command that came with it, and hangs up")
    {
        answered(facts, kOddEnds[0], "500 5.5.1 Invalid command: Pipelining not supported",
                 "broken quit closed");
        all_but_first();
        CHECK(weight(facts.facts, "check.smuggling-possible") == Severity::problem);
        CHECK(found(facts.facts, "check.smuggling-possible").confidence == Confidence::likely);
        CHECK(found(facts.facts, "check.smuggling-possible").seen ==
              "<LF>.<LF>: 500 5.5.1 Invalid command: Pipelining not supported; 6 messages may have arrived");
    }
}

TEST_CASE("who takes each odd message as one, or refuses it, cannot be smuggled to")
{
    auto facts = smuggling();
    for (const auto odd : kOddEnds)
        if (odd == kOddEnds[0])
            answered(facts, odd, "550 5.5.2 mx Error: bare <LF> received", "quit 221 bye");
        else if (odd == kOddEnds[1]) // Postfix hangs up with 521
            answered(facts, odd, "521 5.5.2 mx Error: bare <LF> received", "broken quit closed");
        else
            answered(facts, odd, "250 ok", "quit 221 bye");
    CHECK(weight(facts.facts, "check.smuggling-not-possible") == Severity::note);
    CHECK(found(facts.facts, "check.smuggling-not-possible").seen ==
          "7 odd ends sent, none taken for the end; refused: <LF>.<LF>: 550 5.5.2 mx Error: bare <LF> "
          "received; 5 "
          "messages may have arrived");
}

TEST_CASE("who hangs up behind an odd message has not answered the question")
{
    for (const auto* answer : {"250 ok", "554 5.7.1 spam", "554 5.5.0 Protocol violation"}) {
        auto facts = smuggling();
        for (const auto odd : kOddEnds)
            answered(facts, odd, answer, "broken quit closed");
        CHECK(weight(facts.facts, "check.unanswered") == Severity::warning);
    }
}

} // namespace smtpprobe
