// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "smtpprobe/cause.hpp"
#include "smtpprobe/fault.hpp"
#include "smtpprobe/finding.hpp"
#include "smtpprobe/lookup.hpp"
#include "smtpprobe/reply.hpp"
#include "smtpprobe/route.hpp"
#include "smtpprobe/step.hpp"

namespace smtpprobe {

/// An entry of the catalogue: what a reply, a failure or an observation means. All texts are static.
struct Explanation {
    std::string_view id; ///< stable, unique: `status.5.7.1`, `code.rcpt.550`, `fault.connect.refused`
    Cause kind = Cause::unknown;
    Actor who = Actor::unknown;
    Retry retry = Retry::unknown;
    std::string_view vendor;                  ///< whose wording it is, `Gmail`; empty for everybody's
    bool follow_on = false;                   ///< only follows from an earlier refusal in the session
    std::string_view title;                   ///< a few words, no final full stop
    std::string_view means;                   ///< one to three sentences
    std::string_view cause;                   ///< the likely cause; may be empty
    std::string_view expected = {};           ///< what would be seen if all were well; may be empty
    std::span<const std::string_view> fix;    ///< steps in their order
    std::span<const std::string_view> source; ///< `RFC 5321 4.2.3`
    std::string_view example; ///< a reply line (or what else it explains) that selects this entry
};

/// Which evidence chose the entry, strongest first.
enum class DecidedBy : std::uint8_t {
    vendor_token,
    vendor_words,
    generic_words,
    enhanced_status,
    code_and_step,
    code_class,
    fault,
    nothing ///< neither words nor code are known
};

template <> struct Names<DecidedBy> {
    static constexpr std::string_view all[] = {"vendor token",    "vendor's words", "generic words",
                                               "enhanced status", "code and step",  "code class",
                                               "fault",           "nothing"};
    static constexpr DecidedBy last = DecidedBy::nothing;
};

/// What there is to explain a reply by. All but the words may be missing: a log or a bounce seldom
/// tells everything.
struct ReplyEvidence {
    std::optional<Step> step = {};
    int code = 0; ///< 200 to 599; 0 where there is none
    std::optional<EnhancedStatus> status = {};
    std::string words = {}; ///< raw bytes, without code and status

    /// One reply in one line: `550 5.1.1 text`, `5.1.1 text`, `RCPT 550 text`, or bare words.
    static ReplyEvidence parse(std::string_view line);
};

struct Explained {
    const Explanation* entry = nullptr; ///< never null; lives as long as the program
    DecidedBy decided_by = DecidedBy::code_class;
    Confidence confidence = Confidence::guess;
};

/// What this means, so far as it can be known. Total.
Explained explain(const ReplyEvidence& evidence);
/// What this reply means at this step. Total.
Explained explain(Step step, const Reply& reply);
/// What this failure means at this step. Total.
Explained explain(Step step, const Fault& fault);
/// What this outcome of a lookup means (NXDOMAIN, SERVFAIL …) for that record type. Total.
Explained explain(const Lookup& lookup);
/// The entry of that id, or nullptr: for findings that are no reply (`tls.certificate-expired`).
const Explanation* find_explanation(std::string_view id);
/// Every entry, in the order of the catalogue.
std::span<const Explanation* const> all_explanations();

} // namespace smtpprobe
