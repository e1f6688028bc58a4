// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "diagnosis/checks.hpp"

namespace smtpprobe {

/// Judges what one server said to the checks.
class CheckFindings {
public:
    CheckFindings(const Facts& facts, const SessionView& server, Findings& findings);

    void find(Check check);

private:
    void relay();     // relay_findings.cpp
    void smuggling(); // smuggling_findings.cpp
    void vrfy();
    void catch_all();
    void postmaster();
    void null_sender();
    void starttls();
    void size();

    Finding& add(std::string_view id, Severity severity, std::string seen, Step step);
    void unanswered(const std::string& why);
    /// The one conversation of this check; null where there was none, which is told.
    const Session* only_session();
    static std::string why_cut_short(const SessionView& view);
    static bool is_about_recipient(const Received& refusal);
    static bool speaks_of_mechanism(const Received& answer);

    const Facts& facts_;
    const SessionView& server_;
    Findings& findings_;
    Check check_{};
};

} // namespace smtpprobe
