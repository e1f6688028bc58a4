// SPDX-License-Identifier: Apache-2.0
#include "render/endpoint_result.hpp"

#include <algorithm>

#include "base/duration_text.hpp"
#include "base/printable.hpp"
#include "render/words.hpp"

namespace smtpprobe {
namespace {

/// The events that decide, picked out of a transcript.
struct Outline {
    explicit Outline(const Transcript& transcript);

    const Broken* broken = nullptr;    ///< the first, unless at QUIT
    Duration broken_after{};           ///< without anything happening
    const Received* refusal = nullptr; ///< of the greeting, hello, MAIL, or all recipients
    const Received* starttls = nullptr;
    const TlsFacts* tls = nullptr;
    bool answered = false;
    bool tls_not_offered = false;
    int accepted = 0; ///< recipients
    int refused = 0;
};

Outline::Outline(const Transcript& transcript)
{
    Duration last{};
    const Received* refused_recipient = nullptr;
    for (const auto& event : transcript) {
        if (const auto* secured = std::get_if<Secured>(&event.what)) {
            tls = &secured->tls;
        } else if (const auto* skipped = std::get_if<Skipped>(&event.what)) {
            tls_not_offered |= skipped->step == Step::starttls && skipped->because == SkipReason::not_offered;
        } else if (const auto* failed = std::get_if<Broken>(&event.what)) {
            if (broken == nullptr && failed->step != Step::quit) {
                broken = failed;
                broken_after = event.at > last ? event.at - last : Duration(0);
            }
        } else if (const auto* received = std::get_if<Received>(&event.what)) {
            const bool positive = received->reply.positive();
            answered = true;
            switch (received->step) {
            case Step::ehlo:
            case Step::helo:
            case Step::lhlo: // what HELO says replaces a refused EHLO
            case Step::greeting:
            case Step::mail: refusal = positive ? nullptr : received; break;
            case Step::starttls: starttls = received; break;
            case Step::rcpt:
                ++(positive ? accepted : refused);
                if (!positive)
                    refused_recipient = received;
                break;
            default: break;
            }
        }
        if (!std::holds_alternative<Skipped>(event.what))
            last = std::max(last, event.at);
    }
    if (refusal == nullptr && accepted == 0)
        refusal = refused_recipient;
}

std::string reply_words(const Received& received)
{
    auto words = std::to_string(received.reply.code());
    if (received.reply.status())
        words += ' ' + received.reply.status()->text();
    return words + " at " + std::string(step_words(received.step));
}

EndpointResult broken_result(const Outline& outline)
{
    const auto& broken = *outline.broken;
    const auto kind = broken.fault.kind;
    auto words = fault_words(broken.step, kind);
    if (kind == FaultKind::timed_out)
        words += " for " + duration_text(outline.broken_after);
    const bool ours = kind == FaultKind::cancelled || kind == FaultKind::deadline;
    return {words, ours ? Tone::caution : Tone::bad};
}

} // namespace

EndpointResult summarise(const Session& session)
{
    if (session.not_tried != NotTried::tried)
        return {std::string(not_tried_words(session.not_tried)), Tone::faint};
    if (session.transcript.empty())
        return {"not tried", Tone::faint};

    const Outline outline(session.transcript);
    if (outline.broken != nullptr)
        return broken_result(outline);
    if (outline.refusal != nullptr)
        return {reply_words(*outline.refusal),
                outline.refusal->reply.code_class() == 4 ? Tone::caution : Tone::bad};

    EndpointResult result{"", Tone::good};
    if (outline.refused > 0) {
        result.words = std::to_string(outline.refused) + " of " +
                       std::to_string(outline.accepted + outline.refused) + " recipients refused, ";
        result.tone = Tone::caution;
    } else if (outline.accepted > 0) {
        result.words = outline.accepted == 1 ? "recipient ok, " : "recipients ok, ";
    }

    const bool required = session.endpoint.tls == TlsMode::require;
    if (outline.tls != nullptr) {
        result.words += printable(outline.tls->version) + ", " + certificate_words(*outline.tls);
        if (!certificate_holds(*outline.tls))
            result.tone = Tone::caution;
    } else if (outline.starttls != nullptr && !outline.starttls->reply.positive()) {
        result.words += "no TLS: " + reply_words(*outline.starttls);
        result.tone = required ? Tone::bad : Tone::caution;
    } else if (outline.tls_not_offered) {
        result.words += "no TLS offered";
        result.tone = required ? Tone::bad : Tone::caution;
    } else {
        result.words += outline.answered ? "answers, no TLS" : "connected";
    }
    return result;
}

} // namespace smtpprobe
