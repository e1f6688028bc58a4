// SPDX-License-Identifier: Apache-2.0
// One conversation: what decided it.
#include <algorithm>
#include <string_view>

#include "base/printable.hpp"
#include "diagnosis/assessment.hpp"
#include "diagnosis/auth_findings.hpp"
#include "diagnosis/deferral.hpp"
#include "diagnosis/envelope_findings.hpp"
#include "diagnosis/evidence.hpp"
#include "diagnosis/message_findings.hpp"

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

Severity refusal_weight(const Explained& explained, int reply_class, Severity weight)
{
    return passes_by_itself(explained, reply_class) ? std::min(weight, Severity::warning) : weight;
}

/// Adds what one conversation came to.
class Conclusion {
public:
    Conclusion(const SessionView& view, Severity weight, std::string_view mx_domain, Findings& findings)
        : view_(view), weight_(weight), mx_domain_(mx_domain), findings_(findings)
    {
    }

    void find()
    {
        switch (view_.state) {
        case EndpointState::works:
        case EndpointState::untried: break;
        case EndpointState::some_refused: recipients(); break;
        case EndpointState::defers:
        case EndpointState::refuses:
        case EndpointState::no_mail: refusal(); break;
        case EndpointState::dead: fault(weight_); break;
        case EndpointState::unfinished:
            if (view_.broken != nullptr)
                fault(Severity::note);
            break;
        }
        if (view_.quit_broken != nullptr && view_.quit_broken->fault.kind != FaultKind::cancelled)
            add("smtp.no-quit-reply", Severity::note,
                "QUIT: " + std::string(name(view_.quit_broken->fault.kind)), Step::quit);
    }

private:
    void fault(Severity weight)
    {
        const auto step = view_.broken->step;
        auto& finding = findings_.add(explain(step, fault_to_explain(view_)),
                                      {weight, view_.where(), fault_seen(view_), step});
        if (view_.broken->fault.kind == FaultKind::deadline && finding.confidence == Confidence::sure)
            finding.confidence = Confidence::likely;
    }

    void refusal()
    {
        if (view_.decided_at == Step::rcpt)
            recipients();
        else if (view_.deciding != nullptr)
            refused(*view_.deciding, {}, weight_);
        else if (view_.utf8_needed_but_absent)
            add("smtp.smtputf8-not-offered", weight_, "the reply to EHLO does not list SMTPUTF8", Step::mail);
        else if (!view_.mail_lacks.empty())
            add(view_.mail_lacks == "BODY (of 8BITMIME)" ? "message.eight-bit-not-offered"
                                                         : "envelope.needed-not-offered",
                weight_, "the reply to EHLO does not list " + printable(view_.mail_lacks), Step::mail);
    }

    void recipients()
    {
        // A recipient that asked for and refused is a problem, though mail for another one flows.
        const auto weight = view_.state == EndpointState::some_refused ? Severity::problem : weight_;
        for (const auto& recipient : view_.recipients)
            if (recipient.answer != nullptr && recipient.answer->reply.code_class() != 2)
                refused(*recipient.answer, recipient.mailbox, weight);
    }

    void refused(const Received& received, const std::string& mailbox, Severity weight)
    {
        const auto explained = explain(received.step, received.reply);
        auto seen = (mailbox.empty() ? std::string() : printable(mailbox) + ": ") + answer_seen(received);
        // Relaying is refused to strangers; but this is the very server that the domain's MX names.
        if (explained.entry->kind == Cause::no_relaying && is_at(mailbox, mx_domain_))
            add("smtp.relay-denied-by-mx", weight, std::move(seen), received.step).decided_by =
                "the route, and " + std::string(name(explained.decided_by));
        else
            findings_.add(explained, {refusal_weight(explained, received.reply.code_class(), weight),
                                      view_.where(), std::move(seen), received.step});
    }

    Finding& add(std::string_view id, Severity severity, std::string seen, Step step)
    {
        return findings_.add(id, {severity, view_.where(), std::move(seen), step});
    }

    static bool is_at(std::string_view mailbox, std::string_view domain)
    {
        return !domain.empty() && mailbox.size() > domain.size() && mailbox.ends_with(domain) &&
               mailbox[mailbox.size() - domain.size() - 1] == '@';
    }

    const SessionView& view_;
    Severity weight_;
    std::string_view mx_domain_; ///< whose MX led here; empty where the user named the host
    Findings& findings_;
};

/// Must TLS hold here, or does the mail go through in the clear as well?
bool tls_is_strict(const SessionView& view)
{
    const auto& endpoint = view.session->endpoint;
    return endpoint.tls == TlsMode::require || endpoint.tls == TlsMode::implicit || endpoint.port == 587 ||
           endpoint.port == 465;
}

} // namespace

void find_in_sessions(const Assessment& assessment, Findings& findings)
{
    const auto& facts = *assessment.facts;
    const bool by_mx = facts.route.kind == RouteKind::mx || facts.route.kind == RouteKind::implicit_mx;
    const std::string_view mx_domain = by_mx ? std::string_view(facts.route.domain) : std::string_view();
    for (const auto& attempt : assessment.attempts) {
        const bool decides = &attempt == assessment.decisive;
        const Severity weight =
            decides && !assessment.mail_flows() ? Severity::problem : assessment.failure_weight();
        Conclusion(attempt.main, weight, mx_domain, findings).find();
        find_in_protocol(attempt.main, findings);
        find_in_envelope(attempt.main, facts.settings, findings);
        find_in_pipelining(attempt.main, weight, findings);
        find_in_login(attempt.main, weight, findings);
        find_in_delivery(attempt.main, weight, findings);
        find_in_tls(attempt.main, facts.started, tls_is_strict(attempt.main), findings);
        if (attempt.in_clear) {
            Conclusion(*attempt.in_clear, weight, mx_domain, findings).find();
            find_in_login(*attempt.in_clear, weight, findings);
            find_in_delivery(*attempt.in_clear, weight, findings);
        }
        if (attempt.settled_later())
            Conclusion(*attempt.later, weight, mx_domain, findings).find();
        if (attempt.settled_later() && attempt.main.hello == nullptr) {
            find_in_protocol(*attempt.later, findings);
            find_in_tls(*attempt.later, facts.started, tls_is_strict(*attempt.later), findings);
        }
    }
    find_stalls(assessment, findings);
    find_other_protocols(assessment, findings);
    find_middleboxes(assessment, findings);
    find_in_refusals(assessment, findings);
}

} // namespace smtpprobe
