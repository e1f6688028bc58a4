// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/session_view.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "diagnosis/delivery_view.hpp"
#include "diagnosis/login_view.hpp"
#include "smtpprobe/explain.hpp"

namespace smtpprobe {
namespace {

/// `RCPT TO:<user@example.com> NOTIFY=…` -> `user@example.com`
std::string mailbox_said(const std::string& command)
{
    const auto open = command.find('<');
    const auto close = command.rfind('>');
    if (open == std::string::npos || close == std::string::npos || close < open)
        return command;
    return command.substr(open + 1, close - open - 1);
}

bool is_hello(Step step) { return step == Step::ehlo || step == Step::helo || step == Step::lhlo; }

/// Reads the events into the view; what they amount to is judge()'s.
class Reading {
public:
    explicit Reading(SessionView& view) : view_(view) {}

    void operator()(const Connected&, Duration at)
    {
        view_.connected = true;
        view_.connected_at = at;
    }

    void operator()(const Sent& sent, Duration)
    {
        quit_said_ = quit_said_ || sent.step == Step::quit;
        if (sent.step == Step::rcpt)
            view_.recipients.push_back({mailbox_said(sent.text), nullptr});
    }

    void operator()(const Received& received, Duration at)
    {
        if (received.step == Step::greeting) {
            view_.greeting = &received;
            view_.greeting_at = at;
        } else if (is_hello(received.step)) {
            heard_hello(received);
        } else if (received.step == Step::starttls) {
            view_.starttls = &received;
        } else if (received.step == Step::xclient) {
            view_.xclient = &received;
        } else if (received.step == Step::mail) {
            view_.mail = &received;
        } else if (received.step == Step::rcpt) {
            const auto open = std::find_if(view_.recipients.begin(), view_.recipients.end(),
                                           [](const auto& recipient) { return recipient.answer == nullptr; });
            if (open != view_.recipients.end())
                open->answer = &received;
        }
    }

    void operator()(const Secured& secured, Duration) { view_.tls = &secured.tls; }

    void operator()(const Skipped& skipped, Duration)
    {
        if (skipped.step == Step::starttls && skipped.because == SkipReason::not_offered &&
            view_.session->endpoint.tls == TlsMode::require)
            view_.tls_required_but_absent = true;
        if (skipped.step == Step::mail && skipped.because == SkipReason::not_offered) {
            view_.mail_lacks = skipped.why;
            const bool utf8 = skipped.why.empty() || skipped.why.find("SMTPUTF8") != std::string::npos;
            view_.utf8_needed_but_absent = utf8 && !view_.tls_required_but_absent;
        }
        if (skipped.step == Step::xclient && skipped.because == SkipReason::not_offered)
            view_.mail_lacks = "XCLIENT";
        if (skipped.because == SkipReason::quit_after)
            view_.stopped_on_purpose = true;
    }

    void operator()(const Broken& broken, Duration)
    {
        if (broken.step == Step::quit || quit_said_) // RSET goes out with it where the server pipelines
            view_.quit_broken = &broken;
        else if (view_.broken == nullptr)
            view_.broken = &broken;
    }

private:
    void heard_hello(const Received& received)
    {
        view_.only_helo = received.step == Step::helo && received.reply.positive();
        view_.hello = &received;
        view_.hello_behind_tls = view_.tls != nullptr;
        if (received.step == Step::helo || !received.reply.positive())
            return;
        (view_.tls != nullptr ? view_.after_tls : view_.before_tls) = parse_capabilities(received.reply);
    }

    SessionView& view_;
    bool quit_said_ = false;
};

void decide(SessionView& view, EndpointState state, Step step, const Received* deciding = nullptr)
{
    view.state = state;
    view.decided_at = step;
    view.deciding = deciding;
}

/// RFC 7504: 521 is for a host that takes no mail at all, 556 for a domain that does not.
bool says_no_mail(const Received& received)
{
    const int code = received.reply.code();
    const bool before_mail = received.step == Step::greeting || is_hello(received.step);
    return code == 556 || (code == 521 && before_mail);
}

void decide_by(SessionView& view, const Received& received)
{
    // postscreen says 521 to those whom it turns away, too; its words tell.
    const bool takes_no_mail = says_no_mail(received) && !is_about_client(received);
    decide(view,
           takes_no_mail                      ? EndpointState::no_mail
           : received.reply.code_class() == 4 ? EndpointState::defers
                                              : EndpointState::refuses,
           received.step, &received);
}

void judge_recipients(SessionView& view)
{
    const auto taken = [](const auto& recipient) {
        return recipient.answer != nullptr && recipient.answer->reply.code_class() == 2;
    };
    const auto answered = [](const auto& recipient) { return recipient.answer != nullptr; };
    const auto& all = view.recipients;
    // A refusal for good weighs more than one for now.
    const Received* refusal = nullptr;
    for (const auto& recipient : all)
        if (answered(recipient) && !taken(recipient) &&
            (refusal == nullptr || recipient.answer->reply.code_class() > refusal->reply.code_class()))
            refusal = recipient.answer;
    if (refusal == nullptr)
        return decide(view, EndpointState::works, Step::rcpt);
    if (std::any_of(all.begin(), all.end(), taken))
        return decide(view, EndpointState::some_refused, Step::rcpt, refusal);
    decide_by(view, *refusal);
}

/// Did it come to no mail for want of a login?
bool judge_login(SessionView& view)
{
    const auto logins = read_logins(*view.session);
    if (logins.skipped) {
        // What we keep back ourselves tells nothing about the server.
        const bool ours =
            *logins.skipped == SkipReason::insecure || *logins.skipped == SkipReason::unverified ||
            *logins.skipped == SkipReason::refused_elsewhere || *logins.skipped == SkipReason::not_asked;
        const bool lacking = ours || *logins.skipped == SkipReason::not_offered;
        if (lacking)
            decide(view, ours ? EndpointState::unfinished : EndpointState::refuses, Step::auth);
        return lacking;
    }
    if (logins.tries.empty() || logins.logged_in())
        return false;
    const auto& login = *logins.last();
    if (login.cancelled != nullptr || login.answer == nullptr || login.answer->reply.code_class() == 2)
        decide(view, EndpointState::refuses, Step::auth);
    else
        decide_by(view, *login.answer);
    return true;
}

/// Where a message was sent, its answer says more than that to RCPT.
void judge_delivery(SessionView& view)
{
    const auto delivery = read_delivery(view);
    const Received* refusal = delivery.refused;
    for (const auto& answer : delivery.answers)
        if (answer.received->reply.code_class() != 2 && refusal == nullptr)
            refusal = answer.received;
    if (refusal == nullptr) {
        if (delivery.taken() && view.state == EndpointState::works)
            decide(view, EndpointState::works, Step::message);
        return;
    }
    if (delivery.taken())
        decide(view, EndpointState::some_refused, Step::message, refusal);
    else
        decide_by(view, *refusal);
}

void judge(SessionView& view)
{
    if (view.session->not_tried != NotTried::tried)
        return decide(view, EndpointState::untried, Step::connect);
    if (view.broken != nullptr) {
        // That our deadline came first changes nothing about who kept silent.
        const bool ours = view.broken->fault.kind == FaultKind::cancelled;
        return decide(view, ours ? EndpointState::unfinished : EndpointState::dead, view.broken->step);
    }
    if (view.greeting == nullptr)
        return decide(view,
                      view.connected && view.stopped_on_purpose ? EndpointState::works
                                                                : EndpointState::unfinished,
                      Step::connect);
    if (view.greeting->reply.code_class() != 2)
        return decide_by(view, *view.greeting);
    if (view.hello != nullptr && view.hello->reply.code_class() != 2)
        return decide_by(view, *view.hello);
    if (view.starttls != nullptr && view.starttls->reply.code() == 421)
        return decide_by(view, *view.starttls);
    if (view.tls_required_but_absent)
        return decide(view, EndpointState::refuses, Step::starttls);
    if (view.starttls != nullptr && view.tls == nullptr && view.session->endpoint.tls == TlsMode::require)
        return decide_by(view, *view.starttls);
    if (view.xclient != nullptr && view.xclient->reply.code_class() != 2)
        return decide_by(view, *view.xclient);
    if (view.utf8_needed_but_absent || !view.mail_lacks.empty())
        return decide(view, EndpointState::refuses, Step::mail);
    if (view.mail == nullptr && judge_login(view))
        return;
    if (view.mail != nullptr && view.mail->reply.code_class() != 2)
        return decide_by(view, *view.mail);
    if (!view.recipients.empty()) {
        judge_recipients(view);
        return judge_delivery(view);
    }
    decide(view, EndpointState::works, Step::ehlo);
}

} // namespace

SessionView::SessionView(const Session& the_session) : session(&the_session)
{
    Reading reading(*this);
    for (const auto& event : the_session.transcript)
        std::visit([&](const auto& what) { reading(what, event.at); }, event.what);
    judge(*this);
}

bool is_about_client(const Received& received)
{
    const auto kind = explain(received.step, received.reply).entry->kind;
    return kind == Cause::blocked || kind == Cause::bad_reputation || kind == Cause::require_ptr ||
           kind == Cause::auth_failure || kind == Cause::syntax || kind == Cause::too_many ||
           kind == Cause::rate_limited;
}

bool is_command_unknown(const Received& received)
{
    if (received.reply.code() < 500 || received.reply.code() > 503)
        return false;
    const auto kind = explain(received.step, received.reply).entry->kind;
    return kind != Cause::blocked && kind != Cause::bad_reputation && kind != Cause::require_ptr &&
           kind != Cause::auth_failure && kind != Cause::too_many && kind != Cause::rate_limited;
}

bool session_works(const Session& session) { return SessionView(session).state == EndpointState::works; }

bool tls_attempt_failed(const Session& session)
{
    const SessionView view(session);
    if (session.endpoint.tls != TlsMode::may || view.broken == nullptr || view.tls != nullptr)
        return false;
    const auto kind = view.broken->fault.kind;
    const bool at_tls = view.broken->step == Step::tls || view.broken->step == Step::starttls;
    return at_tls && (kind == FaultKind::handshake || kind == FaultKind::not_tls ||
                      kind == FaultKind::reset || kind == FaultKind::closed || kind == FaultKind::timed_out);
}

} // namespace smtpprobe
