// SPDX-License-Identifier: Apache-2.0
#include "render/exit_status.hpp"

#include <algorithm>

namespace smtpprobe {
namespace {

// sysexits.h
constexpr int kUsage = 64;
constexpr int kNoHost = 68;
constexpr int kUnavailable = 69;
constexpr int kOsError = 71;
constexpr int kInputOutput = 74;
constexpr int kTryLater = 75;
constexpr int kProtocol = 76;
constexpr int kNoPermission = 77;

constexpr int kInterrupted = 130;

/// How one conversation went on: to its end, or to the first step that kept mail back.
struct Ending {
    Step step{};
    int code_class = 0;             ///< of the reply that refused; 0 for none
    std::optional<FaultKind> fault; ///< no usable reply came
    bool missing = false;           ///< it was to be done, and is not offered
    bool behind_tls = false;        ///< EHLO inside TLS
    bool behind_xclient = false;
};

/// Reads a transcript as swaks holds a conversation: what keeps the mail back ends it.
class Reading {
public:
    explicit Reading(const Session& session) : session_(session) {}

    std::optional<Ending> read()
    {
        for (const auto& event : session_.transcript) {
            std::visit([&](const auto& what) { (*this)(what); }, event.what);
            if (end_)
                return end_;
        }
        return put_off();
    }

    void operator()(const Connected&) {}
    void operator()(const Sent&) {}
    void operator()(const Secured&) { behind_tls_ = true; }

    void operator()(const Received& received)
    {
        const auto& reply = received.reply;
        const bool prompt = received.step == Step::data || received.step == Step::auth;
        const bool good = reply.code_class() == 2 || (prompt && reply.code_class() == 3);
        const bool early = std::find(received.breaches.begin(), received.breaches.end(),
                                     Breach::early_reply) != received.breaches.end();
        if (early)
            return;
        if (received.step == Step::rcpt) {
            accepted_ += good ? 1 : 0;
            if (!good)
                refused_recipient_ = ending(Step::rcpt, reply.code_class());
        }
        if (received.step == Step::xclient && good)
            behind_xclient_ = true;
        if (received.step == Step::quit) {
            end_ = put_off();
            if (end_)
                return;
        }
        if (received.step == Step::ehlo || received.step == Step::helo)
            refused_hello_.reset();
        if (received.step == Step::auth)
            refused_login_.reset();
        if (good)
            return;
        switch (received.step) {
        case Step::ehlo: // HELO may follow, or not
            refused_hello_ = ending(received.step, reply.code_class());
            break;
        case Step::auth: // another mechanism may follow
            refused_login_ = ending(received.step, reply.code_class());
            break;
        case Step::greeting:
        case Step::helo:
        case Step::lhlo:
        case Step::xclient:
        case Step::mail:
        case Step::data:
        case Step::bdat:
        case Step::message:
        case Step::quit: end_ = ending(received.step, reply.code_class()); break;
        case Step::starttls:
            if (session_.endpoint.tls == TlsMode::require)
                end_ = ending(received.step, reply.code_class());
            break;
        case Step::rcpt:
        case Step::resolve:
        case Step::connect:
        case Step::proxy:
        case Step::tls:
        case Step::xforward:
        case Step::rset:
        case Step::noop:
        case Step::vrfy:
        case Step::expn:
        case Step::help:
        case Step::etrn:
        case Step::command: break;
        }
    }

    void operator()(const Skipped& skipped)
    {
        const bool wanted = skipped.step == Step::auth || skipped.step == Step::xclient ||
                            (skipped.step == Step::starttls && session_.endpoint.tls == TlsMode::require);
        const bool lacking = skipped.because != SkipReason::quit_after &&
                             skipped.because != SkipReason::broken &&
                             skipped.because != SkipReason::not_asked;
        if (wanted && lacking && !put_off()) {
            end_ = ending(skipped.step, 0);
            end_->missing = true;
        }
    }

    void operator()(const Broken& broken)
    {
        const bool lost = broken.fault.kind == FaultKind::closed || broken.fault.kind == FaultKind::reset;
        // Who hangs up behind a refusal has said why.
        if (lost)
            end_ = put_off();
        if (!end_)
            end_ = ending(broken.step, 0);
        if (end_->code_class == 0)
            end_->fault = broken.fault.kind;
    }

private:
    /// A refusal that something else might have followed, and nothing did.
    std::optional<Ending> put_off() const
    {
        if (refused_hello_)
            return refused_hello_;
        if (refused_login_)
            return refused_login_;
        return accepted_ == 0 ? refused_recipient_ : std::nullopt;
    }

    Ending ending(Step step, int code_class) const
    {
        Ending made;
        made.step = step;
        made.code_class = code_class;
        made.behind_tls = behind_tls_ && session_.endpoint.tls != TlsMode::implicit;
        made.behind_xclient = behind_xclient_;
        return made;
    }

    const Session& session_;
    std::optional<Ending> end_;
    std::optional<Ending> refused_hello_;
    std::optional<Ending> refused_login_;
    std::optional<Ending> refused_recipient_;
    std::size_t accepted_ = 0;
    bool behind_tls_ = false;
    bool behind_xclient_ = false;
};

/// swaks(1), EXIT CODES.
int swaks_code(const Ending& ending, Carrier carrier)
{
    if (ending.fault && (ending.step == Step::connect || ending.step == Step::proxy))
        return carrier == Carrier::process ? 5 : 2;
    const bool lost = ending.fault == FaultKind::closed || ending.fault == FaultKind::reset;
    if (lost && ending.step != Step::tls)
        return 6;
    switch (ending.step) {
    case Step::resolve:
    case Step::connect:
    case Step::proxy: return 2;
    case Step::greeting: return 21;
    case Step::ehlo:
    case Step::helo:
    case Step::lhlo: return ending.behind_xclient ? 34 : ending.behind_tls ? 32 : 22;
    case Step::starttls:
    case Step::tls: return 29;
    case Step::xclient: return 33;
    case Step::auth: return 28;
    case Step::mail: return 23;
    case Step::rcpt: return 24;
    case Step::data: return 25;
    case Step::bdat:
    case Step::message: return 26;
    case Step::quit: return 27;
    case Step::xforward:
    case Step::rset:
    case Step::noop:
    case Step::vrfy:
    case Step::expn:
    case Step::help:
    case Step::etrn:
    case Step::command: return 0; // swaks says none of these
    }
    return 0;
}

int sysexits_of(FaultKind fault)
{
    switch (fault) {
    case FaultKind::refused:
    case FaultKind::timed_out:
    case FaultKind::host_unreachable:
    case FaultKind::network_unreachable:
    case FaultKind::deadline: return kTryLater;
    case FaultKind::prohibited:
    case FaultKind::no_local_address:
    case FaultKind::cancelled:
    case FaultKind::local: return kOsError;
    case FaultKind::reset:
    case FaultKind::closed: return kInputOutput;
    case FaultKind::malformed:
    case FaultKind::too_long:
    case FaultKind::injected:
    case FaultKind::handshake:
    case FaultKind::not_tls: return kProtocol;
    }
    return kProtocol;
}

int sysexits_code(const Ending& ending)
{
    if (ending.step == Step::quit)
        return 0; // the mail has gone through
    if (ending.fault)
        return sysexits_of(*ending.fault);
    if (ending.step == Step::auth)
        return ending.code_class == 4 ? kTryLater : kNoPermission;
    return ending.code_class == 4 ? kTryLater : kUnavailable;
}

/// No conversation at all.
int without_session(const Report& report, ExitStyle style)
{
    if (style == ExitStyle::swaks)
        return 2;
    switch (report.diagnosis.verdict) {
    case Verdict::takes_no_mail: return kUnavailable;
    case Verdict::defers:
    case Verdict::inconclusive: return kTryLater;
    case Verdict::accepts:
    case Verdict::accepts_with_problems:
    case Verdict::refuses:
    case Verdict::unreachable: break;
    }
    return kNoHost;
}

bool is_repeat(const Session& later, const Session& earlier)
{
    return later.endpoint.host == earlier.endpoint.host &&
           later.endpoint.address == earlier.endpoint.address && later.endpoint.port == earlier.endpoint.port;
}

int status_of_sessions(const Report& report, ExitStyle style)
{
    // A self-report talks to nobody; its outcome says all.
    if (report.facts.target.kind == TargetKind::self)
        return static_cast<int>(report.diagnosis.outcome);
    std::optional<int> status;
    const Session* first = nullptr;
    for (const auto& session : report.facts.sessions) {
        if (session.not_tried != NotTried::tried || session.transcript.empty())
            continue;
        const auto ending = Reading(session).read();
        const int code = !ending                     ? 0
                         : style == ExitStyle::swaks ? swaks_code(*ending, session.endpoint.carrier)
                                                     : sysexits_code(*ending);
        if (code == 0)
            return 0; // mail gets through
        if (first == nullptr || is_repeat(session, *first)) {
            status = code;
            first = &session;
        }
    }
    return status ? *status : without_session(report, style);
}

} // namespace

int exit_status(const Report& report, ExitStyle style)
{
    if (report.facts.interrupted)
        return kInterrupted;
    if (style == ExitStyle::plain)
        return static_cast<int>(report.diagnosis.outcome);
    return status_of_sessions(report, style);
}

int usage_status(ExitStyle style)
{
    switch (style) {
    case ExitStyle::plain: return 3;
    case ExitStyle::swaks: return 1;
    case ExitStyle::sysexits: return kUsage;
    }
    return 3;
}

} // namespace smtpprobe
