// SPDX-License-Identifier: Apache-2.0
// AUTH (RFC 4954): which mechanism is tried, what goes over, and what may be seen of it.
#include "unit/dialogue/talk.hpp"

using namespace smtpprobe;

namespace {

using Lines = std::vector<std::string>;

Plan plan_with_auth(std::vector<std::string> mechanisms)
{
    auto plan = plan_with_envelope();
    plan.tls = TlsMode::none;
    auto& auth = plan.auth.emplace();
    auth.mechanisms = std::move(mechanisms);
    auth.insecure = true;
    return plan;
}

Response says(std::string bytes, std::string shown = "words")
{
    Response response;
    response.bytes = std::move(bytes);
    response.shown = std::move(shown);
    return response;
}

} // namespace

TEST_CASE("the first mechanism that the server offers is tried, with its first answer in the command")
{
    Dialogue dialogue(plan_with_auth({"SCRAM-SHA-256", "PLAIN", "LOGIN"}));
    lead_behind_ehlo(dialogue, {"AUTH LOGIN plain"});
    CHECK(next(dialogue) == "respond PLAIN");
    CHECK(next(dialogue) == "respond PLAIN");
    dialogue.responded(says(std::string("\0user\0pass", 10), "user, password hidden"), {});
    CHECK(group(dialogue) == Lines{"AUTH PLAIN AHVzZXIAcGFzcw=="});
    CHECK(answer(dialogue, 235) == Lines{"MAIL FROM:<>"});

    const auto sent = all_of<Sent>(dialogue);
    REQUIRE(sent.size() == 3);
    CHECK(sent[1].step == Step::auth);
    CHECK(sent[1].text == "AUTH PLAIN ********");
    CHECK(sent[1].decoded == "user, password hidden");
}

TEST_CASE("challenges are given without Base64, and answers sent with it")
{
    Dialogue dialogue(plan_with_auth({"LOGIN"}));
    lead_behind_ehlo(dialogue, {"AUTH LOGIN"});
    next(dialogue);
    dialogue.responded({}, {});
    CHECK(group(dialogue) == Lines{"AUTH LOGIN"});
    dialogue.heard(reply(334, {"VXNlcm5hbWU6"}), {});
    CHECK(next(dialogue) == "respond LOGIN [Username:]");
    auto response = says("joe");
    response.challenge_shown = "asks for the name";
    dialogue.responded(response, {});
    CHECK(group(dialogue) == Lines{"am9l"});
    dialogue.heard(reply(334, {""}), {});
    CHECK(next(dialogue) == "respond LOGIN []");
    dialogue.responded(says(""), {});
    CHECK(group(dialogue) == Lines{""});
    CHECK(answer(dialogue, 235) == Lines{"MAIL FROM:<>"});

    const auto received = all_of<Received>(dialogue);
    CHECK(received[2].decoded == "asks for the name");
    CHECK(all_of<Sent>(dialogue)[2].text == "********");
    CHECK(all_of<Sent>(dialogue)[3].text.empty());
}

TEST_CASE("a first answer waits for the first challenge where it may not, or cannot, go with the command")
{
    const auto long_one = std::string(600, 'x');
    for (const auto& first : {std::string("user"), long_one}) {
        auto plan = plan_with_auth({"PLAIN"});
        plan.auth->initial_response = first == long_one;
        Dialogue dialogue(plan);
        lead_behind_ehlo(dialogue, {"AUTH PLAIN"});
        next(dialogue);
        dialogue.responded(says(first), {});
        CHECK(group(dialogue) == Lines{"AUTH PLAIN"});
        CHECK(answer(dialogue, 334, {""}).at(0).size() > 4);
        CHECK(answer(dialogue, 235) == Lines{"MAIL FROM:<>"});
    }
}

TEST_CASE("an empty first answer is spelt =")
{
    Dialogue dialogue(plan_with_auth({"EXTERNAL"}));
    lead_behind_ehlo(dialogue, {"AUTH EXTERNAL"});
    next(dialogue);
    dialogue.responded(says(""), {});
    CHECK(group(dialogue) == Lines{"AUTH EXTERNAL ="});
}

TEST_CASE("another mechanism is tried where this one is not for us, and not where the password is wrong")
{
    for (const int code : {504, 534, 535, 454, 530}) {
        Dialogue dialogue(plan_with_auth({"CRAM-MD5", "PLAIN"}));
        lead_behind_ehlo(dialogue, {"AUTH PLAIN CRAM-MD5"});
        next(dialogue);
        dialogue.responded({}, {});
        CHECK(group(dialogue) == Lines{"AUTH CRAM-MD5"});
        dialogue.heard(reply(code), {});
        CHECK(next(dialogue) == (code == 504 || code == 534 ? "respond PLAIN" : "say QUIT"));
    }
}

TEST_CASE("without a login there is no envelope, unless the plan can do without")
{
    for (const bool required : {true, false}) {
        auto plan = plan_with_auth({"PLAIN"});
        plan.auth->required = required;
        Dialogue dialogue(plan);
        lead_behind_ehlo(dialogue, {"AUTH PLAIN"});
        next(dialogue);
        dialogue.responded(says("x"), {});
        group(dialogue);
        CHECK(answer(dialogue, 535) == Lines{required ? "QUIT" : "MAIL FROM:<>"});
    }
}

TEST_CASE("nothing of a login goes over in the clear unless it may")
{
    auto plan = plan_with_auth({"PLAIN"});
    plan.auth->insecure = false;
    Dialogue dialogue(plan);
    lead_behind_ehlo(dialogue, {"AUTH PLAIN"});
    CHECK(group(dialogue) == Lines{"QUIT"});
    CHECK(all_of<Skipped>(dialogue)[0] == Skipped{Step::auth, SkipReason::insecure});
}

TEST_CASE("a login waits for a certificate that shows who gets it")
{
    TlsFacts good;
    good.chain_verdict = ChainVerdict::trusted;
    good.name_verdict = NameVerdict::matches;
    good.date_verdict = DateVerdict::valid;
    auto other_name = good;
    other_name.name_verdict = NameVerdict::mismatch;
    auto nameless = good;
    nameless.name_verdict = NameVerdict::not_checked;
    auto unknown = good;
    unknown.chain_verdict = ChainVerdict::unknown_issuer;
    auto expired = good;
    expired.date_verdict = DateVerdict::expired;
    const auto goes_on = [](const TlsFacts& facts, bool insecure) {
        auto plan = plan_with_auth({"PLAIN"});
        plan.tls = TlsMode::require;
        plan.auth->insecure = insecure;
        Dialogue dialogue(plan);
        lead_behind_ehlo(dialogue, {"STARTTLS", "AUTH PLAIN"});
        CHECK(group(dialogue) == Lines{"STARTTLS"});
        answer(dialogue, 220);
        dialogue.encrypted(facts, {});
        group(dialogue);
        dialogue.heard(reply(250, {"mx.example.com", "AUTH PLAIN"}), {});
        return next(dialogue);
    };
    CHECK(goes_on(good, false) == "respond PLAIN");
    for (const auto& bad : {other_name, nameless, unknown, expired}) {
        CHECK(goes_on(bad, false) == "say QUIT");
        CHECK(goes_on(bad, true) == "respond PLAIN");
    }
}

TEST_CASE("a mechanism that is not offered is not said")
{
    for (const bool unoffered : {false, true}) {
        auto plan = plan_with_auth({"PLAIN"});
        plan.envelope.unoffered = unoffered;
        Dialogue dialogue(plan);
        lead_behind_ehlo(dialogue, {"AUTH LOGIN"});
        CHECK(next(dialogue) == (unoffered ? "respond PLAIN" : "say QUIT"));
    }
}

TEST_CASE("who has no answer, and a challenge that is no Base64, end with a lone star")
{
    const auto begun = [] {
        Dialogue dialogue(plan_with_auth({"LOGIN"}));
        lead_behind_ehlo(dialogue, {"AUTH LOGIN"});
        next(dialogue);
        dialogue.responded({}, {});
        group(dialogue);
        return dialogue;
    };
    auto without_answer = begun();
    without_answer.heard(reply(334, {"eA=="}), {});
    next(without_answer);
    without_answer.responded({}, {});
    CHECK(group(without_answer) == Lines{"*"});
    CHECK(answer(without_answer, 501) == Lines{"QUIT"});

    auto odd = begun();
    CHECK(answer(odd, 334, {"!!"}) == Lines{"*"});
    CHECK(answer(odd, 334, {""}) == Lines{"QUIT"}); // it does not take no for an answer
}

TEST_CASE("challenges without an end are cancelled")
{
    Dialogue dialogue(plan_with_auth({"LOGIN"}));
    lead_behind_ehlo(dialogue, {"AUTH LOGIN"});
    next(dialogue);
    dialogue.responded({}, {});
    group(dialogue);
    int challenges = 0;
    for (; challenges < 100; ++challenges) {
        dialogue.heard(reply(334, {"eA=="}), {});
        if (!next(dialogue).starts_with("respond"))
            break;
        dialogue.responded(says("x"), {});
        group(dialogue);
    }
    CHECK(challenges == 16);
    CHECK(all_of<Sent>(dialogue).back().text == "*");
}

TEST_CASE("what a driver answers out of turn is not taken for an answer")
{
    Dialogue dialogue(plan_with_auth({"PLAIN"}));
    dialogue.responded(says("x"), {});
    dialogue.streamed({5, true}, {});
    CHECK(dialogue.transcript().empty());
    lead_behind_ehlo(dialogue, {"AUTH PLAIN"});
    CHECK(next(dialogue) == "respond PLAIN");
    dialogue.heard(reply(235), {});
    dialogue.encrypted({}, {});
    CHECK(next(dialogue) == "respond PLAIN");
    dialogue.responded(says("x"), {});
    dialogue.responded(says("y"), {});
    CHECK(group(dialogue) == Lines{"AUTH PLAIN eA=="});
}
