// SPDX-License-Identifier: Apache-2.0
// Conversations that stalled or died: what the experiments say of why. The failure itself is told
// already; where more is known, it becomes part of its cause.
#include "base/printable.hpp"
#include "diagnosis/evidence.hpp"
#include "diagnosis/stall_case.hpp"

namespace smtpprobe {
namespace {

/// Did it get past the place where the first one broke?
bool got_past(const Tried& trial, StallPlace place)
{
    if (!trial.welcomed() || trial.view->broken != nullptr)
        return false;
    switch (place) {
    case StallPlace::before_greeting: return true;
    case StallPlace::at_hello:
    case StallPlace::at_starttls: return trial.view->hello != nullptr;
    case StallPlace::in_handshake: return trial.encrypted();
    case StallPlace::behind_tls: return trial.encrypted() && trial.view->hello_behind_tls;
    }
    return false;
}

/// Small packets helped where large ones did not: for their size, or since time had passed?
bool small_packets(StallCase& stalled, const Stall& stall)
{
    const auto small = stalled.tried(Purpose::small_segments);
    if (!got_past(small, stall.place))
        return false;
    const auto seen = stalled.seen_twice() + "; with packets of 576 bytes at most it goes through";
    // What fits into a small packet does not get lost by its size.
    if (stall.place == StallPlace::at_hello && octets_of(small.view->hello->reply) <= kSmallSegment)
        return stalled.cause("session.fails-at-times",
                             seen + ", and the whole reply has " +
                                 std::to_string(octets_of(small.view->hello->reply)) + " bytes",
                             "a third session");
    const auto again = stalled.tried_after_small_segments();
    if (got_past(again, stall.place))
        return stalled.cause("session.fails-at-times", seen + "; and then, as usual, too",
                             "sessions with small packets and, behind it, with usual ones");
    if (!again)
        return stalled.cause("session.large-packets-lost", seen, kBySmallPackets, Confidence::likely);
    return stalled.cause("session.large-packets-lost", seen + "; and then, as usual: " + again.seen(),
                         "sessions with small packets, and with usual ones before and after",
                         stall.kind == StallKind::silent ? Confidence::sure : Confidence::likely);
}

/// Is it EHLO that ends the conversation, or does the server hang up whatever is said?
bool without_hello(StallCase& stalled)
{
    const auto quitting = stalled.tried_without_hello();
    if (!quitting.welcomed())
        return false;
    if (quitting.view->quit_broken != nullptr)
        return stalled.cause("session.closed-after-greeting",
                             stalled.seen_twice() + "; a session that says QUIT at once ends so too",
                             "a session that said QUIT in place of EHLO", Confidence::likely);
    stalled.confirm("the fault, a second session, and one where QUIT in place of EHLO was answered");
    return true;
}

bool at_hello(StallCase& stalled, const Stall& stall)
{
    if (find_at_times(stalled, stall.place) || small_packets(stalled, stall))
        return true;
    if (!stalled.tried(Purpose::fresh_session))
        return false;
    if (stall.kind != StallKind::silent)
        return without_hello(stalled);
    const auto small = stalled.tried(Purpose::small_segments);
    return stalled.cause("session.hello-lost",
                         stalled.seen_twice() + (small ? "; with small packets: " + small.seen() : ""),
                         kBySecondSession, Confidence::likely);
}

bool in_handshake(StallCase& stalled, const Stall& stall)
{
    if (find_at_times(stalled, stall.place) || small_packets(stalled, stall))
        return true;
    const auto small = stalled.tried(Purpose::small_segments);
    if (!small)
        return false;
    return stalled.cause(
        stall.kind == StallKind::silent ? "session.handshake-swallowed" : "session.handshake-cut",
        stalled.seen_twice() + "; with small packets: " + small.seen(), kBySmallPackets, Confidence::likely);
}

/// The first line that came in place of a handshake; such servers go on to complain of every byte of it.
std::string answered_to_tls(const StallCase& stalled)
{
    const std::string_view bytes = stalled.view().broken->fault.detail;
    if (!looks_like_reply(bytes))
        return stalled.seen();
    return "the TLS handshake is answered with: " +
           printable(bytes.substr(0, bytes.find_first_of("\r\n")), 200);
}

bool in_implicit_handshake(StallCase& stalled, const Stall& stall)
{
    const auto plain = stalled.tried(Purpose::without_tls);
    if (plain.greeted()) {
        stalled.cause("smtp.plain-smtp-expected",
                      answered_to_tls(stalled) + greeted_when("it is spoken to in plain", plain), kInPlain);
        // RFC 8314 gives that port to TLS from the first byte: whoever asks there for it is right.
        if (stalled.endpoint().port == 465)
            stalled.acts(Actor::recipient_admin);
        return true;
    }
    if (const auto other = plain.stall(); other && other->kind == StallKind::foreign) {
        const auto& broken = *plain.view->broken;
        return stalled.cause(protocol_of(broken.partial.empty() ? broken.fault.detail : broken.partial),
                             stalled.seen() + "; in plain: " + plain.seen(), kInPlain);
    }
    if (find_at_times(stalled, stall.place) || small_packets(stalled, stall))
        return true;
    if (!plain || stall.kind != StallKind::silent)
        return false;
    return stalled.cause("session.no-greeting", stalled.seen() + "; in plain: " + plain.seen(), kInPlain,
                         Confidence::likely);
}

bool behind_tls(StallCase& stalled, const Stall& stall)
{
    if (find_at_times(stalled, stall.place))
        return true;
    const bool confirmed = static_cast<bool>(stalled.tried(Purpose::fresh_session));
    return stalled.cause(stall.implicit ? "session.tls-without-smtp" : "session.cut-behind-tls",
                         stalled.seen_twice(), confirmed ? kBySecondSession : "the fault",
                         confirmed ? Confidence::likely : Confidence::guess);
}

bool find_cause(StallCase& stalled, const Stall& stall)
{
    if (stall.kind == StallKind::unfinished)
        return stalled.cause("session.reply-unfinished", stalled.seen(), "the bytes that came",
                             Confidence::likely);
    switch (stall.place) {
    case StallPlace::before_greeting: return find_before_greeting(stalled, stall);
    case StallPlace::at_hello: return stall.kind != StallKind::foreign && at_hello(stalled, stall);
    case StallPlace::at_starttls: return find_at_times(stalled, stall.place);
    case StallPlace::in_handshake:
        if (stall.implicit)
            return in_implicit_handshake(stalled, stall);
        if (stall.kind == StallKind::foreign)
            return stalled.cause("session.starttls-unfulfilled", stalled.seen(), "the bytes that came");
        return in_handshake(stalled, stall);
    case StallPlace::behind_tls: return stall.kind != StallKind::foreign && behind_tls(stalled, stall);
    }
    return false;
}

/// Postfix waits for the header a few seconds, and then says 421.
void find_late_refusal(StallCase& stalled)
{
    const auto header = stalled.tried(Purpose::proxy_header);
    if (header.welcomed() && !header.refuses_preamble() && stalled.view().greeting->reply.code_class() == 4)
        stalled.cause("session.proxy-header-awaited",
                      answer_seen(*stalled.view().greeting) +
                          greeted_when("a PROXY header comes first", header),
                      kByProxyHeader, header.takes_preamble() ? Confidence::sure : Confidence::likely);
}

} // namespace

bool find_at_times(StallCase& stalled, StallPlace place)
{
    const auto again = stalled.tried(Purpose::fresh_session);
    if (got_past(again, place))
        return stalled.cause("session.fails-at-times", stalled.seen() + "; a second session went through",
                             kBySecondSession);
    if (again.greeted() && !again.welcomed()) // it says why, this time
        return stalled.cause(explain(Step::greeting, again.view->greeting->reply),
                             stalled.seen() + "; a second session: " + again.seen(), kBySecondSession);
    return false;
}

namespace {

/// What keeps conversations from beginning here may do so to all servers.
void find_stalled_here(const Assessment& assessment, Findings& findings)
{
    if (!all_stall_early(assessment))
        return;
    std::string heard;
    std::string silent;
    for (const auto& experiment : assessment.facts->experiments) {
        const auto* contact = std::get_if<Contact>(&experiment.what);
        if (contact == nullptr || experiment.purpose != Purpose::control || contact->fault ||
            contact->port != 25)
            continue;
        auto& list = contact->greeting.empty() ? silent : heard;
        list += (list.empty() ? "" : ", ") +
                printable(contact->host.empty() ? contact->address.text() : contact->host, 100);
    }
    constexpr std::string_view kId = "session.stalled-here";
    const auto is_symptom = [&](const Finding& finding) {
        return finding.part_of.empty() && finding.severity == Severity::problem &&
               std::any_of(assessment.attempts.begin(), assessment.attempts.end(),
                           [&](const Attempt& attempt) { return finding.where == attempt.main.where(); });
    };
    if (!heard.empty())
        return;
    std::string places;
    for (auto& finding : findings.all()) {
        if (!is_symptom(finding))
            continue;
        if (silent.empty()) {
            // Nobody else was asked: it may be our own network as well.
            if (finding.confidence != Confidence::sure)
                finding.who = Actor::unknown;
            continue;
        }
        places += (places.empty() ? "" : ", ") + finding.where;
        finding.part_of = kId;
    }
    if (places.empty())
        return;
    auto& finding = findings.add(
        kId, {Severity::problem, places,
              "connections are taken, and no conversation begins; at the controls neither: " + silent,
              assessment.decisive->effective().decided_at});
    finding.decided_by = "controls that take the connection and do not greet";
    finding.confidence = Confidence::likely;
}

} // namespace

void find_stalls(const Assessment& assessment, Findings& findings)
{
    for (const auto& attempt : assessment.attempts) {
        StallCase stalled(*assessment.facts, attempt.main, findings);
        if (const auto stall = stall_of(attempt.main)) {
            if (!find_cause(stalled, *stall) && stalled.tried(Purpose::fresh_session))
                stalled.confirm("the fault, and that a second session ended so too");
        } else if (attempt.main.greeting != nullptr) {
            find_late_refusal(stalled);
        }
    }
    find_stalled_here(assessment, findings);
}

} // namespace smtpprobe
