// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "diagnosis/findings.hpp"
#include "diagnosis/session_view.hpp"
#include "smtpprobe/report.hpp"

namespace smtpprobe {

/// One endpoint: its conversation, and the repeat without TLS where TLS had failed.
struct Attempt {
    SessionView main;
    std::optional<SessionView> in_clear;

    /// The conversation that decides about mail.
    const SessionView& effective() const { return in_clear && in_clear->alive() ? *in_clear : main; }
};

/// All attempts, and what a sending server that walks them in order would come to.
struct Assessment {
    const Facts* facts = nullptr;
    std::vector<Attempt> attempts;     ///< in the route's order
    const Attempt* decisive = nullptr; ///< none where there was no endpoint
    EndpointState result = EndpointState::untried;

    bool mail_flows() const
    {
        return result == EndpointState::works || result == EndpointState::some_refused;
    }
    /// What a failure beside the decisive one weighs.
    Severity failure_weight() const { return mail_flows() ? Severity::warning : Severity::problem; }
};

Assessment assess(const Facts& facts);

// Each looks at one side of the facts and adds its findings.

void find_in_route(const Assessment& assessment, Findings& findings);
void find_in_sessions(const Assessment& assessment, Findings& findings);
void find_in_protocol(const SessionView& view, Findings& findings);
void find_in_tls(const SessionView& view, Instant now, bool strict, Findings& findings);
/// What binds several endpoints together: some dead, one family dead, no network here.
void find_across_endpoints(const Assessment& assessment, Findings& findings);

} // namespace smtpprobe
