// SPDX-License-Identifier: Apache-2.0
// Devices on the way that show when endpoints, address families and trials are held against each other.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "diagnosis/assessment.hpp"
#include "diagnosis/evidence.hpp"
#include "diagnosis/stall.hpp"

namespace smtpprobe {
namespace {

void fold(Findings& findings, const std::string& where, std::string_view symptom, std::string_view cause)
{
    for (auto& finding : findings.all())
        if (finding.id == symptom && finding.where == where && finding.part_of.empty())
            finding.part_of = cause;
}

bool found(const Findings& findings, const std::string& where, std::string_view id)
{
    const auto& all = findings.all();
    return std::any_of(all.begin(), all.end(),
                       [&](const Finding& finding) { return finding.id == id && finding.where == where; });
}

/// A server that calls itself ESMTP takes both hellos for unknown commands: it did not get them.
void find_unknown_hello(const SessionView& view, Findings& findings)
{
    const auto where = view.where();
    const bool unknown = view.hello != nullptr && view.hello->step == Step::helo &&
                         view.deciding == view.hello && view.tls == nullptr && view.greeting != nullptr &&
                         (view.hello->reply.code() == 500 || view.hello->reply.code() == 502) &&
                         find_ignoring_case(view.greeting->reply.words(), "ESMTP") != std::string_view::npos;
    if (!unknown || found(findings, where, "middlebox.verbs-masked") ||
        found(findings, where, "middlebox.banner-masked") || found(findings, where, "session.lmtp-server"))
        return;
    for (auto& finding : findings.all())
        if (finding.where == where && finding.step == view.decided_at && finding.part_of.empty())
            finding.part_of = "middlebox.hello-unrecognised";
    auto& finding =
        findings.add("middlebox.hello-unrecognised",
                     {Severity::problem, where,
                      answer_seen(*view.greeting) + "; EHLO is refused too, and " + answer_seen(*view.hello),
                      view.decided_at});
    finding.confidence = Confidence::likely;
    finding.decided_by = "greeting and refusals";
}

/// A server that calls itself ESMTP knows EHLO: where EHLO is refused, something else did that.
void find_killed_hello(const SessionView& view, Findings& findings)
{
    const auto where = view.where();
    for (const std::string_view cause : {"middlebox.banner-masked", "middlebox.verbs-masked"})
        if (found(findings, where, cause)) {
            fold(findings, where, "smtp.no-ehlo", cause);
            for (auto& finding : findings.all()) // and what refused the verb that did not arrive
                if (finding.where == where && view.deciding != nullptr && view.deciding == view.hello &&
                    is_command_unknown(*view.hello) && finding.step == view.decided_at &&
                    finding.id != cause && finding.part_of.empty())
                    finding.part_of = cause;
        }
    find_unknown_hello(view, findings);
    if (!view.only_helo)
        return;
    fold(findings, where, "tls.not-offered", "smtp.no-ehlo");
    if (view.greeting == nullptr ||
        find_ignoring_case(view.greeting->reply.words(), "ESMTP") == std::string_view::npos ||
        found(findings, where, "middlebox.banner-masked") || found(findings, where, "middlebox.verbs-masked"))
        return;
    fold(findings, where, "smtp.no-ehlo", "middlebox.esmtp-killed");
    findings
        .add("middlebox.esmtp-killed",
             {Severity::warning, where, answer_seen(*view.greeting) + "; EHLO is refused, HELO is taken",
              Step::ehlo})
        .confidence = Confidence::likely;
}

bool lacks_starttls(const SessionView& view)
{
    return view.before_tls && !view.before_tls->has("STARTTLS") && view.tls == nullptr &&
           view.session->endpoint.protocol == Protocol::smtp;
}

/// One endpoint of a host offers STARTTLS and another does not: one server, but not one way.
void find_missing_offer(const Assessment& assessment, const SessionView& view, Findings& findings)
{
    const auto& endpoint = view.session->endpoint;
    if (!lacks_starttls(view) || endpoint.host.empty())
        return;
    for (const auto& attempt : assessment.attempts) {
        const auto& other = attempt.main.session->endpoint;
        if (!equal_ignoring_case(other.host, endpoint.host) || !attempt.main.before_tls ||
            !attempt.main.before_tls->has("STARTTLS"))
            continue;
        const bool families = other.address.family() != endpoint.address.family();
        fold(findings, view.where(), "tls.not-offered", "middlebox.starttls-missing-here");
        fold(findings, view.where(), "tls.not-offered-required", "middlebox.starttls-missing-here");
        if (found(findings, view.where(), "tls.stripped-by-middlebox"))
            return; // its traces are told already
        auto& finding = findings.add("middlebox.starttls-missing-here",
                                     {Severity::warning, view.where(),
                                      "STARTTLS is offered at " + attempt.main.where() + ", and not at " +
                                          view.where() + (families ? ": the address families differ" : ""),
                                      Step::ehlo});
        finding.confidence = Confidence::likely;
        finding.decided_by = "another address of the same host";
        if (view.session->endpoint.tls == TlsMode::require)
            finding.severity = Severity::problem;
        return;
    }
}

/// STARTTLS was said though it is not offered, and it worked.
void find_hidden_offer(const Facts& facts, const SessionView& view, Findings& findings)
{
    const auto* trial = trial_with(facts, Purpose::starttls_unoffered, view.session->endpoint);
    if (trial == nullptr || !lacks_starttls(view))
        return;
    const SessionView tried(*trial);
    if (tried.tls == nullptr)
        return;
    const auto where = view.where();
    for (const std::string_view symptom :
         {"tls.not-offered", "tls.not-offered-required", "middlebox.starttls-missing-here"})
        fold(findings, where, symptom, "middlebox.starttls-hidden");
    auto& finding = findings.add(
        "middlebox.starttls-hidden",
        {view.session->endpoint.tls == TlsMode::require ? Severity::problem : Severity::warning, where,
         "STARTTLS is not in the reply to EHLO; said all the same, it leads to " +
             printable(tried.tls->version, 40),
         Step::ehlo});
    finding.confidence = Confidence::likely;
    finding.decided_by = "a session that said STARTTLS without an offer";
    for (auto& other : findings.all()) // traces of who removed it, and proof that it was there
        if (other.id == "tls.stripped-by-middlebox" && other.where == where) {
            other.decided_by = "the traces, and a session that said STARTTLS all the same";
            findings.all().back().part_of = other.id;
            break;
        }
}

} // namespace

void find_middleboxes(const Assessment& assessment, Findings& findings)
{
    for (const auto& attempt : assessment.attempts) {
        find_killed_hello(attempt.main, findings);
        find_missing_offer(assessment, attempt.main, findings);
        find_hidden_offer(*assessment.facts, attempt.main, findings);
    }
    find_redirections(assessment, findings);
}

} // namespace smtpprobe
