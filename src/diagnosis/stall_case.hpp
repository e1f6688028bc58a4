// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "diagnosis/assessment.hpp"
#include "diagnosis/stall.hpp"

namespace smtpprobe {

/// What a conversation that was held as an experiment came to; empty where none was.
struct Tried {
    std::optional<SessionView> view;

    explicit operator bool() const { return view.has_value(); }
    bool greeted() const { return view && view->greeting != nullptr; }
    bool welcomed() const { return greeted() && view->greeting->reply.code_class() == 2; }
    bool encrypted() const { return view && view->tls != nullptr; }
    std::optional<Stall> stall() const { return view ? stall_of(*view) : std::nullopt; }
    bool broke_with(FaultKind kind) const
    {
        return view && view->broken != nullptr && view->broken->fault.kind == kind;
    }
    /// Was what stood before the conversation, a proxy's header, taken without a word? Then QUIT is answered
    /// next. Who knows no such header takes it for a command, and refuses it.
    bool takes_preamble() const;
    bool refuses_preamble() const;
    /// What broke, or how it greets: `silence for 10 s`. There must be a view.
    std::string seen() const;
};

/// One conversation that failed, its symptom among the findings, and what was tried because of it.
class StallCase {
public:
    StallCase(const Facts& facts, const SessionView& view, Findings& findings)
        : facts_(facts), view_(view), findings_(findings)
    {
    }

    const SessionView& view() const { return view_; }
    const Endpoint& endpoint() const { return view_.session->endpoint; }
    Tried tried(Purpose purpose) const;
    /// The session that said QUIT as soon as it was greeted.
    Tried tried_without_hello() const;
    /// As usual, behind small segments.
    Tried tried_after_small_segments() const;
    /// The failure, in words. The view must be broken.
    std::string seen() const;
    /// The same with what came of a second session.
    std::string seen_twice() const;

    /// What the failure is a part of. Always true: something was found.
    bool cause(std::string_view id, std::string what_was_seen, std::string_view decided_by,
               Confidence confidence = Confidence::sure);
    bool cause(const Explained& explained, std::string what_was_seen, std::string_view decided_by);
    /// Nothing new was learnt but this.
    void confirm(std::string_view by);
    /// Of the cause that was found last, somebody else must act than the catalogue says.
    void acts(Actor who) { findings_.all().back().who = who; }

private:
    Finding* symptom();

    const Facts& facts_;
    const SessionView& view_;
    Findings& findings_;
};

/// `; when TLS comes first, it greets with: 220 …`
std::string greeted_when(std::string_view condition, const Tried& trial);
/// The bytes that came in place of a reply, as the fault whose explanation names their protocol.
Explained protocol_of(std::string_view bytes);

inline constexpr std::string_view kBySecondSession = "a second session";
inline constexpr std::string_view kByTlsAtOnce = "a session with TLS from the first byte";
inline constexpr std::string_view kByProxyHeader = "a session that began with a PROXY header";
inline constexpr std::string_view kBySmallPackets = "a session with small packets";
inline constexpr std::string_view kInPlain = "a session without TLS";

/// Before the greeting: was a cause found?
bool find_before_greeting(StallCase& stalled, const Stall& stall);
/// The same again went through, or was answered.
bool find_at_times(StallCase& stalled, StallPlace place);

} // namespace smtpprobe
