// SPDX-License-Identifier: Apache-2.0
// RFC 2920: which commands go out together, and which never do.
#include "unit/dialogue/talk.hpp"

using namespace smtpprobe;

namespace {

using Lines = std::vector<std::string>;

Plan plan_for(std::vector<std::string> to)
{
    auto plan = plan_with_envelope();
    plan.tls = TlsMode::none;
    plan.to = std::move(to);
    return plan;
}

} // namespace

TEST_CASE("MAIL and all RCPT go out together, then RSET and QUIT")
{
    Dialogue dialogue(plan_for({"a@example.com", "b@example.com"}));
    lead_behind_ehlo(dialogue, {"PIPELINING"});
    CHECK(group(dialogue) == Lines{"MAIL FROM:<>", "RCPT TO:<a@example.com>", "RCPT TO:<b@example.com>"});
    CHECK(answer(dialogue, 250).empty());
    CHECK(answer(dialogue, 550).empty());
    CHECK_FALSE(dialogue.concluded());
    CHECK(answer(dialogue, 250) == Lines{"RSET", "QUIT"});
    CHECK(dialogue.concluded());
    dialogue.heard(reply(250), {});
    CHECK(next(dialogue) == "listen quit");
    dialogue.heard(reply(221), {});
    CHECK(next(dialogue) == "hang up");
}

TEST_CASE("without the offer, or with --no-pipelining, commands go one by one")
{
    for (const bool offered : {true, false}) {
        auto plan = plan_for({"a@example.com"});
        plan.envelope.pipelining = !offered;
        Dialogue dialogue(plan);
        lead_behind_ehlo(dialogue, {offered ? "PIPELINING" : "SIZE"});
        CHECK(group(dialogue) == Lines{"MAIL FROM:<>"});
        CHECK(answer(dialogue, 250) == Lines{"RCPT TO:<a@example.com>"});
        CHECK(answer(dialogue, 250) == Lines{"RSET"});
        CHECK(answer(dialogue, 250) == Lines{"QUIT"});
    }
}

TEST_CASE("a group fits into a window of 4 KiB")
{
    auto plan = plan_for({});
    plan.to.assign(500, "somebody.with.a.name@example.com");
    Dialogue dialogue(plan);
    lead_behind_ehlo(dialogue, {"PIPELINING"});
    std::size_t recipients = 0;
    std::size_t groups = 0;
    for (auto said = group(dialogue); said.front() != "RSET"; ++groups) {
        std::size_t octets = 0;
        for (const auto& line : said)
            octets += line.size() + 2;
        CHECK(octets <= 4096 + 512);
        recipients += said.size() - (groups == 0 ? 1 : 0);
        for (std::size_t i = said.size(); i > 1; --i)
            CHECK(answer(dialogue, 250).empty());
        said = answer(dialogue, 250);
        REQUIRE_FALSE(said.empty());
    }
    CHECK(recipients == 500);
    CHECK(groups < 10);
}

TEST_CASE("STARTTLS, EHLO and AUTH are never followed by anything in one group")
{
    auto plan = plan_for({"a@example.com"});
    plan.tls = TlsMode::may;
    plan.auth.emplace().mechanisms = {"PLAIN"};
    plan.auth->insecure = true;
    plan.xclient = {"NAME=x.example"};
    Dialogue dialogue(plan);
    lead_to_ehlo(dialogue);
    CHECK(answer(dialogue, 250, {"mx", "PIPELINING", "STARTTLS"}) == Lines{"STARTTLS"});
    dialogue.heard(reply(220), {});
    next(dialogue);
    dialogue.encrypted({}, {});
    CHECK(group(dialogue) == Lines{"EHLO [198.51.100.7]"});
    CHECK(answer(dialogue, 250, {"mx", "PIPELINING", "AUTH PLAIN", "XCLIENT NAME"}) ==
          Lines{"XCLIENT NAME=x.example"});
    CHECK(answer(dialogue, 220) == Lines{"EHLO [198.51.100.7]"});
    dialogue.heard(reply(250, {"mx", "PIPELINING", "AUTH PLAIN", "XCLIENT NAME"}), {});
    CHECK(next(dialogue) == "respond PLAIN");
    Response response;
    response.bytes = "x";
    dialogue.responded(response, {});
    CHECK(group(dialogue) == Lines{"AUTH PLAIN eA=="});
    CHECK(answer(dialogue, 235).size() == 2);
}

TEST_CASE("where nobody was accepted and DATA is answered by 354, a lone dot ends it (RFC 2920 3.1)")
{
    for (const int mail : {250, 550}) {
        auto plan = plan_for({"a@example.com"});
        plan.message.emplace();
        Dialogue dialogue(plan);
        lead_behind_ehlo(dialogue, {"PIPELINING"});
        CHECK(group(dialogue) == Lines{"MAIL FROM:<>", "RCPT TO:<a@example.com>", "DATA"});
        CHECK(answer(dialogue, mail).empty());
        CHECK(answer(dialogue, 550).empty());
        CHECK(answer(dialogue, 354) == Lines{"."});
        CHECK(answer(dialogue, 554) == Lines{"QUIT"});
    }
}

TEST_CASE("several envelopes follow one another, each behind RSET")
{
    auto plan = plan_for({"a@example.com"});
    plan.envelopes = {{"b@example.net", {"c@example.com"}}, {"", {"d@example.com"}}};
    Dialogue dialogue(plan);
    lead_behind_ehlo(dialogue, {});
    CHECK(group(dialogue) == Lines{"MAIL FROM:<>"});
    CHECK(answer(dialogue, 250) == Lines{"RCPT TO:<a@example.com>"});
    CHECK(answer(dialogue, 250) == Lines{"RSET"});
    CHECK(answer(dialogue, 250) == Lines{"MAIL FROM:<b@example.net>"});
    CHECK(answer(dialogue, 550) == Lines{"MAIL FROM:<>"}); // a refused sender opens nothing
    CHECK(answer(dialogue, 250) == Lines{"RCPT TO:<d@example.com>"});
    CHECK(answer(dialogue, 550) == Lines{"RSET"});
    CHECK(answer(dialogue, 250) == Lines{"QUIT"});
}

TEST_CASE("XCLIENT is one command whatever its length, and XFORWARD goes over in as many as it needs")
{
    const std::string value(250, 'n');
    auto plan = plan_with_envelope();
    plan.tls = TlsMode::none;
    const bool forward = GENERATE(false, true);
    (forward ? plan.xforward : plan.xclient) = {"NAME=" + value, "HELO=" + value};
    Dialogue dialogue(plan);
    lead_to_ehlo(dialogue);
    const auto said = answer(dialogue, 250, {"mx", "XCLIENT NAME HELO", "XFORWARD NAME HELO"});
    if (forward) {
        CHECK(said == Lines{"XFORWARD NAME=" + value});
        CHECK(answer(dialogue, 250) == Lines{"XFORWARD HELO=" + value});
    } else {
        CHECK(said == Lines{"XCLIENT NAME=" + value + " HELO=" + value});
    }
}
