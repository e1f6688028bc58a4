// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "diagnosis/findings.hpp"
#include "diagnosis/session_view.hpp"
#include "smtpprobe/report.hpp"

namespace smtpprobe {

/// One endpoint: its conversation, the repeat without TLS where TLS had failed, and the last visit after
/// a wait where the server had said "later".
struct Attempt {
    SessionView main;
    std::optional<SessionView> in_clear = {};
    std::optional<SessionView> later = {};

    /// What a sending server's first attempt comes to.
    const SessionView& at_first() const { return in_clear && in_clear->alive() ? *in_clear : main; }
    /// Did the wait end in a yes or a no?
    bool settled_later() const { return later && later->alive() && later->state != EndpointState::defers; }
    /// The conversation that decides about mail.
    const SessionView& effective() const { return settled_later() ? *later : at_first(); }
};

/// All attempts, and what a sending server that walks them in order would come to.
struct Assessment {
    const Facts* facts = nullptr;
    std::vector<Attempt> attempts;     ///< in the route's order
    const Attempt* decisive = nullptr; ///< none where there was no endpoint
    EndpointState result = EndpointState::untried;
    bool passes_by_itself = false; ///< put off, and every mail server's next attempts get through

    bool mail_flows() const
    {
        return result == EndpointState::works || result == EndpointState::some_refused;
    }
    /// What a failure beside the decisive one weighs.
    Severity failure_weight() const
    {
        return mail_flows() || passes_by_itself ? Severity::warning : Severity::problem;
    }
};

Assessment assess(const Facts& facts);

// Each looks at one side of the facts and adds its findings.

void find_in_route(const Assessment& assessment, Findings& findings);
void find_in_sessions(const Assessment& assessment, Findings& findings);
void find_in_protocol(const SessionView& view, Findings& findings);
void find_in_tls(const SessionView& view, Instant now, bool strict, Findings& findings);
/// Why conversations stalled or died, as far as experiments tell; what broke becomes part of it.
void find_stalls(const Assessment& assessment, Findings& findings);
/// Services other than SMTP, known by what they say.
void find_other_protocols(const Assessment& assessment, Findings& findings);
/// Devices on the way that overwrite the conversation, seen in it alone.
void find_masks(const SessionView& view, Findings& findings);
/// Those that show when endpoints, address families and ports are held against each other.
void find_middleboxes(const Assessment& assessment, Findings& findings);
/// One voice behind many addresses: redirected connections, and TLS that is opened on the way.
void find_redirections(const Assessment& assessment, Findings& findings);
/// What replies say together: a wait that helped, refusals that are about us, hosts that disagree.
void find_in_refusals(const Assessment& assessment, Findings& findings);
/// Why endpoints do not connect, as far as experiments tell; what failed becomes part of it.
void find_why_unconnected(const Assessment& assessment, Findings& findings);
/// Without a network no name server is heard either: that follows. After find_in_dns().
void fold_dead_names(Findings& findings);
/// Healthy, but slow on the way.
void find_slow_ways(const Assessment& assessment, Findings& findings);
/// What binds several endpoints together: some dead, one family dead, no network here.
void find_across_endpoints(const Assessment& assessment, Findings& findings);
/// What is not as it should be about the domain's records and its hosts' names, and does not stop mail to it.
void find_in_hygiene(const Assessment& assessment, Findings& findings);
/// What came of --check.
void find_in_checks(const Assessment& assessment, Findings& findings);
/// Why lookups failed: our own resolver, DNSSEC, or the zone's name servers; failed lookups become part of
/// it. To be called last: where the resolver invents addresses, all else follows from that.
void find_in_dns(const Assessment& assessment, Findings& findings);

/// Whose fault is it that names could not be looked up?
enum class DnsBlame { nobody, own_side, domain };
DnsBlame dns_blame(const std::vector<Finding>& findings);

} // namespace smtpprobe
