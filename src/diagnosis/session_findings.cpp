// SPDX-License-Identifier: Apache-2.0
// One conversation: what decided it.
#include <string_view>

#include "base/printable.hpp"
#include "diagnosis/assessment.hpp"
#include "diagnosis/evidence.hpp"

namespace smtpprobe {
namespace {

Fault fault_to_explain(const SessionView& view)
{
    Fault fault = view.broken->fault;
    // That our deadline came before the step's own limit changes nothing about who kept silent.
    if (fault.kind == FaultKind::deadline)
        fault.kind = FaultKind::timed_out;
    // Bytes that are no reply tell which protocol this is.
    if (fault.kind == FaultKind::malformed && !view.broken->partial.empty())
        fault.detail = view.broken->partial;
    return fault;
}

void find_fault(const SessionView& view, Severity weight, Findings& findings)
{
    auto& finding = findings.add(explain(view.broken->step, fault_to_explain(view)),
                                 {weight, view.where(), fault_seen(view), view.broken->step});
    if (view.broken->fault.kind == FaultKind::deadline && finding.confidence == Confidence::sure)
        finding.confidence = Confidence::likely;
}

Severity refusal_weight(const Explained& explained, Severity weight)
{
    // Greylisting is meant to pass: every real mail server tries again.
    const std::string_view id = explained.entry->id;
    const bool passes =
        id.find("greylist") != std::string_view::npos || id.find("postscreen") != std::string_view::npos;
    return passes ? Severity::warning : weight;
}

void find_refusal(const Received& received, const std::string& about, const SessionView& view,
                  Severity weight, Findings& findings)
{
    const auto explained = explain(received.step, received.reply);
    findings.add(explained, {refusal_weight(explained, weight), view.where(), about + answer_seen(received),
                             received.step});
}

void find_recipients(const SessionView& view, Severity weight, Findings& findings)
{
    for (const auto& recipient : view.recipients)
        if (recipient.answer != nullptr && !recipient.answer->reply.positive())
            find_refusal(*recipient.answer, printable(recipient.mailbox) + ": ", view,
                         view.state == EndpointState::some_refused ? Severity::problem : weight, findings);
}

void find_outcome(const SessionView& view, Severity weight, Findings& findings)
{
    switch (view.state) {
    case EndpointState::works: break;
    case EndpointState::some_refused: find_recipients(view, weight, findings); break;
    case EndpointState::defers:
    case EndpointState::refuses:
    case EndpointState::no_mail:
        if (view.decided_at == Step::rcpt)
            find_recipients(view, weight, findings);
        else if (view.deciding != nullptr)
            find_refusal(*view.deciding, "", view, weight, findings);
        break;
    case EndpointState::dead: find_fault(view, weight, findings); break;
    case EndpointState::unfinished:
        if (view.broken != nullptr)
            find_fault(view, Severity::note, findings);
        break;
    case EndpointState::untried: break;
    }
    if (view.quit_broken != nullptr && view.quit_broken->fault.kind != FaultKind::cancelled)
        findings.add("smtp.no-quit-reply",
                     {Severity::note, view.where(),
                      "QUIT: " + std::string(name(view.quit_broken->fault.kind)), Step::quit});
}

/// Must TLS hold here, or does the mail go through in the clear as well?
bool tls_is_strict(const SessionView& view)
{
    const auto& endpoint = view.session->endpoint;
    return endpoint.tls == TlsMode::require || endpoint.tls == TlsMode::implicit || endpoint.port == 587 ||
           endpoint.port == 465;
}

void find_in_session(const SessionView& view, Severity weight, Instant now, Findings& findings)
{
    find_outcome(view, weight, findings);
    find_in_protocol(view, findings);
    find_in_tls(view, now, tls_is_strict(view), findings);
}

} // namespace

void find_in_sessions(const Assessment& assessment, Findings& findings)
{
    for (const auto& attempt : assessment.attempts) {
        const bool decides = &attempt == assessment.decisive;
        const Severity weight =
            decides && !assessment.mail_flows() ? Severity::problem : assessment.failure_weight();
        find_in_session(attempt.main, weight, assessment.facts->started, findings);
        if (attempt.in_clear)
            find_outcome(*attempt.in_clear, weight, findings);
    }
}

} // namespace smtpprobe
