// SPDX-License-Identifier: Apache-2.0
// What --check asks a server. No message is sent, but for --check smuggling.
#include <algorithm>
#include <iterator>

#include "diagnosis/checks.hpp"

namespace smtpprobe {
namespace {

/// Asks one server.
class CheckPlan {
public:
    CheckPlan(const Facts& facts, const SessionView& server, Trials& trials)
        : facts_(facts), server_(server), endpoint_(server.session->endpoint), trials_(trials)
    {
    }

    void plan(Check check)
    {
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

private:
    /// One conversation after the other: servers hang up on who is refused too often in one. It ends with the
    /// first form that is taken, or where the server has had enough.
    void relay()
    {
        const auto held = check_sessions(facts_, Check::relay, endpoint_);
        const auto forms = relay_forms(facts_, server_);
        for (std::size_t i = 0; i < forms.size(); ++i) {
            auto session = session_of_check(Check::relay, endpoint_);
            session.from = forms[i].from;
            session.to = forms[i].to;
            add(Check::relay, std::move(session));
            if (i >= held.size() || held_out(*held[i]) || took_any(*held[i]))
                return;
        }
    }

    void vrfy()
    {
        auto session = session_of_check(Check::vrfy, endpoint_);
        session.quit_after = Step::auth;
        // Some servers answer for a name with a domain alone.
        const auto domain = checked_domain(facts_);
        const auto at = domain.empty() ? std::string() : '@' + domain;
        for (const auto& line :
             {"VRFY " + unlikely_name(facts_) + at, "VRFY postmaster" + at, "EXPN postmaster" + at})
            session.verbs.push_back({line, Step::ehlo});
        add(Check::vrfy, std::move(session));
    }

    void catch_all()
    {
        const auto domain = checked_domain(facts_);
        if (domain.empty())
            return;
        auto session = session_of_check(Check::catch_all, endpoint_);
        session.to.push_back(unlikely_name(facts_) + '@' + domain);
        add(Check::catch_all, std::move(session));
    }

    void postmaster()
    {
        auto session = session_of_check(Check::postmaster, endpoint_);
        // RFC 5321 4.5.1: without a domain, too, and in any case.
        session.to.emplace_back("Postmaster");
        if (const auto domain = checked_domain(facts_); !domain.empty()) {
            session.to.push_back("postmaster@" + domain);
            session.to.push_back("abuse@" + domain);
        }
        add(Check::postmaster, std::move(session));
    }

    void null_sender()
    {
        auto session = session_of_check(Check::null_sender, endpoint_);
        session.from.emplace();
        session.to.push_back(somebody());
        add(Check::null_sender, std::move(session));
    }

    /// One message a conversation: a server that took an odd end has read commands behind it.
    void smuggling()
    {
        const auto mailbox = own_recipient(facts_, server_);
        if (mailbox.empty())
            return;
        const auto held = check_sessions(facts_, Check::smuggling, endpoint_);
        for (std::size_t i = 0; i < std::size(kOddEnds); ++i) {
            auto session = session_of_check(Check::smuggling, endpoint_);
            session.quit_after.reset();
            session.to.push_back(mailbox);
            session.odd_end = kOddEnds[i];
            add(Check::smuggling, std::move(session));
            if (i >= held.size() || !message_answer(*held[i]))
                return;
        }
    }

    void starttls()
    {
        if (!offers_starttls(server_))
            return;
        auto session = session_of_check(Check::starttls_enforced, endpoint_);
        session.endpoint.tls = TlsMode::none;
        session.quit_after = Step::mail;
        session.from = facts_.settings.from.value_or(std::string());
        session.to.push_back(somebody()); // not said: it ends behind MAIL
        // A mechanism that nobody has: enough to see whether AUTH is spoken of at all.
        session.verbs.push_back({"AUTH X-SMTPPROBE", Step::ehlo});
        add(Check::starttls_enforced, std::move(session));
    }

    void size()
    {
        const auto limit = announced_size(server_);
        if (limit == 0 || limit == UINT64_MAX)
            return;
        auto session = session_of_check(Check::size, endpoint_);
        session.quit_after = Step::mail;
        session.from = facts_.settings.from.value_or(std::string());
        // Well above it: some servers allow a little more than they say.
        session.size = limit > UINT64_MAX / 2 ? UINT64_MAX : limit * 2;
        add(Check::size, std::move(session));
    }

    /// Somebody whom the server should know.
    std::string somebody() const
    {
        for (const auto& recipient : server_.recipients)
            if (recipient.answer != nullptr && recipient.answer->reply.code_class() == 2)
                return recipient.mailbox;
        const auto domain = checked_domain(facts_);
        return domain.empty() ? "Postmaster" : "postmaster@" + domain;
    }

    void add(Check check, TrySession session)
    {
        Trial trial{purpose_of(check), std::move(session)};
        trials_.push_back(std::move(trial));
    }

    static bool took_any(const Session& session)
    {
        const SessionView view(session);
        return std::any_of(view.recipients.begin(), view.recipients.end(), [](const auto& recipient) {
            return recipient.answer != nullptr && recipient.answer->reply.code_class() == 2;
        });
    }

    /// The server ended it before its time, or did not let us in.
    static bool held_out(const Session& session)
    {
        const SessionView view(session);
        return view.broken != nullptr || view.hello == nullptr || !view.hello->reply.positive() ||
               (view.deciding != nullptr && view.deciding->reply.code() == 421);
    }

    const Facts& facts_;
    const SessionView& server_;
    const Endpoint& endpoint_;
    Trials& trials_;
};

} // namespace

void plan_for_checks(const Facts& facts, Trials& trials)
{
    if (facts.settings.checks.empty() || facts.interrupted || facts.target.kind == TargetKind::self)
        return;
    const auto assessment = assess(facts);
    for (const auto& server : checked_servers(assessment)) {
        CheckPlan plan(facts, server, trials);
        for (const auto check : facts.settings.checks)
            plan.plan(check);
    }
}

} // namespace smtpprobe
