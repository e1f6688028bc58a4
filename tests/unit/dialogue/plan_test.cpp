// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "dialogue/plan.hpp"

using namespace smtpprobe;

TEST_CASE("a plan takes protocol and TLS from the endpoint, which the route has put them into")
{
    Endpoint endpoint;
    endpoint.protocol = Protocol::lmtp;
    endpoint.tls = TlsMode::implicit;
    Settings settings;
    settings.tls = TlsMode::none;
    CHECK(plan_dialogue(endpoint, settings, {}).protocol == Protocol::lmtp);
    CHECK(plan_dialogue(endpoint, settings, {}).tls == TlsMode::implicit);
}

TEST_CASE("without recipients and sender there is no envelope")
{
    const auto plan = plan_dialogue({}, {}, {});
    CHECK_FALSE(plan.from);
    CHECK(plan.to.empty());
}

TEST_CASE("recipients without a sender get the null sender")
{
    Settings settings;
    settings.to = {"a@example.com"};
    CHECK(plan_dialogue({}, settings, {}).from == "");
    settings.from = "b@example.com";
    CHECK(plan_dialogue({}, settings, {}).from == "b@example.com");
}

TEST_CASE("a mailbox target is a recipient, once")
{
    Target target;
    target.kind = TargetKind::mailbox;
    target.mailbox = "a@example.com";
    Settings settings;
    settings.to = {"b@example.com", "a@example.com"};
    CHECK(plan_dialogue({}, settings, target).to ==
          std::vector<std::string>{"a@example.com", "b@example.com"});
    target.mailbox.clear();
    CHECK(plan_dialogue({}, {}, target).to.empty());
}

TEST_CASE("what the user set goes into the plan")
{
    Settings settings;
    settings.helo = "client.example";
    settings.quit_after = Step::ehlo;
    settings.step_timeout = std::chrono::seconds(7);
    const auto plan = plan_dialogue({}, settings, {});
    CHECK(plan.helo == "client.example");
    CHECK(plan.quit_after == Step::ehlo);
    CHECK(plan.step_timeout == std::chrono::seconds(7));
}

TEST_CASE("a plan hides the login's password, unless the user wants to see it")
{
    Settings settings;
    settings.auth.wanted = true;
    settings.auth.password = Secret("correct horse");
    CHECK(plan_dialogue({}, settings, {}).hidden.masked("no correct horse") == "no ********");
    settings.auth.show_secrets = true;
    CHECK(plan_dialogue({}, settings, {}).hidden.masked("no correct horse") == "no correct horse");
}

TEST_CASE("each host of a route gets its own login of a netrc file, and no other")
{
    Settings settings;
    settings.auth.wanted = true;
    settings.auth.by_host = {{"mx1.example.com", "jane", Secret("correct horse")}};
    Endpoint endpoint;
    endpoint.host = "mx1.example.com";
    const auto own = plan_dialogue(endpoint, settings, {});
    CHECK(own.auth->why_not.empty());
    CHECK_FALSE(own.auth->mechanisms.empty());
    CHECK(own.hidden.masked("no correct horse") == "no ********");
    endpoint.host = "mx2.example.com";
    CHECK(plan_dialogue(endpoint, settings, {}).auth->why_not ==
          "the netrc file has no entry for mx2.example.com: machine mx2.example.com login ... password ...");
}
