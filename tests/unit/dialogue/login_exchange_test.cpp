// SPDX-License-Identifier: Apache-2.0
// How an exchange of AUTH is given up, repeated, and what comes of a server that proves nothing.
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

Response says(std::string bytes)
{
    Response response;
    response.bytes = std::move(bytes);
    response.shown = "words";
    return response;
}

Response stops(AuthStop stop, std::string why)
{
    Response response;
    response.stop = stop;
    response.why_not = std::move(why);
    return response;
}

/// A dialogue whose AUTH command is out, with `first` as its first answer.
Dialogue begun(std::vector<std::string> mechanisms, Response first, bool initial_response = true)
{
    auto plan = plan_with_auth(mechanisms);
    plan.auth->initial_response = initial_response;
    Dialogue dialogue(std::move(plan));
    lead_behind_ehlo(dialogue, {"AUTH " + mechanisms.front()});
    next(dialogue);
    dialogue.responded(std::move(first), {});
    group(dialogue);
    return dialogue;
}

} // namespace

TEST_CASE("a login that is given up says why, in words and by name")
{
    auto dialogue = begun({"SCRAM-SHA-1"}, says("first"));
    dialogue.heard(reply(334, {"eA=="}), {});
    next(dialogue);
    dialogue.responded(stops(AuthStop::too_many_iterations, "too many"), {});
    CHECK(group(dialogue) == Lines{"*"});
    const auto star = all_of<Sent>(dialogue).back();
    CHECK(star.stop == AuthStop::too_many_iterations);
    CHECK(star.decoded == "too many");
    CHECK(answer(dialogue, 235) == Lines{"QUIT"}); // a yes to `*` is none
}

TEST_CASE("a challenge that is no Base64, too long or of several lines is given up by its own name")
{
    const auto stop_of = [](std::vector<std::string> lines) {
        auto dialogue = begun({"SCRAM-SHA-1"}, says("first"));
        CHECK(answer(dialogue, 334, std::move(lines)) == Lines{"*"});
        return all_of<Sent>(dialogue).back().stop;
    };
    CHECK(stop_of({"!!"}) == AuthStop::bad_base64);
    CHECK(stop_of({"ntlm supported"}) == AuthStop::bad_base64);
    CHECK(stop_of({std::string(12288, 'A')}) == AuthStop::too_long);
    CHECK(stop_of({"eA==", "eA=="}) == AuthStop::too_long);
}

TEST_CASE("a first answer that waits goes out behind any prompt")
{
    for (const auto* prompt : {"", "VXNlcm5hbWU6", "ntlm supported"}) {
        auto dialogue = begun({"LOGIN"}, says("joe"), false);
        CHECK(answer(dialogue, 334, {prompt}) == Lines{"am9l"});
        CHECK(all_of<Received>(dialogue).back().decoded == (prompt[0] == 'V' ? "Username:" : ""));
    }
}

TEST_CASE("where a first answer with the command is no good, the command is said again without it, once")
{
    auto dialogue = begun({"LOGIN"}, says("joe"));
    dialogue.heard(reply(501), {});
    CHECK(next(dialogue) == "respond LOGIN");
    dialogue.responded(says("joe"), {});
    CHECK(group(dialogue) == Lines{"AUTH LOGIN"});
    auto refused = dialogue;
    CHECK(answer(dialogue, 334, {"VXNlcm5hbWU6"}) == Lines{"am9l"});
    CHECK(answer(refused, 501) == Lines{"QUIT"});

    auto late = begun({"LOGIN"}, says("joe")); // behind a challenge a 501 is about the answer
    late.heard(reply(334, {"eA=="}), {});
    next(late);
    late.responded(says("secret"), {});
    group(late);
    CHECK(answer(late, 501) == Lines{"QUIT"});
}

TEST_CASE("a server that says yes without its proof gets no mail")
{
    auto due = says("first");
    due.proof_due = true;
    auto dialogue = begun({"SCRAM-SHA-1"}, due);
    CHECK(answer(dialogue, 235) == Lines{"QUIT"});
    const auto quit = all_of<Sent>(dialogue).back();
    CHECK(quit.step == Step::quit);
    CHECK(quit.stop == AuthStop::missing_proof);
    CHECK(quit.decoded == "the server did not prove that it knows the password");
    CHECK(all_of<Skipped>(dialogue).front() == Skipped{Step::mail, SkipReason::refused});

    auto proven = begun({"SCRAM-SHA-1"}, due);
    proven.heard(reply(334, {"dj14"}), {});
    next(proven);
    proven.responded(says(""), {});
    group(proven);
    CHECK(answer(proven, 235) == Lines{"MAIL FROM:<>"});
}

TEST_CASE("where no mechanism can begin, what is missing is told")
{
    Dialogue dialogue(plan_with_auth({"GSSAPI", "EXTERNAL"}));
    lead_behind_ehlo(dialogue, {"AUTH EXTERNAL GSSAPI"});
    CHECK(next(dialogue) == "respond GSSAPI");
    dialogue.responded(stops(AuthStop::own_side, "no ticket"), {});
    CHECK(next(dialogue) == "respond EXTERNAL");
    dialogue.responded(stops(AuthStop::own_side, "no certificate"), {});
    CHECK(group(dialogue) == Lines{"QUIT"});
    CHECK(all_of<Skipped>(dialogue).front() == Skipped{Step::auth, SkipReason::not_asked, "no certificate"});
}

TEST_CASE("a server that quotes our answer does not make it seen")
{
    auto dialogue = begun({"PLAIN"}, says(std::string("\0joe\0hunter2", 12)));
    dialogue.heard(
        reply(500, {"unrecognized: \"AUTH PLAIN AGpvZQBodW50ZXIy\"", "AGpvZQBodW50ZXIyAGpvZQBodW50ZXIy"}),
        {});
    CHECK(all_of<Received>(dialogue).back().reply.lines() ==
          Lines{"unrecognized: \"AUTH PLAIN ********\"", "********"});
}

namespace {

/// A dialogue that knows what it must not show, with PLAIN's answer out.
Dialogue secretive(SecretMask mask)
{
    auto plan = plan_with_auth({"PLAIN"});
    plan.hidden = std::move(mask);
    plan.hidden.hide("hunter2");
    Dialogue dialogue(std::move(plan));
    lead_behind_ehlo(dialogue, {"AUTH PLAIN"});
    next(dialogue);
    dialogue.responded(says(std::string("\0joe\0hunter2", 12)), {});
    group(dialogue);
    return dialogue;
}

} // namespace

TEST_CASE("nothing that a server says brings our password into the transcript")
{
    auto quoted = secretive({});
    quoted.heard(reply(535, {"no: hunter2", "user=joe am9lOmh1bnRlcjI="}), {});
    CHECK(all_of<Received>(quoted).back().reply.lines() == Lines{"no: ********", "user=joe ********"});

    auto broken = secretive({});
    broken.failed({FaultKind::malformed, "junk: hunter2"}, "AUTH PLAIN AGpvZQBodW5", {});
    CHECK(all_of<Broken>(broken).back().fault.detail == "junk: ********");
    CHECK(all_of<Broken>(broken).back().partial == "AUTH PLAIN ********");

    auto challenged = secretive({});
    challenged.heard(reply(334, {"aHVudGVyMiBh"}), {}); // hunter2 a
    CHECK(next(challenged) == "respond PLAIN [hunter2 a]");
    auto response = says("x");
    response.challenge_shown = "hunter2 a";
    challenged.responded(response, {});
    CHECK(all_of<Received>(challenged).back().reply.lines() == Lines{"********"});
    CHECK(all_of<Received>(challenged).back().decoded == "******** a");
}

TEST_CASE("with --show-secrets a server's words are shown as they came")
{
    auto dialogue = secretive(SecretMask::transparent());
    dialogue.heard(reply(535, {"no: AGpvZQBodW50ZXIy hunter2"}), {});
    CHECK(all_of<Received>(dialogue).back().reply.lines() == Lines{"no: AGpvZQBodW50ZXIy hunter2"});
}

TEST_CASE("a proof that the password could be guessed with is not shown either")
{
    auto response = says("joe 5f4dcc3b5aa765d6");
    response.proof = "5f4dcc3b5aa765d6";
    auto dialogue = begun({"CRAM-MD5"}, std::move(response));
    dialogue.heard(reply(535, {"joe 5f4dcc3b5aa765d6 is wrong"}), {});
    CHECK(all_of<Received>(dialogue).back().reply.lines() == Lines{"joe ******** is wrong"});
}

TEST_CASE("at a host that has no login of its own nothing of one is said, and it is told why")
{
    auto plan = plan_with_auth({"PLAIN"});
    plan.auth->why_not = "the netrc file has no entry for mx2";
    Dialogue dialogue(std::move(plan));
    lead_behind_ehlo(dialogue, {"AUTH PLAIN"});
    CHECK(group(dialogue) == Lines{"QUIT"});
    CHECK(all_of<Skipped>(dialogue).front() ==
          Skipped{Step::auth, SkipReason::not_asked, "the netrc file has no entry for mx2"});
}
