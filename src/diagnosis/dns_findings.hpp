// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "diagnosis/assessment.hpp"
#include "diagnosis/dns_view.hpp"

namespace smtpprobe {

/// What is to be found of our own name server. Gives the id of the finding that makes every lookup of ours
/// worthless; empty where there is none.
std::string find_in_resolver(const Assessment& assessment, const DnsView& view, Findings& findings);

/// Failed lookups of the name in doubt, and of what lies in that zone, follow from that finding.
void fold_doubt(Findings& findings, const std::string& cause, const Doubt& doubt, const std::string& zone);

// The zone's name servers.

/// Why none of them could be asked, or why the resolver is to blame after all.
void find_in_servers(const DnsView& view, const Doubt& doubt, Severity severity, Findings& findings);
/// Some are dead, others answer.
void find_slow_servers(const DnsView& view, const Doubt& doubt, Findings& findings);
void find_edns_refused(const Doubt& doubt, Findings& findings);

// Words.

/// The name servers that were asked, as they are shown: `192.0.2.53`, or where they stand.
std::string own_servers_text(const DnsView& view);
/// `MX of example.com`
std::string question_text(const Lookup& lookup);
/// What came back, in a word or two: `SERVFAIL`, `no answer`, `2 records`.
std::string came_of(const Lookup& lookup);
/// Puts a name into the fix steps in place of that word. A name that is not plain stays out.
void name_in_steps(Finding& finding, const std::string& word, const std::string& name);

/// Puts zone, name and server into the fix steps; and says so where it is the mail host's zone, not the
/// domain's.
void name_zone(Finding& finding, const std::string& zone, const Doubt& doubt, const Facts& facts);

} // namespace smtpprobe
