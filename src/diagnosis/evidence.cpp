// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/evidence.hpp"

#include "base/ascii.hpp"
#include "base/duration_text.hpp"
#include "base/printable.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kQuoteLimit = 400;

std::string_view phrase(FaultKind kind)
{
    switch (kind) {
    case FaultKind::refused: return "connection refused";
    case FaultKind::timed_out:
    case FaultKind::deadline: return "no answer";
    case FaultKind::host_unreachable: return "host unreachable";
    case FaultKind::network_unreachable: return "network unreachable";
    case FaultKind::prohibited: return "connection forbidden on this machine";
    case FaultKind::no_local_address: return "no usable address on this machine";
    case FaultKind::reset: return "connection reset";
    case FaultKind::closed: return "connection closed";
    case FaultKind::malformed: return "bytes that are no SMTP reply";
    case FaultKind::too_long: return "more than any reply may hold";
    case FaultKind::injected: return "plaintext behind the answer to STARTTLS";
    case FaultKind::handshake: return "the TLS handshake failed";
    case FaultKind::not_tls: return "an answer that is not TLS";
    case FaultKind::cancelled: return "interrupted";
    case FaultKind::local: return "an error of this machine";
    }
    return {};
}

/// Where something other than silence broke: ` at RCPT`.
std::string place(Step step)
{
    if (step == Step::connect)
        return {};
    return step == Step::greeting ? std::string(" in place of the greeting") : " at " + step_text(step);
}

/// What a silence was kept towards, and for how long.
std::string silence(Step step, Duration lasted)
{
    const auto within = " within " + duration_text(lasted);
    if (step == Step::connect)
        return " to the connection attempt" + within;
    if (step == Step::greeting)
        return ": the connection was accepted, and no greeting came" + within;
    return " to " + step_text(step) + within;
}

} // namespace

std::string quoted(const Reply& reply)
{
    std::string text;
    for (const auto& line : reply.lines()) {
        if (!text.empty())
            text += " / ";
        text += line;
    }
    return std::to_string(reply.code()) + ' ' + printable(trimmed(text), kQuoteLimit);
}

std::string step_text(Step step)
{
    if (step == Step::connect || step == Step::greeting)
        return "the connection";
    return step == Step::tls ? "the TLS handshake" : to_upper(name(step));
}

Duration time_in_step(const SessionView& view)
{
    Duration began{};
    Duration ended = view.session->took;
    for (const auto& event : view.session->transcript) {
        if (const auto* broken = std::get_if<Broken>(&event.what); broken == view.broken) {
            ended = event.at;
            break;
        }
        began = event.at;
    }
    return ended > began ? ended - began : Duration{};
}

std::string answer_seen(const Received& received)
{
    if (received.step == Step::greeting)
        return "greets with: " + quoted(received.reply);
    return "answers " + step_text(received.step) + " with: " + quoted(received.reply);
}

std::string fault_seen(const SessionView& view)
{
    const auto& broken = *view.broken;
    const auto lasted = time_in_step(view);
    const auto kind = broken.fault.kind;
    std::string text(phrase(kind));
    if (kind == FaultKind::timed_out || kind == FaultKind::deadline)
        text += silence(broken.step, lasted);
    else
        text += (kind == FaultKind::handshake ? "" : place(broken.step)) + " after " + duration_text(lasted);
    if (kind == FaultKind::deadline)
        text += " (--deadline ended the wait)";
    if (!broken.fault.detail.empty() && !equal_ignoring_case(broken.fault.detail, phrase(kind)))
        text += ": " + printable(broken.fault.detail, kQuoteLimit);
    if (!broken.partial.empty() && broken.partial != broken.fault.detail)
        text += "; received: " + printable(broken.partial, kQuoteLimit);
    return text;
}

} // namespace smtpprobe
