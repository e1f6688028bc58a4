// SPDX-License-Identifier: Apache-2.0
// Coming back later: when, how often, and when not.
#include <optional>

#include <catch2/catch.hpp>

#include "diagnosis/trials.hpp"
#include "facts_builder.hpp"

using namespace smtpprobe;
using std::chrono::minutes;
using std::chrono::seconds;
using test::FactsBuilder;

namespace {

FactsBuilder asked(const char* rcpt)
{
    FactsBuilder built("user@example.com");
    built.mx("mx.example.com")
        .talk("8.8.8.8", {"connected", "greeting 220 mx", "ehlo 250 mx", "mail 250 ok", rcpt}, TlsMode::none);
    built.facts.settings.retry_greylist = true;
    built.facts.settings.deadline = minutes(20);
    return built;
}

FactsBuilder& came_back(FactsBuilder& built, const char* rcpt)
{
    return built.trial(Purpose::later, "8.8.8.8",
                       {"connected", "greeting 220 mx", "ehlo 250 mx", "mail 250 ok", rcpt}, TlsMode::none);
}

std::optional<Duration> wait_of(const Facts& facts)
{
    Trials trials;
    plan_for_refusals(facts, trials);
    if (trials.empty())
        return std::nullopt;
    CHECK(trials.size() == 1);
    CHECK(trials.front().purpose == Purpose::later);
    const auto& visit = std::get<TrySession>(trials.front().what);
    CHECK(visit.endpoint == facts.sessions.front().endpoint);
    return visit.wait;
}

constexpr auto kGreylisted = "rcpt user@example.com 450 4.2.0 Greylisted";

} // namespace

TEST_CASE("Nobody comes back who was not asked to, or has nothing to gain")
{
    CHECK(wait_of(asked(kGreylisted).facts).has_value());
    auto not_asked = asked(kGreylisted);
    not_asked.facts.settings.retry_greylist = false;
    CHECK_FALSE(wait_of(not_asked.facts).has_value());
    auto interrupted = asked(kGreylisted);
    interrupted.facts.interrupted = true;
    CHECK_FALSE(wait_of(interrupted.facts).has_value());
    for (const char* rcpt : {"rcpt user@example.com 250 ok", "rcpt user@example.com 550 5.1.1 User unknown",
                             "rcpt user@example.com 452 4.2.2 Mailbox full"}) {
        CAPTURE(rcpt);
        CHECK_FALSE(wait_of(asked(rcpt).facts).has_value());
    }
}

TEST_CASE("The wait is the one that the server names, and a second; else it grows")
{
    CHECK(wait_of(asked("rcpt u@example.com 450 Greylisted, try again in 300 seconds").facts) ==
          Duration(seconds(301)));
    CHECK(wait_of(asked("rcpt u@example.com 450 4.3.2 Service currently unavailable").facts) ==
          Duration(seconds(10)));
    auto built = asked(kGreylisted);
    CHECK(wait_of(built.facts) == Duration(seconds(65)));
    came_back(built, kGreylisted);
    CHECK(wait_of(built.facts) == Duration(seconds(240)));
    came_back(built, kGreylisted);
    CHECK(wait_of(built.facts) == Duration(seconds(600)));
    came_back(built, kGreylisted);
    CHECK_FALSE(wait_of(built.facts).has_value());
}

TEST_CASE("No two visits are planned alike, though the server names the same wait each time")
{
    constexpr auto kSame = "rcpt u@example.com 450 Greylisted, try again in 60 seconds";
    auto built = asked(kSame);
    const auto first = wait_of(built.facts);
    came_back(built, kSame);
    CHECK(first != wait_of(built.facts));
}

TEST_CASE("Who was taken or refused for good does not come back again")
{
    for (const char* rcpt : {"rcpt u@example.com 250 ok", "rcpt u@example.com 550 5.1.1 User unknown"}) {
        auto built = asked(kGreylisted);
        came_back(built, rcpt);
        CHECK_FALSE(wait_of(built.facts).has_value());
    }
}

TEST_CASE("A visit must end before the deadline")
{
    auto built = asked(kGreylisted);
    built.facts.settings.deadline = seconds(60);
    CHECK_FALSE(wait_of(built.facts).has_value());
    built.facts.settings.deadline = seconds(80);
    CHECK(wait_of(built.facts).has_value());
}

TEST_CASE("While another host may take the mail yet, nobody waits for the first one")
{
    auto built = asked(kGreylisted);
    built.mx("mx2.example.com", 20).talk("8.8.4.4", {"connected"}, TlsMode::none);
    CHECK_FALSE(wait_of(built.facts).has_value());
    auto taken = asked(kGreylisted);
    taken.mx("mx2.example.com", 20)
        .talk("8.8.4.4",
              {"connected", "greeting 220 mx", "ehlo 250 mx", "mail 250 ok", "rcpt user@example.com 250 ok"},
              TlsMode::none);
    CHECK_FALSE(wait_of(taken.facts).has_value());
}
