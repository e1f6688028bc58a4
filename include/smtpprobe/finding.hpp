// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "smtpprobe/names.hpp"
#include "smtpprobe/step.hpp"

namespace smtpprobe {

/// How much a finding weighs.
enum class Severity : std::uint8_t {
    note,    ///< worth knowing; nothing to do
    warning, ///< mail flows for most senders
    problem, ///< mail does not flow, or not safely
};

template <> struct Names<Severity> {
    static constexpr std::string_view all[] = {"note", "warning", "problem"};
    static constexpr Severity last = Severity::problem;
};

/// Who must act.
enum class Actor : std::uint8_t {
    you_message,     ///< you: change the message or its address
    you_setup,       ///< you: change your client, server or machine
    your_provider,   ///< whoever runs the server that you send through
    your_isp,        ///< whoever runs your network
    recipient,       ///< the person who should get the mail
    recipient_admin, ///< whoever runs the receiving side
    nobody_retry,    ///< nobody: it passes by itself
    unknown,
};

template <> struct Names<Actor> {
    static constexpr std::string_view all[] = {"you-message", "you-setup",       "your-provider", "your-isp",
                                               "recipient",   "recipient-admin", "nobody-retry",  "unknown"};
    static constexpr Actor last = Actor::unknown;
};

/// When trying again makes sense.
enum class Retry : std::uint8_t {
    later,     ///< minutes to hours: it may pass by itself
    after_fix, ///< only after somebody changed something
    never,     ///< final
    unneeded,  ///< nothing failed
    unknown,
};

template <> struct Names<Retry> {
    static constexpr std::string_view all[] = {"later", "after-fix", "never", "unneeded", "unknown"};
    static constexpr Retry last = Retry::unknown;
};

/// How sure a statement is.
enum class Confidence : std::uint8_t { guess, likely, sure };

template <> struct Names<Confidence> {
    static constexpr std::string_view all[] = {"guess", "likely", "sure"};
    static constexpr Confidence last = Confidence::sure;
};

/// An explanation or a check, applied to what was seen. Texts are plain, one sentence or a few, and
/// safe to print: server bytes in them are escaped already.
struct Finding {
    std::string id; ///< stable: `tls.certificate-expired`
    Severity severity = Severity::note;
    std::string where;         ///< `mx.example.com [192.0.2.1]:25`, a domain, a lookup; may be empty
    std::string title;         ///< a few words
    std::string seen;          ///< the evidence
    std::string expected = {}; ///< what would have been seen if all were well; may be empty
    std::string means;
    Actor who = Actor::unknown;
    Retry retry = Retry::unknown;
    std::vector<std::string> fix;
    std::vector<std::string> source; ///< `RFC 5321 4.2.3`
    Confidence confidence = Confidence::sure;
    std::string decided_by;   ///< which evidence decided: `enhanced status`, `code and step`, `fault`,
                              ///< `observation`, or the experiments: `587 of the same host, 3 controls`
    std::optional<Step> step; ///< where in the conversation; none for what is not of one step
    std::string part_of;      ///< id of the finding that this one follows from; empty for none
    friend bool operator==(const Finding&, const Finding&) = default;
};

} // namespace smtpprobe
