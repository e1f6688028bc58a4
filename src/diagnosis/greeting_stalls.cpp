// SPDX-License-Identifier: Apache-2.0
// Connected, and no greeting: who is it that does not speak?
#include "base/printable.hpp"
#include "diagnosis/stall_case.hpp"

namespace smtpprobe {
namespace {

/// Longer than deliberate delays last: who has said nothing by then will not.
constexpr Duration kBeyondDelays = std::chrono::seconds(30);

/// Who hangs up this late had waited for something itself.
constexpr Duration kHadWaited = std::chrono::seconds(1);

bool speaks_tls(StallCase& stalled, const Tried& tls)
{
    const bool alert = tls.broke_with(FaultKind::handshake) && tls.view->broken->fault.tls_alert >= 0;
    if (!tls.encrypted() && !alert)
        return false;
    if (tls.encrypted() && !tls.greeted())
        return stalled.cause("session.tls-without-smtp",
                             stalled.seen() + "; TLS from the first byte is taken, and then: " + tls.seen(),
                             kByTlsAtOnce, Confidence::likely);
    return stalled.cause(stalled.endpoint().port == 25 ? "session.tls-only" : "smtp.implicit-tls-expected",
                         stalled.seen() + (alert ? "; a TLS handshake is answered with a TLS alert"
                                                 : greeted_when("TLS comes first", tls)),
                         kByTlsAtOnce);
}

/// Something spoke once it had heard the bytes of a handshake.
bool answered_in_plain(StallCase& stalled, const Tried& tls)
{
    const auto& bytes = tls.view->broken->fault.detail;
    auto seen = stalled.seen() + "; to the bytes of a TLS handshake it says: " + printable(bytes, 200);
    if (looks_like_reply(bytes)) {
        const auto again = stalled.tried(Purpose::fresh_session);
        if (!again) // it may greet everybody by now
            return stalled.cause("session.greeting-withheld", std::move(seen), kByTlsAtOnce,
                                 Confidence::guess);
        return stalled.cause("session.greeting-withheld", seen + "; to nothing, once more: " + again.seen(),
                             "sessions with TLS from the first byte and without", Confidence::likely);
    }
    return stalled.cause(protocol_of(bytes), std::move(seen), kByTlsAtOnce);
}

/// Port 465 speaks TLS from the first byte (RFC 8314): whoever waits for a greeting there waits in vain.
bool expects_tls_by_port(StallCase& stalled, const Stall& stall)
{
    if (stalled.endpoint().port != 465 || stall.kind == StallKind::reset)
        return false;
    return stalled.cause("smtp.implicit-tls-expected", stalled.seen(), "the port, and the fault",
                         Confidence::likely);
}

bool silent(StallCase& stalled, const Stall& stall, const Tried& tls)
{
    const auto header = stalled.tried(Purpose::proxy_header);
    if (!header)
        return false;
    return stalled.cause("session.no-greeting",
                         stalled.seen() + "; with TLS from the first byte: " + tls.seen() +
                             "; behind a PROXY header: " + header.seen(),
                         "sessions with TLS from the first byte and with a PROXY header",
                         stall.after >= kBeyondDelays ? Confidence::likely : Confidence::guess);
}

bool closed(StallCase& stalled, const Stall& stall)
{
    const auto again = stalled.tried(Purpose::fresh_session).stall();
    if (again && again->kind == StallKind::silent)
        return stalled.cause("session.process-dies", stalled.seen_twice(), kBySecondSession,
                             Confidence::likely);
    return stalled.cause(stall.after >= kHadWaited ? "session.no-server-behind" : "session.closed-at-once",
                         stalled.seen_twice(), kBySecondSession, Confidence::likely);
}

} // namespace

bool find_before_greeting(StallCase& stalled, const Stall& stall)
{
    if (find_at_times(stalled, stall.place))
        return true;
    const auto tls = stalled.tried(Purpose::implicit_tls);
    if (tls && speaks_tls(stalled, tls))
        return true;
    if (const auto header = stalled.tried(Purpose::proxy_header); header.welcomed()) {
        const auto seen = stalled.seen() + greeted_when("a PROXY header comes first", header);
        if (header.refuses_preamble()) // it knows no such header: it greets whoever comes by now
            return stalled.cause("session.fails-at-times",
                                 seen + ", and takes the header for a command that it does not know",
                                 "a later session");
        return stalled.cause("session.proxy-header-awaited", seen, kByProxyHeader,
                             header.takes_preamble() ? Confidence::sure : Confidence::likely);
    }
    if (stall.kind == StallKind::foreign)
        return stalled.cause(protocol_of(stalled.view().broken->partial.empty()
                                             ? stalled.view().broken->fault.detail
                                             : stalled.view().broken->partial),
                             stalled.seen(), "the bytes that came");
    if (tls.broke_with(FaultKind::not_tls) && !tls.view->broken->fault.detail.empty())
        return answered_in_plain(stalled, tls);
    if (!tls && !stalled.tried(Purpose::fresh_session))
        return expects_tls_by_port(stalled, stall);
    switch (stall.kind) {
    case StallKind::silent: return silent(stalled, stall, tls);
    case StallKind::closed: return closed(stalled, stall);
    case StallKind::reset:
        return stalled.cause("session.reset-before-greeting", stalled.seen_twice(), kBySecondSession,
                             Confidence::likely);
    case StallKind::unfinished:
    case StallKind::foreign: break;
    }
    return false;
}

} // namespace smtpprobe
