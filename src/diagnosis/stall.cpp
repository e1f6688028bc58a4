// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/stall.hpp"

#include <algorithm>
#include <string_view>

#include "base/ascii.hpp"
#include "diagnosis/assessment.hpp"
#include "diagnosis/evidence.hpp"

namespace smtpprobe {
namespace {

std::optional<StallPlace> place_of(const SessionView& view)
{
    switch (view.broken->step) {
    case Step::greeting: return view.tls != nullptr ? StallPlace::behind_tls : StallPlace::before_greeting;
    case Step::ehlo:
    case Step::helo:
    case Step::lhlo: return view.tls != nullptr ? StallPlace::behind_tls : StallPlace::at_hello;
    case Step::starttls: return StallPlace::at_starttls;
    case Step::tls: return StallPlace::in_handshake;
    case Step::resolve:
    case Step::connect:
    case Step::proxy:
    case Step::xclient:
    case Step::xforward:
    case Step::auth:
    case Step::mail:
    case Step::rcpt:
    case Step::data:
    case Step::bdat:
    case Step::message:
    case Step::rset:
    case Step::noop:
    case Step::vrfy:
    case Step::expn:
    case Step::help:
    case Step::etrn:
    case Step::command:
    case Step::quit: return std::nullopt;
    }
    return std::nullopt;
}

std::optional<StallKind> kind_of(const Broken& broken)
{
    switch (broken.fault.kind) {
    case FaultKind::timed_out:
    case FaultKind::deadline:
        if (broken.partial.empty())
            return StallKind::silent;
        return looks_like_reply(broken.partial) ? StallKind::unfinished : StallKind::foreign;
    case FaultKind::closed:
        if (broken.partial.empty())
            return StallKind::closed;
        return looks_like_reply(broken.partial) ? StallKind::unfinished : StallKind::foreign;
    case FaultKind::reset: return StallKind::reset;
    case FaultKind::malformed:
    case FaultKind::not_tls: return StallKind::foreign;
    case FaultKind::refused:
    case FaultKind::host_unreachable:
    case FaultKind::network_unreachable:
    case FaultKind::prohibited:
    case FaultKind::no_local_address:
    case FaultKind::too_long:
    case FaultKind::injected:
    case FaultKind::handshake:
    case FaultKind::cancelled:
    case FaultKind::local: return std::nullopt;
    }
    return std::nullopt;
}

} // namespace

std::size_t octets_of(const Reply& reply)
{
    static constexpr std::size_t kAround = 6; // the code, a separator, CRLF
    std::size_t octets = 0;
    for (const auto& line : reply.lines())
        octets += line.size() + kAround;
    return octets;
}

bool looks_like_reply(std::string_view bytes)
{
    const auto digits = bytes.substr(0, 3);
    return !digits.empty() && std::all_of(digits.begin(), digits.end(), is_digit);
}

std::optional<Stall> stall_of(const SessionView& view)
{
    if (view.broken == nullptr || !view.connected)
        return std::nullopt;
    const auto place = place_of(view);
    const auto kind = kind_of(*view.broken);
    if (!place || !kind)
        return std::nullopt;
    return Stall{*place, *kind, time_in_step(view), view.session->endpoint.tls == TlsMode::implicit};
}

bool all_stall_early(const Assessment& assessment)
{
    constexpr std::uint16_t kRelay = 25;
    const auto stalls_early = [](const SessionView& view) {
        const auto stall = stall_of(view);
        return stall && (stall->kind == StallKind::silent || stall->kind == StallKind::reset) &&
               (stall->place == StallPlace::before_greeting || stall->place == StallPlace::at_hello);
    };
    std::size_t stalled = 0;
    for (const auto& attempt : assessment.attempts) {
        const auto& endpoint = attempt.main.session->endpoint;
        if (attempt.main.session->not_tried != NotTried::tried)
            continue;
        if (endpoint.port != kRelay || endpoint.address.scope() != AddressScope::global ||
            !stalls_early(attempt.main))
            return false;
        // Another conversation has come to nothing, too; of a silent server that with a proxy's header, the
        // last that is tried.
        const auto* again = trial_with(*assessment.facts, Purpose::fresh_session, endpoint);
        const auto* header = trial_with(*assessment.facts, Purpose::proxy_header, endpoint);
        const bool twice = again != nullptr ? stalls_early(SessionView(*again))
                                            : header != nullptr && stalls_early(SessionView(*header));
        if (!twice)
            return false;
        ++stalled;
    }
    return stalled > 0;
}

const Session* trial_with(const Facts& facts, Purpose purpose, const Endpoint& endpoint)
{
    for (const auto& experiment : facts.experiments) {
        const auto* session = std::get_if<Session>(&experiment.what);
        if (session != nullptr && experiment.purpose == purpose &&
            session->endpoint.address == endpoint.address && session->endpoint.port == endpoint.port)
            return session;
    }
    return nullptr;
}

const Session* trial_without_hello(const Facts& facts, const Endpoint& endpoint)
{
    for (const auto& experiment : facts.experiments) {
        const auto* session = std::get_if<Session>(&experiment.what);
        if (session == nullptr || experiment.purpose != Purpose::fresh_session ||
            session->endpoint.address != endpoint.address || session->endpoint.port != endpoint.port)
            continue;
        const auto& events = session->transcript;
        const auto said = std::find_if(events.begin(), events.end(), [](const Event& event) {
            return std::holds_alternative<Sent>(event.what);
        });
        if (said != events.end() && std::get<Sent>(said->what).step == Step::quit)
            return session;
    }
    return nullptr;
}

const Session* trial_after_small_segments(const Facts& facts, const Endpoint& endpoint)
{
    bool small = false;
    for (const auto& experiment : facts.experiments) {
        const auto* session = std::get_if<Session>(&experiment.what);
        if (session == nullptr || session->endpoint.address != endpoint.address ||
            session->endpoint.port != endpoint.port)
            continue;
        if (small && experiment.purpose == Purpose::fresh_session)
            return session;
        small = small || experiment.purpose == Purpose::small_segments;
    }
    return nullptr;
}

} // namespace smtpprobe
