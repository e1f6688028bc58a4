// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "diagnosis/assessment.hpp"
#include "diagnosis/dns_view.hpp"

namespace smtpprobe {

/// What is to be found of our own name server. Gives the id of the finding that makes every lookup of ours
/// worthless; empty where there is none.
std::string find_in_resolver(const Assessment& assessment, const DnsView& view, Findings& findings);

/// The name servers that were asked, as they are shown: `192.0.2.53`, or where they stand.
std::string own_servers_text(const DnsView& view);
/// `MX of example.com`
std::string question_text(const Lookup& lookup);
/// What came back, in a word or two: `SERVFAIL`, `no answer`, `2 records`.
std::string came_of(const Lookup& lookup);
/// Puts a name into the fix steps in place of that word. A name that is not plain stays out.
void name_in_steps(Finding& finding, const std::string& word, const std::string& name);

} // namespace smtpprobe
