// SPDX-License-Identifier: Apache-2.0
// Conversations that stall or die before mail can be spoken of: what to try next. Each trial says QUIT
// as soon as its question is answered.
#include <algorithm>

#include "diagnosis/assessment.hpp"
#include "diagnosis/stall.hpp"
#include "diagnosis/trials.hpp"

namespace smtpprobe {
namespace {

/// Of a domain with dozens of dead hosts, some tell as much as all.
constexpr std::size_t kMostEndpoints = 4;

/// A server that ends the connection this late had waited for something.
constexpr Duration kHadWaited = std::chrono::seconds(1);

/// Longer than servers let clients wait on purpose, and short enough for several sessions in a row.
constexpr Duration kPatience = std::chrono::seconds(12);

/// So that servers which count connections do not count this one.
constexpr Duration kBetweenRepeats = std::chrono::seconds(1);

/// Plans for one conversation.
class Planner {
public:
    Planner(const Facts& facts, const SessionView& view, Trials& trials)
        : facts_(facts), view_(view), endpoint_(view.session->endpoint), trials_(trials)
    {
    }

    void plan(const Stall& stall)
    {
        switch (stall.place) {
        case StallPlace::before_greeting: return before_greeting(stall);
        case StallPlace::at_hello: return at_hello(stall);
        case StallPlace::at_starttls:
            if (stall.kind != StallKind::foreign)
                again(Step::tls);
            return;
        case StallPlace::in_handshake: return in_handshake(stall);
        case StallPlace::behind_tls:
            if (stall.kind != StallKind::foreign)
                again(stall.implicit ? Step::ehlo : Step::auth);
            return;
        }
    }

    /// For a conversation that did not break.
    void plan_for_oddities()
    {
        late_refusal();
        unknown_hello();
        missing_offer();
    }

private:
    /// Postfix waits for the header a few seconds, and then says 421.
    void late_refusal()
    {
        if (view_.greeting->reply.code() == 421 && view_.greeting_at - view_.connected_at >= kHadWaited)
            proxy_header();
    }

    /// LMTP servers greet as SMTP servers do, and know neither EHLO nor HELO (RFC 2033 4.1).
    void unknown_hello()
    {
        const auto* hello = view_.hello;
        const bool unknown = hello != nullptr && hello->step == Step::helo && view_.tls == nullptr &&
                             hello->reply.code() >= 500 && hello->reply.code() <= 503;
        if (!unknown || endpoint_.protocol != Protocol::smtp || view_.greeting->reply.code() != 220)
            return;
        TrySession trial;
        trial.endpoint = endpoint_;
        trial.step_timeout = kPatience;
        trial.endpoint.protocol = Protocol::lmtp;
        trial.endpoint.tls = TlsMode::none;
        trial.quit_after = Step::lhlo;
        trials_.push_back({Purpose::lhlo, std::move(trial)});
    }

    /// Devices on the way take STARTTLS out of the list, and some do no more than that.
    void missing_offer()
    {
        const bool missing = view_.before_tls && !view_.before_tls->has("STARTTLS") && view_.alive() &&
                             (endpoint_.tls == TlsMode::may || endpoint_.tls == TlsMode::require);
        if (!missing || endpoint_.protocol != Protocol::smtp || asked_of_host(Purpose::starttls_unoffered))
            return;
        TrySession trial;
        trial.endpoint = endpoint_;
        trial.step_timeout = kPatience;
        trial.quit_after = Step::tls;
        trial.starttls_unoffered = true;
        trials_.push_back({Purpose::starttls_unoffered, std::move(trial)});
    }

    /// One address of a host is enough to learn how its server is.
    bool asked_of_host(Purpose purpose) const
    {
        return std::any_of(trials_.begin(), trials_.end(), [&](const Trial& trial) {
            const auto* session = std::get_if<TrySession>(&trial.what);
            return session != nullptr && trial.purpose == purpose && !endpoint_.host.empty() &&
                   session->endpoint.host == endpoint_.host;
        });
    }

    void before_greeting(const Stall& stall)
    {
        if (endpoint_.protocol != Protocol::smtp || stall.kind == StallKind::unfinished)
            return;
        if (stall.kind == StallKind::foreign) {
            if (view_.broken->partial.starts_with("\x15\x03") ||
                view_.broken->partial.starts_with("\x16\x03"))
                tls_at_once();
            return;
        }
        if (stall.kind == StallKind::closed || stall.kind == StallKind::reset) {
            if (again(Step::greeting) || !made(Purpose::fresh_session))
                return;
        }
        const auto* tls = tls_at_once();
        if (tls == nullptr)
            return;
        const SessionView seen(*tls);
        // A reply in plain: does it come to those who wait for it, too, by now?
        if (seen.broken != nullptr && seen.broken->fault.kind == FaultKind::not_tls &&
            looks_like_reply(seen.broken->fault.detail)) {
            again(Step::greeting);
            return;
        }
        const bool told = seen.tls != nullptr || (seen.broken != nullptr && seen.broken->step == Step::tls &&
                                                  (seen.broken->fault.kind == FaultKind::not_tls ||
                                                   seen.broken->fault.kind == FaultKind::handshake));
        if (!told && (stall.kind == StallKind::silent || stall.after >= kHadWaited))
            proxy_header();
    }

    void at_hello(const Stall& stall)
    {
        if (stall.kind == StallKind::foreign)
            return;
        if (again(Step::ehlo) || !made(Purpose::fresh_session))
            return;
        if (stall.kind != StallKind::silent) {
            again(Step::greeting); // is it EHLO, or would QUIT end so too?
            return;
        }
        const auto* small = small_segments(Step::ehlo);
        if (small == nullptr || !gets_past(*small))
            return;
        const auto* hello = SessionView(*small).hello;
        if (hello != nullptr && octets_of(hello->reply) > kSmallSegment)
            add_again_later(Step::ehlo);
    }

    void in_handshake(const Stall& stall)
    {
        if (stall.implicit) {
            const auto* plain = add(Purpose::without_tls, TlsMode::none, Step::ehlo);
            if (plain == nullptr || SessionView(*plain).greeting != nullptr ||
                stall.kind == StallKind::foreign)
                return;
        } else if (stall.kind == StallKind::foreign) {
            return;
        }
        const bool passed = again(Step::tls);
        if (passed || !made(Purpose::fresh_session) || stall.kind == StallKind::closed)
            return;
        const auto* small = small_segments(Step::tls);
        if (small != nullptr && gets_past(*small))
            add_again_later(Step::tls);
    }

    /// Once more the same. Has it been made, and did it get past where the first one broke?
    bool again(Step until)
    {
        const auto* session = add(Purpose::fresh_session, endpoint_.tls, until);
        return session != nullptr && gets_past(*session);
    }

    /// As usual again, behind small segments that went through: was it their size, or has time passed?
    void add_again_later(Step until)
    {
        add(Purpose::fresh_session, endpoint_.tls, until);
        std::get<TrySession>(trials_.back().what).wait = kBetweenRepeats;
    }

    bool gets_past(const Session& session) const
    {
        const SessionView seen(session);
        return seen.connected && seen.broken == nullptr;
    }

    bool made(Purpose purpose) const { return trial_with(facts_, purpose, endpoint_) != nullptr; }

    const Session* tls_at_once() { return add(Purpose::implicit_tls, TlsMode::implicit, Step::ehlo); }

    void proxy_header() { add(Purpose::proxy_header, endpoint_.tls, Step::greeting, header_of_a_proxy()); }

    /// What a load balancer would say of this very connection, in version 1 of the protocol; its source port
    /// is not known beforehand. Postfix takes no `PROXY UNKNOWN`.
    std::string header_of_a_proxy() const
    {
        const auto local = own_address();
        if (!local || local->family() != endpoint_.address.family())
            return "PROXY UNKNOWN";
        return std::string("PROXY ") + (local->family() == Family::ipv4 ? "TCP4 " : "TCP6 ") + local->text() +
               ' ' + endpoint_.address.text() + " 40000 " + std::to_string(endpoint_.port);
    }

    std::optional<IpAddress> own_address() const
    {
        for (const auto& event : view_.session->transcript)
            if (const auto* connected = std::get_if<Connected>(&event.what))
                return connected->local;
        return std::nullopt;
    }

    const Session* small_segments(Step until)
    {
        return add(Purpose::small_segments, endpoint_.tls, until, "", kSmallSegment);
    }

    /// What came of it, where it has been made already.
    const Session* add(Purpose purpose, TlsMode tls, Step until, const std::string& preamble = {},
                       int max_segment = 0)
    {
        TrySession trial;
        trial.endpoint = endpoint_;
        trial.step_timeout = kPatience;
        trial.endpoint.tls = tls;
        trial.quit_after = until;
        trial.preamble = preamble;
        trial.max_segment = max_segment;
        trials_.push_back({purpose, std::move(trial)});
        return trial_with(facts_, purpose, endpoint_);
    }

    const Facts& facts_;
    const SessionView& view_;
    const Endpoint& endpoint_;
    Trials& trials_;
};

} // namespace

void plan_for_sessions(const Facts& facts, Trials& trials)
{
    const auto assessment = assess(facts);
    std::size_t planned = 0;
    for (const auto& attempt : assessment.attempts) {
        if (planned == kMostEndpoints)
            return;
        const auto before = trials.size();
        Planner planner(facts, attempt.main, trials);
        if (const auto stall = stall_of(attempt.main))
            planner.plan(*stall);
        else if (attempt.main.greeting != nullptr)
            planner.plan_for_oddities();
        planned += trials.size() > before ? 1U : 0U;
    }
}

} // namespace smtpprobe
