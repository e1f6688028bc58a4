// SPDX-License-Identifier: Apache-2.0
#include "extract/said.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "knowledge/unwrap.hpp"

namespace smtpprobe {
namespace {

/// `5.1.0 - Unknown address error 550-'5.1.1 <x>... User unknown'`: the reply in quotes is what the
/// server said, and the code stands before it.
std::string unquoted_reply(std::string_view text)
{
    const std::size_t mark = text.find("-'");
    if (mark == std::string_view::npos || mark < 3 || reply_code_at_start(text.substr(mark - 3, 3)) == 0 ||
        (mark > 3 && is_alnum(text[mark - 4])))
        return {};
    const std::size_t end = text.rfind('\'');
    const std::size_t length = end > mark + 1 ? end - mark - 2 : std::string_view::npos;
    return std::string(text.substr(mark - 3, 3)) + " " + std::string(text.substr(mark + 2, length));
}

/// `user@example.com: [192.0.2.7], 550 no such user`, `MSEXCH:IMS:ORG:SITE:SERVER 3550 (000B09B6) 550 no`
std::string reply_behind_bracket(std::string_view text)
{
    for (std::size_t at = text.find_first_of("])"); at != std::string_view::npos;
         at = text.find_first_of("])", at + 1)) {
        const std::size_t begin = text.find_first_not_of(", ", at + 1);
        if (begin != std::string_view::npos && begin > at + 1 && reply_code_at_start(text.substr(begin)) != 0)
            return std::string(text.substr(begin));
    }
    return {};
}

/// `SMTP error from remote server, host: mx.example.com, reason: 550 5.1.1 no such user`: what introduces a
/// reply is not what the server said, and has words of its own.
void leave_out_introduction(ReplyEvidence& evidence, std::string_view text)
{
    if (evidence.code == 0 || reply_code_at_start(text) == evidence.code)
        return;
    const std::string code = std::to_string(evidence.code);
    for (std::size_t at = text.find(code); at != std::string_view::npos; at = text.find(code, at + 3)) {
        const bool stands_alone = at > 0 &&
                                  std::string_view(" '\"[(:").find(text[at - 1]) != std::string_view::npos &&
                                  reply_code_at_start(text.substr(at)) == evidence.code;
        if (!stands_alone)
            continue;
        ReplyEvidence inner = unwrap(text.substr(at));
        if (inner.code != evidence.code || inner.words.empty())
            return;
        inner.step = evidence.step ? evidence.step : inner.step;
        inner.status = inner.status ? inner.status : evidence.status;
        evidence = std::move(inner);
        return;
    }
}

int worth_of(const Explained& explained, const ReplyEvidence& evidence, bool announces)
{
    if (explained.entry->follow_on)
        return kWorthFollowOn;
    const bool reply = evidence.code != 0;
    switch (explained.decided_by) {
    case DecidedBy::vendor_token:
    case DecidedBy::vendor_words:
    case DecidedBy::generic_words:
        // Words as empty as `delivery failed` stand in every report.
        if (explained.confidence == Confidence::guess)
            return kWorthLittle;
        return reply ? kWorthReplyWords : kWorthSentence;
    case DecidedBy::enhanced_status:
        if (evidence.status && evidence.status->subject == 0)
            return kWorthCode;
        return reply ? kWorthReplyStatus : kWorthSentence;
    case DecidedBy::code_and_step: return kWorthCode;
    case DecidedBy::code_class:
    case DecidedBy::fault: return kWorthLittle;
    case DecidedBy::nothing: break;
    }
    return announces ? kWorthNothing + 1 : kWorthNothing;
}

struct StepSentence {
    std::string_view phrase;
    Step step;
};

// How programs that name no command say where it happened: qmail and its kin, Postfix, DMA, and others.
constexpr StepSentence kStepSentences[] = {
    {"sender was rejected", Step::mail},       {"does not like recipient", Step::rcpt},
    {"greeting failed", Step::greeting},       {"my name was rejected", Step::helo},
    {"failed on data command", Step::data},    {"failed after i sent the message", Step::message},
    {"refused to talk to me", Step::greeting}, {"did not like our mail from", Step::mail},
    {"did not like our rcpt to", Step::rcpt},  {"did not like our final data", Step::message},
    {"rejected recipient", Step::rcpt},        {"rejected sender", Step::mail},
};

std::optional<Step> step_told_by(std::string_view text)
{
    for (const StepSentence& each : kStepSentences)
        if (find_ignoring_case(text, each.phrase) != std::string_view::npos)
            return each.step;
    return std::nullopt;
}

} // namespace

int reply_code_at_start(std::string_view line)
{
    if (line.size() < 3 || (line[0] != '4' && line[0] != '5') || !is_digit(line[1]) || !is_digit(line[2]) ||
        (line.size() > 3 && line[3] != ' ' && line[3] != '-'))
        return 0;
    return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

Said said(std::string text, std::string host, std::optional<Step> step)
{
    Said said;
    std::string reply = unquoted_reply(text);
    if (reply.empty())
        reply = reply_behind_bracket(text);
    said.evidence = unwrap(reply.empty() ? text : reply);
    leave_out_introduction(said.evidence, reply.empty() ? text : reply);
    if (!said.evidence.step)
        said.evidence.step = step ? step : step_told_by(text);
    const Explained explained = explain(said.evidence);
    said.follow_on = explained.entry->follow_on;
    said.worth = worth_of(explained, said.evidence, text.ends_with(':'));
    said.text = std::move(text);
    said.host = std::move(host);
    return said;
}

const Said* best_of(const std::vector<Said>& passages)
{
    const auto best = std::min_element(passages.begin(), passages.end(), [](const Said& a, const Said& b) {
        if (a.worth != b.worth || a.worth < kWorthNothing)
            return a.worth < b.worth;
        return a.text.size() > b.text.size(); // a reason is a sentence
    });
    return best == passages.end() ? nullptr : &*best;
}

} // namespace smtpprobe
