// SPDX-License-Identifier: Apache-2.0
// --check smuggling: was something else than <CR><LF>.<CR><LF> taken for the end of a message?
#include <algorithm>
#include <iterator>
#include <optional>

#include "base/ascii.hpp"
#include "diagnosis/check_findings.hpp"
#include "diagnosis/evidence.hpp"
#include "smtp/odd_end.hpp"

namespace smtpprobe {
namespace {

/// What became of one message.
struct OddMessage {
    OddEnd end{};
    const Received* answer = nullptr; ///< to the message
    const Received* extra = nullptr;  ///< to its next line, which was read as a command
    bool whole = false;               ///< QUIT was answered as QUIT: all before it was the message
    bool refused_for_it = false;      ///< the server hung up on account of the line ends
    bool read_behind = false;         ///< the answer complains of a command that came with the message
};

std::optional<OddEnd> end_of(const Session& session)
{
    for (const auto& event : session.transcript) {
        const auto* sent = std::get_if<Sent>(&event.what);
        if (sent == nullptr || sent->step != Step::message)
            continue;
        for (const auto odd : kOddEnds)
            if (sent->text == shown_ending(odd))
                return odd;
    }
    return std::nullopt;
}

/// Nobody asked for it: what the message had said so far was its end.
bool is_extra(const Received& answer)
{
    const int code = answer.reply.code();
    const bool early = std::find(answer.breaches.begin(), answer.breaches.end(), Breach::early_reply) !=
                       answer.breaches.end();
    return code != 221 && code != 421 && (early || answer.reply.code_class() == 5);
}

OddMessage read(const Session& session, OddEnd end)
{
    OddMessage message;
    message.end = end;
    for (const auto& event : session.transcript) {
        const auto* received = std::get_if<Received>(&event.what);
        if (received == nullptr)
            continue;
        if (message.answer == nullptr) {
            message.answer = received->step == Step::message ? received : nullptr;
        } else if (message.extra == nullptr && is_extra(*received)) {
            message.extra = received;
        } else if (received->step == Step::quit && received->reply.code_class() == 2) {
            message.whole = true;
        }
    }
    if (message.answer == nullptr || message.answer->reply.code_class() == 2)
        return message;
    const auto& reply = message.answer->reply;
    message.refused_for_it = explain(Step::message, reply).entry->kind == Cause::content_error;
    // Within a message there is nothing to pipeline. OpenSMTPD says so of what stands in the same packet as
    // an end, and takes the message where that is not the case.
    message.read_behind = find_ignoring_case(reply.text(), "pipelin") != std::string::npos;
    return message;
}

} // namespace

void CheckFindings::smuggling()
{
    if (own_recipient(facts_, server_).empty())
        return unanswered("the server took no recipient, so it was sent no message");
    std::string taken;
    bool answered_behind = false;
    std::string open;
    std::string refusal;
    std::size_t whole = 0;
    std::size_t accepted = 0;
    const auto held = check_sessions(facts_, check_, server_.session->endpoint);
    for (const auto* session : held) {
        const auto end = end_of(*session);
        const auto message = end ? read(*session, *end) : OddMessage();
        if (message.answer == nullptr) {
            open = why_cut_short(SessionView(*session));
            continue;
        }
        const auto told = std::string(spelled(*end)) + ": " + quoted(message.answer->reply);
        const bool kept = message.answer->reply.code_class() == 2;
        accepted += kept ? 1 : 0;
        answered_behind |= message.extra != nullptr;
        if (message.extra != nullptr)
            taken += (taken.empty() ? "" : "; ") + told + ", then " + quoted(message.extra->reply);
        else if (message.read_behind)
            taken += (taken.empty() ? "" : "; ") + told;
        else if (!message.whole && !message.refused_for_it)
            open = told + ", then no answer to QUIT";
        else
            ++whole;
        if (!kept && !message.read_behind && refusal.empty())
            refusal = "; refused: " + told;
    }
    const auto arrived =
        "; " + std::to_string(accepted) + (accepted == 1 ? " message" : " messages") + " may have arrived";
    if (!taken.empty()) {
        auto& finding = add("check.smuggling-possible", Severity::problem, taken + arrived, Step::message);
        if (!answered_behind) // a complaint of pipelining is all that was heard
            finding.confidence = Confidence::likely;
        return;
    }
    if (whole < std::size(kOddEnds))
        return unanswered((open.empty() ? "it was not asked before the time was up" : open) + arrived);
    add("check.smuggling-not-possible", Severity::note,
        std::to_string(whole) + " odd ends sent, none taken for the end" + refusal + arrived, Step::message);
}

} // namespace smtpprobe
