// SPDX-License-Identifier: Apache-2.0
// What came of --check. Somebody asked, so what is well is told, too.
#include <algorithm>

#include "base/printable.hpp"
#include "diagnosis/check_findings.hpp"
#include "diagnosis/evidence.hpp"

namespace smtpprobe {
namespace {

bool is(const Received* answer, int code_class)
{
    return answer != nullptr && answer->reply.code_class() == code_class;
}

std::string named(const std::string& mailbox) { return '<' + printable(mailbox, 200) + '>'; }

} // namespace

CheckFindings::CheckFindings(const Facts& facts, const SessionView& server, Findings& findings)
    : facts_(facts), server_(server), findings_(findings)
{
}

void CheckFindings::find(Check check)
{
    check_ = check;
    switch (check) {
    case Check::relay: return relay();
    case Check::vrfy: return vrfy();
    case Check::catch_all: return catch_all();
    case Check::postmaster: return postmaster();
    case Check::null_sender: return null_sender();
    case Check::smuggling: return smuggling();
    case Check::starttls_enforced: return starttls();
    case Check::size: return size();
    }
}

Finding& CheckFindings::add(std::string_view id, Severity severity, std::string seen, Step step)
{
    auto& finding = findings_.add(id, {severity, server_.where(), std::move(seen), step});
    finding.decided_by = "--check " + std::string(name(check_));
    return finding;
}

void CheckFindings::unanswered(const std::string& why)
{
    add("check.unanswered", Severity::warning, "--check " + std::string(name(check_)) + ": " + why,
        Step::ehlo)
        .step.reset();
}

const Session* CheckFindings::only_session()
{
    const auto held = check_sessions(facts_, check_, server_.session->endpoint);
    if (held.empty()) {
        unanswered("it was not asked before the time was up");
        return nullptr;
    }
    return held.front();
}

std::string CheckFindings::why_cut_short(const SessionView& view)
{
    if (view.broken != nullptr)
        return fault_seen(view);
    return view.deciding != nullptr ? answer_seen(*view.deciding)
                                    : std::string("the conversation ended early");
}

void CheckFindings::vrfy()
{
    const auto* session = only_session();
    if (session == nullptr)
        return;
    std::vector<Exchange> asked;
    for (const auto& exchange : exchanges(*session))
        if (says(*exchange.sent, "VRFY") || says(*exchange.sent, "EXPN"))
            asked.push_back(exchange);
    if (asked.size() < 2 || asked[0].answer == nullptr || asked[1].answer == nullptr)
        return unanswered(why_cut_short(SessionView(*session)));
    const auto told = [](const Exchange& exchange) {
        return printable(exchange.sent->text, 100) + ": " + quoted(exchange.answer->reply);
    };
    const auto seen = told(asked[0]) + "; " + told(asked[1]);
    // Of 500 to 504 it is the command that is not liked: a name without a domain, say.
    const bool tells = is(asked[1].answer, 2) && asked[0].answer->reply.code() >= 550;
    if (tells)
        add("check.vrfy-tells", Severity::warning, seen, Step::vrfy);
    const bool expands = asked.size() > 2 && is(asked[2].answer, 2) && asked[2].answer->reply.code() != 252;
    if (expands)
        add("check.expn-tells", Severity::warning, told(asked[2]), Step::expn);
    if (!tells && !expands)
        add("check.vrfy-silent", Severity::note, seen, Step::vrfy);
}

void CheckFindings::catch_all()
{
    if (checked_domain(facts_).empty())
        return unanswered("no domain is known: name one as the target, or a recipient with --to");
    const auto* session = only_session();
    if (session == nullptr)
        return;
    const SessionView view(*session);
    if (view.recipients.empty() || view.recipients.front().answer == nullptr)
        return unanswered(why_cut_short(view));
    const auto& recipient = view.recipients.front();
    const auto seen = named(recipient.mailbox) + ": " + quoted(recipient.answer->reply);
    if (is(recipient.answer, 2))
        add("check.catch-all", Severity::warning, seen, Step::rcpt);
    else if (is(recipient.answer, 5) && is_about_recipient(*recipient.answer))
        add("check.no-catch-all", Severity::note, seen, Step::rcpt);
    else
        unanswered(seen);
}

void CheckFindings::postmaster()
{
    const auto* session = only_session();
    if (session == nullptr)
        return;
    const SessionView view(*session);
    std::string taken;
    std::string open;
    for (const auto& recipient : view.recipients) {
        const auto seen = named(recipient.mailbox) + ": " +
                          (recipient.answer != nullptr ? quoted(recipient.answer->reply) : "no answer");
        if (is(recipient.answer, 5))
            add(recipient.mailbox.starts_with("abuse@")            ? "check.abuse-refused"
                : recipient.mailbox.find('@') == std::string::npos ? "check.bare-postmaster-refused"
                                                                   : "check.postmaster-refused",
                Severity::warning, seen, Step::rcpt);
        else
            (is(recipient.answer, 2) ? taken : open) +=
                (is(recipient.answer, 2) ? taken : open).empty() ? seen : "; " + seen;
    }
    if (view.recipients.empty())
        return unanswered(why_cut_short(view));
    if (!taken.empty())
        add("check.postmaster-taken", Severity::note, taken, Step::rcpt);
    if (!open.empty())
        unanswered(open);
}

void CheckFindings::null_sender()
{
    const auto* session = only_session();
    if (session == nullptr)
        return;
    const SessionView view(*session);
    if (is(view.mail, 5))
        return void(add("check.null-sender-refused", Severity::problem,
                        "MAIL FROM:<>: " + quoted(view.mail->reply), Step::mail));
    if (!is(view.mail, 2) || view.recipients.empty() || view.recipients.front().answer == nullptr)
        return unanswered(view.mail != nullptr ? answer_seen(*view.mail) : why_cut_short(view));
    const auto& recipient = view.recipients.front();
    const auto seen =
        "MAIL FROM:<>, RCPT TO:" + named(recipient.mailbox) + ": " + quoted(recipient.answer->reply);
    if (is(recipient.answer, 2))
        return void(add("check.null-sender-taken", Severity::note, seen, Step::rcpt));
    // Refused to everybody, or for the sender that is none?
    const bool known =
        std::any_of(server_.recipients.begin(), server_.recipients.end(), [&](const auto& other) {
            return other.mailbox == recipient.mailbox && is(other.answer, 2);
        });
    const bool other_sender = facts_.settings.from && !facts_.settings.from->empty();
    const bool about_sender = explain(Step::rcpt, recipient.answer->reply).entry->kind == Cause::rejected;
    if (is(recipient.answer, 5) && ((known && other_sender) || about_sender))
        add("check.null-sender-refused", Severity::problem, seen, Step::rcpt);
    else
        unanswered(seen);
}

void CheckFindings::starttls()
{
    const auto& endpoint = server_.session->endpoint;
    if (endpoint.tls == TlsMode::implicit)
        return void(add("check.tls-from-start", Severity::note, "TLS begins with the first byte", Step::tls));
    if (!offers_starttls(server_))
        return void(add("check.no-starttls", Severity::warning, "the reply to EHLO does not list STARTTLS",
                        Step::starttls));
    const auto* session = only_session();
    if (session == nullptr)
        return;
    const SessionView view(*session);
    const Received* login = nullptr;
    for (const auto& exchange : exchanges(*session))
        if (says(*exchange.sent, "AUTH"))
            login = exchange.answer;
    if (view.mail == nullptr)
        return unanswered(why_cut_short(view));
    const auto seen = "without STARTTLS, MAIL: " + quoted(view.mail->reply);
    const bool listed = server_.before_tls->has("AUTH"); // told by smtp.auth-in-clear
    const bool logs_in = login != nullptr && !listed && speaks_of_mechanism(*login);
    if (logs_in)
        add("check.auth-without-starttls", Severity::warning,
            "without STARTTLS, AUTH: " + quoted(login->reply), Step::auth);
    if (is(view.mail, 2))
        add("check.mail-without-starttls", endpoint.port == 25 ? Severity::note : Severity::warning, seen,
            Step::mail);
    else if (!is(view.mail, 5))
        unanswered(seen);
    else if (!logs_in && !listed)
        add("check.starttls-enforced", Severity::note, seen, Step::mail);
    else if (explain(Step::mail, view.mail->reply).entry->kind == Cause::starttls_required)
        add("check.starttls-enforced", Severity::note, seen, Step::mail);
}

void CheckFindings::size()
{
    const auto limit = announced_size(server_);
    if (limit == 0)
        return void(
            add("check.size-unnamed", Severity::note, "the reply to EHLO names no SIZE limit", Step::ehlo));
    const auto* session = only_session();
    if (session == nullptr)
        return;
    for (const auto& exchange : exchanges(*session)) {
        if (!says(*exchange.sent, "MAIL") || exchange.answer == nullptr)
            continue;
        const auto seen = "announced: SIZE " + std::to_string(limit) + "; " +
                          printable(exchange.sent->text, 300) + ": " + quoted(exchange.answer->reply);
        const auto kind = explain(Step::mail, exchange.answer->reply).entry->kind;
        if (is(exchange.answer, 2))
            add("check.size-ignored", Severity::warning, seen, Step::mail);
        else if (kind == Cause::message_too_big || kind == Cause::exceed_limit)
            add("check.size-kept", Severity::note, seen, Step::mail);
        else
            unanswered(seen);
        return;
    }
    unanswered(why_cut_short(SessionView(*session)));
}

/// Is it the recipient that is refused, or we?
bool CheckFindings::is_about_recipient(const Received& refusal)
{
    switch (explain(refusal.step, refusal.reply).entry->kind) {
    case Cause::user_unknown:
    case Cause::filtered:
    case Cause::has_moved:
    case Cause::suspend:
    case Cause::mailbox_full:
    case Cause::not_accept:
    case Cause::unknown: return true;
    default: return false;
    }
}

/// Is this what a server says of a mechanism that it does not have, where it would take others?
bool CheckFindings::speaks_of_mechanism(const Received& answer)
{
    const int code = answer.reply.code();
    return code == 504 || code == 535 || code == 501 || code == 334;
}

void find_in_checks(const Assessment& assessment, Findings& findings)
{
    const auto& facts = *assessment.facts;
    if (facts.settings.checks.empty() || facts.interrupted || facts.target.kind == TargetKind::self)
        return;
    const auto servers = checked_servers(assessment);
    if (servers.empty() && !assessment.attempts.empty())
        findings.add("check.unanswered",
                     {Severity::note, "", "--check: no server answered EHLO", std::nullopt});
    for (const auto& server : servers) {
        CheckFindings found(facts, server, findings);
        for (const auto check : facts.settings.checks)
            found.find(check);
    }
}

} // namespace smtpprobe
