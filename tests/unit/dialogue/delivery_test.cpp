// SPDX-License-Identifier: Apache-2.0
// The message: DATA and BDAT, and what answers them.
#include "unit/dialogue/talk.hpp"

using namespace smtpprobe;

namespace {

using Lines = std::vector<std::string>;

Plan plan_with_message(Transfer transfer = Transfer::data)
{
    auto plan = plan_with_envelope();
    plan.tls = TlsMode::none;
    plan.message.emplace().transfer = transfer;
    return plan;
}

/// To the answer of the last RCPT, one after the other.
void lead_to_rcpt(Dialogue& dialogue, Lines keywords)
{
    lead_behind_ehlo(dialogue, std::move(keywords));
    group(dialogue);
    CHECK(answer(dialogue, 250).at(0).starts_with("RCPT"));
}

} // namespace

TEST_CASE("a message goes over behind 354, and its answer closes the transaction")
{
    Dialogue dialogue(plan_with_message());
    lead_to_rcpt(dialogue, {});
    CHECK(answer(dialogue, 250) == Lines{"DATA"});
    dialogue.heard(reply(354), {});
    CHECK(next(dialogue) == "stream message");
    CHECK(next(dialogue) == "stream message");
    dialogue.streamed({1234, true}, {});
    CHECK(next(dialogue) == "listen message");
    CHECK(answer(dialogue, 250) == Lines{"QUIT"});

    const auto sent = all_of<Sent>(dialogue);
    CHECK(sent[4].step == Step::message);
    CHECK(sent[4].text == ".");
    CHECK(sent[4].octets == 1234);
}

TEST_CASE("a refused DATA leaves the transaction open")
{
    Dialogue dialogue(plan_with_message());
    lead_to_rcpt(dialogue, {});
    CHECK(answer(dialogue, 250) == Lines{"DATA"});
    CHECK(answer(dialogue, 451) == Lines{"RSET"});
    CHECK(answer(dialogue, 250) == Lines{"QUIT"});
}

TEST_CASE("without an accepted recipient no message is sent")
{
    for (const auto transfer : {Transfer::data, Transfer::bdat}) {
        Dialogue dialogue(plan_with_message(transfer));
        lead_to_rcpt(dialogue, {"CHUNKING"});
        CHECK(answer(dialogue, 550) == Lines{"RSET"});
        const auto step = transfer == Transfer::data ? Step::data : Step::bdat;
        CHECK(all_of<Skipped>(dialogue) == std::vector<Skipped>{{step, SkipReason::no_recipient}});
    }
}

TEST_CASE("With --quit-after rcpt nothing is delivered")
{
    auto plan = plan_with_message();
    plan.quit_after = Step::rcpt;
    Dialogue dialogue(plan);
    lead_to_rcpt(dialogue, {});
    CHECK(answer(dialogue, 250) == Lines{"RSET"});
    CHECK(all_of<Skipped>(dialogue) == std::vector<Skipped>{{Step::data, SkipReason::quit_after}});
}

TEST_CASE("BDAT is DATA where CHUNKING is not offered")
{
    Dialogue dialogue(plan_with_message(Transfer::bdat));
    lead_to_rcpt(dialogue, {"SIZE"});
    CHECK(answer(dialogue, 250) == Lines{"DATA"});
}

TEST_CASE("chunks are answered one by one, and the last one is the message")
{
    Dialogue dialogue(plan_with_message(Transfer::bdat));
    lead_to_rcpt(dialogue, {"CHUNKING"});
    dialogue.heard(reply(250), {});
    for (int i = 0; i < 1000; ++i) {
        CHECK(next(dialogue) == "stream bdat");
        dialogue.streamed({100, false}, {});
        CHECK(next(dialogue) == "listen bdat");
        dialogue.heard(reply(250), {});
    }
    CHECK(next(dialogue) == "stream bdat");
    dialogue.streamed({7, true}, {});
    CHECK(next(dialogue) == "listen message");
    CHECK(answer(dialogue, 250) == Lines{"QUIT"});
    const auto sent = all_of<Sent>(dialogue);
    CHECK(sent[3].text == "BDAT 100");
    CHECK(sent[sent.size() - 2].text == "BDAT 7 LAST");
    CHECK(sent[sent.size() - 2].step == Step::message);
}

TEST_CASE("a refused chunk ends the message, and the transaction is reset")
{
    Dialogue dialogue(plan_with_message(Transfer::bdat));
    lead_to_rcpt(dialogue, {"CHUNKING"});
    dialogue.heard(reply(250), {});
    next(dialogue);
    dialogue.streamed({100, false}, {});
    next(dialogue);
    CHECK(answer(dialogue, 552) == Lines{"RSET"});
}

TEST_CASE("LMTP answers a message once for each recipient that it took")
{
    auto plan = plan_with_message();
    plan.protocol = Protocol::lmtp;
    plan.to = {"a@example.com", "b@example.com", "c@example.com"};
    Dialogue dialogue(plan);
    dialogue.connected({}, {});
    next(dialogue);
    dialogue.heard(reply(220), {});
    group(dialogue);
    CHECK(answer(dialogue, 250, {"mx", "PIPELINING"}).size() == 5); // MAIL, three RCPT, DATA
    for (const int code : {250, 250, 550, 250}) {
        dialogue.heard(reply(code), {});
        CHECK(next(dialogue).starts_with("listen "));
    }
    dialogue.heard(reply(354), {});
    CHECK(next(dialogue) == "stream message");
    dialogue.streamed({10, true}, {});
    CHECK(next(dialogue) == "listen message");
    dialogue.heard(reply(250), {});
    CHECK(next(dialogue) == "listen message");
    CHECK(answer(dialogue, 452) == Lines{"QUIT"});
}

TEST_CASE("whether the connection ended before or behind the final dot is told apart")
{
    Dialogue before(plan_with_message());
    lead_to_rcpt(before, {});
    answer(before, 250);
    before.heard(reply(354), {});
    next(before);
    before.failed(fault(FaultKind::reset), {}, {});
    CHECK(all_of<Broken>(before)[0].step == Step::message);
    CHECK(all_of<Sent>(before).back().step == Step::data);

    Dialogue behind(plan_with_message());
    lead_to_rcpt(behind, {});
    answer(behind, 250);
    behind.heard(reply(354), {});
    next(behind);
    behind.streamed({10, true}, {});
    next(behind);
    behind.failed(fault(FaultKind::timed_out), {}, {});
    CHECK(all_of<Broken>(behind)[0].step == Step::message);
    CHECK(all_of<Sent>(behind).back().step == Step::message);
}

TEST_CASE("what a server says in the middle of a message is its last word")
{
    Dialogue dialogue(plan_with_message());
    lead_to_rcpt(dialogue, {});
    answer(dialogue, 250);
    dialogue.heard(reply(354), {});
    CHECK(next(dialogue) == "stream message");
    dialogue.heard(reply(552), {});
    CHECK(next(dialogue) == "hang up");
    CHECK(all_of<Received>(dialogue).back().step == Step::message);
}

TEST_CASE("half a message is never ended by QUIT")
{
    auto plan = plan_with_message();
    plan.to = {"a@example.com", "b@example.com"};
    Dialogue dialogue(plan);
    lead_behind_ehlo(dialogue, {"PIPELINING"});
    CHECK(group(dialogue).size() == 4);
    for (const int code : {250, 354, 250, 354}) // one of them is not the answer to RCPT
        dialogue.heard(reply(code), {}), next(dialogue);
    CHECK(next(dialogue) == "hang up");
    CHECK(all_of<Sent>(dialogue).back().text == "DATA");
}

TEST_CASE("an odd end goes over by DATA alone, and the transcript shows it")
{
    auto plan = plan_with_message(Transfer::bdat);
    plan.message->odd_end = OddEnd::lf_dot_crlf;
    Dialogue dialogue(plan);
    lead_to_rcpt(dialogue, {"CHUNKING"});
    CHECK(answer(dialogue, 250) == Lines{"DATA"});
    dialogue.heard(reply(354), {});
    const auto action = dialogue.next({});
    CHECK(std::get<Stream>(action).odd_end == OddEnd::lf_dot_crlf);
    dialogue.streamed({99, true}, {});
    CHECK(all_of<Sent>(dialogue).back().text ==
          "<LF>.<CR><LF>XSMTPPROBE this line still belongs to the message<CR><LF>.");
}

TEST_CASE("a message that BURL delivers is the only one")
{
    auto plan = plan_with_message();
    plan.verbs = {{"BURL imap://x/;uid=1 LAST", Step::rcpt}};
    Dialogue dialogue(plan);
    lead_to_rcpt(dialogue, {"BURL imap"});
    CHECK(answer(dialogue, 250) == Lines{"BURL imap://x/;uid=1 LAST"});
    SECTION("taken")
    {
        CHECK(answer(dialogue, 250) == Lines{"QUIT"});
        CHECK(all_of<Skipped>(dialogue) == std::vector<Skipped>{{Step::data, SkipReason::not_asked}});
    }
    SECTION("refused") { CHECK(answer(dialogue, 554) == Lines{"DATA"}); }
}
