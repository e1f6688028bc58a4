// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/spf_check.hpp"
#include "policy/spf_macro.hpp"
#include "policy/spf_record.hpp"

namespace smtpprobe {

/// An answer that was heard, and the SPF records in it.
struct SpfAnswer {
    Lookup lookup;
    std::vector<std::string> texts;  ///< of TXT: those that are SPF records
    std::optional<SpfRecord> record; ///< the only one of them
};

/// All that was heard so far, by name (lower case) and type.
using SpfAnswers = std::map<std::pair<std::string, RecordType>, SpfAnswer>;

/// check_host() from its beginning, over the answers so far. Where one is missing it notes the question and
/// gives up; whoever has asked begins anew. That costs a few dozen short runs, and keeps the rules readable
/// as they stand in the RFC: a function that calls itself for include and redirect.
class SpfEvaluation {
public:
    SpfEvaluation(const SpfQuery& query, const SpfAnswers& answers);

    /// The outcome; nothing where answers are missing: see needed().
    std::optional<PolicyCheck> run();
    const std::vector<Question>& needed() const { return needed_; }

private:
    enum class Match { no, yes, pending, temperror, permerror };
    /// One record that is being evaluated.
    struct Frame {
        std::string domain;
        const SpfRecord* record = nullptr;
        bool main = true; ///< the asked domain's, or one that it redirects to: not an included one
    };
    using Result = std::optional<PolicyResult>; ///< nothing: pending

    Result check_host(const std::string& domain, bool main);
    Result evaluate(const Frame& frame);
    Result decided(const Frame& frame, const SpfTerm& term);
    Result redirected(const Frame& frame);
    Result walked(PolicyResult result);
    void note_flaws(const Frame& frame, std::string_view text);

    Match match(const Frame& frame, const SpfTerm& term);
    Match match_include(const Frame& frame, const SpfTerm& term);
    Match match_a(const Frame& frame, const SpfTerm& term);
    Match match_mx(const Frame& frame, const SpfTerm& term);
    Match match_mx_hosts(const Frame& frame, const SpfTerm& term, const Lookup& hosts);
    Match match_ptr(const Frame& frame, const SpfTerm& term);
    Match match_exists(const Frame& frame, const SpfTerm& term);
    Match failed(const Frame& frame, const Lookup& lookup);
    Match error(PolicyResult result);

    /// Counts a term that asks DNS; false where it is one too many to go on.
    bool count_term(const Frame& frame, const SpfTerm* term);
    /// Counts a lookup without answer; false where it is one too many.
    bool count_void(const Frame& frame, std::string_view what);

    /// Nothing while it is pending.
    const SpfAnswer* ask(const std::string& name, RecordType type);
    /// The names of the address that lead back to it; nothing while pending.
    std::optional<std::vector<std::string>> validated_names();
    /// What stands for the letters in this frame; nothing while pending.
    std::optional<MacroValues> values(const Frame& frame, std::string_view domain_spec);
    /// The term's domain: nothing in the pair where none comes of it.
    std::optional<std::optional<std::string>> domain_of(const Frame& frame, std::string_view domain_spec);
    /// Without an address and a user some names cannot be known.
    bool unknowable(std::string_view domain_spec) const;
    bool explain(const Frame& frame);
    void note(PolicyFlaw flaw, const std::string& domain, std::string_view detail);

    const SpfQuery& query_;
    const SpfAnswers& answers_;
    bool walking_;
    RecordType address_type_;
    PolicyCheck check_;
    std::vector<Question> needed_;
    std::vector<std::string> path_; ///< domains whose records are being evaluated
    bool permerror_ = false;        ///< of a walk
    bool temperror_ = false;
    std::optional<Frame> failing_; ///< whose exp= explains the fail
};

/// As it is counted and written: `TXT of example.com: timed-out`.
std::string spf_lookup_text(const Lookup& lookup);

} // namespace smtpprobe
