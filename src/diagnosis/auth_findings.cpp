// SPDX-License-Identifier: Apache-2.0
// How a login went, and why it failed where it did.
#include "diagnosis/auth_findings.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "diagnosis/checks.hpp"
#include "diagnosis/evidence.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kWordsLimit = 300;

const Capabilities* offered_last(const SessionView& view)
{
    if (view.tls != nullptr)
        return view.after_tls ? &*view.after_tls : nullptr;
    return view.before_tls ? &*view.before_tls : nullptr;
}

std::string_view id_of(AuthStop stop)
{
    switch (stop) {
    case AuthStop::bad_base64: return "auth.challenge-not-base64";
    case AuthStop::too_long: return "auth.challenge-too-long";
    case AuthStop::too_many: return "auth.challenges-endless";
    case AuthStop::unreadable: return "auth.challenge-unreadable";
    case AuthStop::too_many_iterations: return "auth.iterations-absurd";
    case AuthStop::wrong_proof: return "auth.server-proof-wrong";
    case AuthStop::missing_proof: return "auth.server-proof-missing";
    case AuthStop::own_side: return "auth.not-possible-here";
    }
    return {};
}

bool is_oauth(std::string_view mechanism) { return mechanism == "XOAUTH2" || mechanism == "OAUTHBEARER"; }

bool is_encrypted(const SessionView& view) { return view.tls != nullptr; }

/// Tells how the logins of one conversation went.
class LoginFindings {
public:
    LoginFindings(const SessionView& view, Severity weight, Findings& findings)
        : view_(view), logins_(read_logins(*view.session)), weight_(weight), findings_(findings)
    {
    }

    void find()
    {
        if (logins_.skipped)
            skipped(*logins_.skipped);
        for (const auto& login : logins_.tries)
            tried(login, &login == logins_.last());
    }

private:
    void skipped(SkipReason because)
    {
        if (because == SkipReason::insecure)
            return insecure();
        if (because == SkipReason::unverified)
            return void(add("auth.kept-back-unverified",
                            "the connection is encrypted, and the certificate does not hold"));
        if (because == SkipReason::refused_elsewhere) {
            add("auth.not-repeated", printable(logins_.why, kWordsLimit)).severity = Severity::note;
            return;
        }
        if (because == SkipReason::not_offered && !view_.tls_required_but_absent)
            return not_offered();
        if (because == SkipReason::not_asked)
            add("auth.not-possible-here", logins_.why.empty()
                                              ? "no mechanism that the server offers can be spoken from here"
                                              : printable(logins_.why, kWordsLimit));
    }

    void insecure()
    {
        const bool could = view_.before_tls && view_.before_tls->has("STARTTLS");
        add("auth.kept-back", could ? "the connection is not encrypted, though STARTTLS is offered"
                                    : "the connection is not encrypted, and STARTTLS is not offered");
    }

    void not_offered()
    {
        const auto* offered = offered_last(view_);
        const auto* auth = offered != nullptr ? offered->find("AUTH") : nullptr;
        if (auth != nullptr && !auth->parameters.empty())
            return void(add("auth.mechanism-not-offered",
                            "the server offers AUTH " + printable(joined(auth->parameters, " "), 200)));
        const bool behind_tls = !is_encrypted(view_) && offered != nullptr && offered->has("STARTTLS");
        add(behind_tls ? "auth.only-behind-tls" : "auth.not-offered",
            behind_tls ? "the reply to EHLO lists STARTTLS and no AUTH" : "the reply to EHLO lists no AUTH");
    }

    void tried(const LoginTry& login, bool last)
    {
        if (login.cancelled != nullptr)
            return cancelled(login);
        if (login.answer == nullptr)
            return; // it broke: told as a fault
        if (login.answer->reply.code_class() == 2)
            return void(add("auth.logged-in",
                            "AUTH " + printable(login.mechanism, 40) + ": " + quoted(login.answer->reply))
                            .severity = Severity::note);
        if (is_oauth(login.mechanism) && login.challenge != nullptr && !login.challenge->decoded.empty())
            return oauth(login);
        if (login.mechanism == "EXTERNAL" && last && logins_.credentials_refused() && view_.tls != nullptr &&
            !view_.tls->client_certificate_sent)
            return external(login);
        // The one that decided the conversation is told with all other refusals.
        if (login.answer != view_.deciding)
            refused(login, last && !logins_.logged_in() ? weight_ : Severity::note);
    }

    void cancelled(const LoginTry& login)
    {
        const auto stop = login.cancelled->stop.value_or(AuthStop::unreadable);
        add(id_of(stop), "AUTH " + printable(login.mechanism, 40) + ": " +
                             printable(login.cancelled->decoded, kWordsLimit));
    }

    /// The server says in JSON what is wrong with the token (Google's XOAUTH2, RFC 7628 3.2.2).
    void oauth(const LoginTry& login)
    {
        const auto& words = login.challenge->decoded;
        const bool scope = find_ignoring_case(words, "insufficient_scope") != std::string::npos ||
                           find_ignoring_case(words, "403") != std::string::npos;
        const auto* id = scope ? "auth.token-scope" : "auth.token-refused";
        put_beneath(id);
        add(id, "AUTH " + printable(login.mechanism, 40) + ": " + printable(words, kWordsLimit) + "; then " +
                    quoted(login.answer->reply));
    }

    /// The connection was to show who we are, and showed nothing. (On a unix socket it may do so without
    /// TLS.)
    void external(const LoginTry& login)
    {
        constexpr auto kId = "auth.external-without-certificate";
        put_beneath(kId);
        add(kId, std::string(view_.tls->client_certificate_requested
                                 ? "the server asked for a certificate, and none was sent"
                                 : "the server asked for no certificate, so none was sent") +
                     "; then " + quoted(login.answer->reply));
    }

    /// The refusal only repeats that there is no login.
    void put_beneath(const char* id)
    {
        for (auto& finding : findings_.all())
            if (finding.where == view_.where() && finding.step == Step::auth)
                finding.part_of = id;
    }

    void refused(const LoginTry& login, Severity weight)
    {
        findings_.add(explain(Step::auth, login.answer->reply),
                      {weight, view_.where(),
                       "AUTH " + printable(login.mechanism, 40) + ": " + quoted(login.answer->reply),
                       Step::auth});
    }

    Finding& add(std::string_view id, std::string seen)
    {
        return findings_.add(id, {weight_, view_.where(), std::move(seen), Step::auth});
    }

    const SessionView& view_;
    LoginView logins_;
    Severity weight_;
    Findings& findings_;
};

struct MechanismResult {
    std::string mechanism;
    bool works = false;
    std::string seen;
    std::string missing; ///< on this side, so that nothing was tried
};

MechanismResult result_of(const Session& session)
{
    const SessionView view(session);
    const auto logins = read_logins(session);
    const auto* login = logins.last();
    MechanismResult result;
    if (login == nullptr) {
        result.seen = view.broken != nullptr ? fault_seen(view) : std::string();
        if (logins.skipped == SkipReason::not_asked)
            result.missing = printable(logins.why, kWordsLimit);
        return result;
    }
    result.mechanism = login->mechanism;
    result.works = logins.logged_in();
    if (login->cancelled != nullptr)
        result.seen = printable(login->cancelled->decoded, kWordsLimit);
    else if (login->answer != nullptr)
        result.seen = quoted(login->answer->reply);
    else if (view.broken != nullptr)
        result.seen = fault_seen(view);
    return result;
}

} // namespace

void find_in_login(const SessionView& view, Severity weight, Findings& findings)
{
    LoginFindings(view, weight, findings).find();
}

void find_each_mechanism(const Assessment& assessment, Findings& findings)
{
    const auto& facts = *assessment.facts;
    if (!facts.settings.auth.all)
        return;
    std::string working;
    std::vector<std::pair<std::string, MechanismResult>> failing;
    std::string missing;
    std::string where;
    for (const auto& experiment : facts.experiments) {
        const auto* session = std::get_if<Session>(&experiment.what);
        if (experiment.purpose != Purpose::each_mechanism || session == nullptr)
            continue;
        auto result = result_of(*session);
        where = session->endpoint.text();
        if (result.works)
            working += (working.empty() ? "" : ", ") + printable(result.mechanism, 40);
        else if (!result.mechanism.empty())
            failing.emplace_back(where, std::move(result));
        else if (!result.missing.empty())
            missing += (missing.empty() ? "" : "; ") + result.missing;
    }
    if (!working.empty())
        findings.add("auth.mechanisms-work", {Severity::note, where, working, Step::auth});
    for (const auto& [place, result] : failing)
        findings.add(working.empty() ? "auth.mechanism-refused" : "auth.mechanism-broken",
                     {working.empty() ? Severity::note : Severity::warning, place,
                      printable(result.mechanism, 40) + ": " + result.seen, Step::auth});
    if (!missing.empty())
        findings.add("auth.not-possible-here", {Severity::note, where, missing, Step::auth});
}

} // namespace smtpprobe
