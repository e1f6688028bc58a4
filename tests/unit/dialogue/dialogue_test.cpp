// SPDX-License-Identifier: Apache-2.0
// The ways of a conversation are told by tests/conversations; here is what those cannot say: times,
// limits, what drivers do wrong, and that it always ends.
#include <catch2/catch.hpp>

#include "dialogue/steps.hpp"
#include "smtp/limits.hpp"
#include "unit/dialogue/talk.hpp"

using namespace smtpprobe;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("events carry the times that they were told with")
{
    Dialogue dialogue({});
    dialogue.connected(IpAddress::v4({198, 51, 100, 7}), milliseconds(20));
    dialogue.next(milliseconds(21));
    auto greeting = reply(220);
    greeting.first_byte_at = milliseconds(30);
    dialogue.heard(greeting, milliseconds(40));
    dialogue.next(milliseconds(41));

    const auto& events = dialogue.transcript();
    REQUIRE(events.size() == 3);
    CHECK(events[0].at == milliseconds(20));
    CHECK(events[1].at == milliseconds(40));
    CHECK(std::get<Received>(events[1].what).first_byte_at == milliseconds(30));
    CHECK(events[2].at == milliseconds(41));
    CHECK(std::get<Sent>(events[2].what).text == "EHLO [198.51.100.7]");
}

TEST_CASE("a client without a name says the address of its own end")
{
    Dialogue dialogue({});
    dialogue.connected(*IpAddress::parse("2001:db8::7"), {});
    dialogue.next({});
    dialogue.heard(reply(220), {});
    CHECK(next(dialogue) == "say EHLO [IPv6:2001:db8::7]");
}

TEST_CASE("a step's limit is RFC 5321's, or the user's below it")
{
    const auto limit = [](std::optional<Duration> step_timeout) {
        Plan plan;
        plan.step_timeout = step_timeout;
        Dialogue dialogue(plan);
        return std::get<Listen>(dialogue.next({})).limit;
    };
    CHECK(limit(std::nullopt) == facts_of(Step::greeting).limit);
    CHECK(limit(seconds(3)) == seconds(3));
    CHECK(limit(std::chrono::hours(3)) == facts_of(Step::greeting).limit);

    Plan plan;
    plan.tls = TlsMode::implicit;
    plan.step_timeout = seconds(3);
    Dialogue dialogue(plan);
    CHECK(std::get<Encrypt>(dialogue.next({})).limit == seconds(3));
}

TEST_CASE("what comes before the mail may have a shorter limit of its own")
{
    Plan plan;
    plan.from = "a@example.com";
    plan.opening_timeout = seconds(9);
    Dialogue dialogue(plan);
    CHECK(std::get<Listen>(dialogue.next({})).limit == seconds(9));
    lead_to_ehlo(dialogue);
    CHECK(std::get<Listen>(dialogue.next({})).limit == seconds(9));
    dialogue.heard(reply(250), {});
    CHECK(next(dialogue) == "say MAIL FROM:<a@example.com>");
    CHECK(std::get<Listen>(dialogue.next({})).limit == facts_of(Step::mail).limit);
}

TEST_CASE("STARTTLS is said without an offer only where the plan says so")
{
    const auto starttls = [](bool unoffered) {
        Plan plan;
        plan.starttls_unoffered = unoffered;
        Dialogue dialogue(plan);
        lead_to_ehlo(dialogue);
        dialogue.heard(reply(250), {});
        return next(dialogue);
    };
    CHECK(starttls(true) == "say STARTTLS");
    CHECK(starttls(false) == "say QUIT");
}

TEST_CASE("asked again before an answer, it says the same again, and records it once")
{
    Dialogue dialogue({});
    lead_to_ehlo(dialogue);
    CHECK(next(dialogue) == "listen ehlo");
    CHECK(next(dialogue) == "listen ehlo");
    CHECK(all_of<Sent>(dialogue).size() == 1);
}

TEST_CASE("the dialogue is concluded with QUIT, not with the answer to it")
{
    Dialogue dialogue({});
    lead_to_ehlo(dialogue);
    dialogue.heard(reply(250), {});
    CHECK_FALSE(dialogue.concluded());
    CHECK(next(dialogue) == "say QUIT");
    CHECK(dialogue.concluded());
    CHECK(next(dialogue) == "listen quit");
    dialogue.heard(reply(221), {});
    CHECK(next(dialogue) == "hang up");
    CHECK(next(dialogue) == "hang up");
}

TEST_CASE("a failure ends the dialogue wherever it comes")
{
    SECTION("before there is a connection")
    {
        Dialogue dialogue(plan_with_envelope());
        dialogue.failed({FaultKind::refused, "Connection refused", 111}, {}, milliseconds(5));
        CHECK(next(dialogue) == "hang up");
        REQUIRE(all_of<Broken>(dialogue).size() == 1);
        CHECK(all_of<Broken>(dialogue)[0].step == Step::connect);
        CHECK(all_of<Broken>(dialogue)[0].fault.system_error == 111);
    }
    SECTION("while nobody listens: it is of the step that was under way")
    {
        Dialogue dialogue({});
        dialogue.connected({}, {});
        dialogue.next({});
        dialogue.heard(reply(220), {});
        CHECK(next(dialogue).starts_with("say EHLO"));
        dialogue.failed(fault(FaultKind::reset), {}, {});
        CHECK(all_of<Broken>(dialogue)[0].step == Step::ehlo);
        CHECK(next(dialogue) == "hang up");
    }
    SECTION("in the handshake")
    {
        Plan plan = plan_with_envelope();
        plan.tls = TlsMode::implicit;
        Dialogue dialogue(plan);
        CHECK(next(dialogue) == "encrypt");
        dialogue.failed(fault(FaultKind::handshake), {}, {});
        CHECK(all_of<Broken>(dialogue)[0].step == Step::tls);
        CHECK(all_of<Skipped>(dialogue) ==
              std::vector<Skipped>{{Step::mail, SkipReason::broken}, {Step::rcpt, SkipReason::broken}});
    }
    SECTION("once: what comes behind it changes nothing")
    {
        Dialogue dialogue({});
        lead_to_ehlo(dialogue);
        dialogue.failed(fault(FaultKind::closed), "25", {});
        const auto size = dialogue.transcript().size();
        dialogue.failed(fault(FaultKind::reset), {}, {});
        dialogue.heard(reply(250), {});
        dialogue.encrypted({}, {});
        dialogue.connected({}, {});
        CHECK(dialogue.transcript().size() == size);
        CHECK(all_of<Broken>(dialogue)[0].partial == "25");
        CHECK(dialogue.concluded());
    }
}

TEST_CASE("a partial reply is kept up to its limit")
{
    Dialogue dialogue({});
    dialogue.failed(fault(FaultKind::closed), std::string(5000, 'x'), {});
    CHECK(all_of<Broken>(dialogue)[0].partial.size() == kMaxEvidence);
}

TEST_CASE("what a driver tells out of turn is not taken for an answer")
{
    Dialogue dialogue({});
    dialogue.heard(reply(220), {});
    dialogue.encrypted({}, {});
    CHECK(dialogue.transcript().empty());
    CHECK(next(dialogue) == "listen greeting");
    dialogue.encrypted({}, {});
    CHECK(next(dialogue) == "listen greeting");
    dialogue.heard(reply(220), {});
    dialogue.heard(reply(250), {}); // nobody has asked yet
    CHECK(next(dialogue).starts_with("say EHLO"));
    dialogue.heard(reply(250), {}); // nobody listens yet
    CHECK(next(dialogue) == "listen ehlo");
    CHECK(all_of<Received>(dialogue).size() == 1);
}

TEST_CASE("a driver that never answers is not asked for ever")
{
    for (const std::size_t recipients : {0u, 1000u}) {
        Plan plan = plan_with_envelope();
        plan.to.assign(recipients, "a@example.com");
        Dialogue dialogue(plan);
        std::size_t calls = 0;
        while (next(dialogue) != "hang up") {
            REQUIRE(++calls < 20'000);
        }
        CHECK(dialogue.concluded());
        CHECK(all_of<Broken>(dialogue)[0].fault.kind == FaultKind::local);
    }
}

TEST_CASE("a thousand recipients are all asked about")
{
    Plan plan = plan_with_envelope();
    plan.to.assign(1000, "a@example.com");
    Dialogue dialogue(plan);
    lead_to_ehlo(dialogue);
    for (int i = 0; i < 5000; ++i) {
        dialogue.heard(reply(250), {});
        if (next(dialogue) == "hang up")
            break;
    }
    CHECK(all_of<Broken>(dialogue).empty());
    CHECK(all_of<Sent>(dialogue).size() == 1 + 1 + 1000 + 1 + 1);
    CHECK(all_of<Sent>(dialogue).back().text == "QUIT");
}

TEST_CASE("an early reply is recorded, and the answer still waited for")
{
    Dialogue dialogue({});
    lead_to_ehlo(dialogue);
    dialogue.heard(reply(220, {"again"}, {Breach::early_reply}), {});
    CHECK(next(dialogue) == "listen ehlo");
    dialogue.heard(reply(250, {"mx", "STARTTLS"}), {});
    CHECK(next(dialogue) == "say STARTTLS");
    CHECK(all_of<Received>(dialogue).size() == 3);
}

TEST_CASE("early replies without an end are given up")
{
    Dialogue dialogue({});
    lead_to_ehlo(dialogue);
    for (int i = 0; i < 100; ++i)
        dialogue.heard(reply(250, {"x"}, {Breach::early_reply}), {});
    CHECK(next(dialogue) == "hang up");
    CHECK(all_of<Received>(dialogue).size() < 30);
    CHECK(all_of<Broken>(dialogue)[0].fault.kind == FaultKind::malformed);
}

TEST_CASE("where SMTPUTF8 was agreed on, UTF-8 in replies is no breach, and other bytes are")
{
    Plan plan = plan_with_envelope();
    plan.to = {"j\xc3\xb6rg@example.com"};
    plan.tls = TlsMode::none;
    for (const bool is_utf8 : {true, false}) {
        Dialogue dialogue(plan);
        lead_to_ehlo(dialogue);
        dialogue.heard(reply(250, {"mx \xc3\xb6", "SMTPUTF8"}, {Breach::non_ascii}), {});
        CHECK(next(dialogue) == "say MAIL FROM:<> SMTPUTF8");
        next(dialogue);
        dialogue.heard(reply(250, {is_utf8 ? "\xc3\xb6" : "\xf6"}, {Breach::non_ascii}), {});
        const auto received = all_of<Received>(dialogue);
        CHECK(received[1].breaches == std::vector<Breach>{Breach::non_ascii});
        CHECK(received[2].breaches.empty() == is_utf8);
    }
}

TEST_CASE("421 ends every step at once")
{
    Plan plan = plan_with_envelope();
    plan.tls = TlsMode::none;
    // How many good answers come before it.
    for (int good = 0; good < 6; ++good) {
        CAPTURE(good);
        Dialogue dialogue(plan);
        dialogue.connected({}, {});
        int answers = 0;
        for (auto action = dialogue.next({}); !std::holds_alternative<HangUp>(action);
             action = dialogue.next({})) {
            if (!std::holds_alternative<Listen>(action))
                continue;
            REQUIRE(answers <= good);
            dialogue.heard(reply(answers++ == good ? 421 : 250), {});
        }
        CHECK(dialogue.concluded());
        CHECK(all_of<Received>(dialogue).back().reply.code() == 421);
        CHECK(all_of<Broken>(dialogue).empty());
    }
}

TEST_CASE("what STARTTLS said before counts no more behind the handshake")
{
    Plan plan = plan_with_envelope();
    plan.to = {"j\xc3\xb6rg@example.com"};
    Dialogue dialogue(plan);
    lead_to_ehlo(dialogue);
    dialogue.heard(reply(250, {"mx", "STARTTLS", "SMTPUTF8"}), {});
    next(dialogue);
    next(dialogue);
    dialogue.heard(reply(220), {});
    CHECK(next(dialogue) == "encrypt");
    dialogue.encrypted({}, {});
    CHECK(next(dialogue) == "say EHLO [198.51.100.7]");
    next(dialogue);
    dialogue.heard(reply(250, {"mx", "STARTTLS"}), {});
    CHECK(next(dialogue) == "say QUIT"); // no second STARTTLS, and no SMTPUTF8 any more
    CHECK(all_of<Skipped>(dialogue) == std::vector<Skipped>{{Step::mail, SkipReason::not_offered, "SMTPUTF8"},
                                                            {Step::rcpt, SkipReason::not_offered}});
}

TEST_CASE("with TLS required, no answer at all makes the client say its envelope in the clear")
{
    Plan plan = plan_with_envelope();
    plan.tls = TlsMode::require;
    for (const int hello : {220, 250, 354, 450, 500, 550})
        for (const int starttls : {250, 354, 421, 454, 500, 501, 554})
            for (const bool offered : {true, false}) {
                Dialogue dialogue(plan);
                lead_to_ehlo(dialogue);
                dialogue.heard(reply(hello, {"mx", offered ? "STARTTLS" : "HELP"}), {});
                for (int i = 0; i < 100; ++i) {
                    const auto action = dialogue.next({});
                    if (std::holds_alternative<HangUp>(action) || std::holds_alternative<Encrypt>(action))
                        break;
                    if (const auto* listening = std::get_if<Listen>(&action))
                        dialogue.heard(reply(listening->step == Step::starttls ? starttls : 250), {});
                }
                for (const auto& sent : all_of<Sent>(dialogue))
                    CHECK(sent.step != Step::mail);
            }
}
