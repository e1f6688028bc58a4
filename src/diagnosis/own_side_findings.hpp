// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "diagnosis/findings.hpp"
#include "diagnosis/own_side.hpp"

namespace smtpprobe {

/// What a finding about our own side is made from.
struct OwnView {
    const Facts& facts;
    const OwnSide& own;
    Findings& findings;

    /// `where` is the text of an address of ours, or a name of ours; both go into the fix steps.
    Finding& add(std::string_view id, Severity severity, std::string where, std::string seen,
                 std::string decided_by) const;
};

// Each looks at one side of it.

void find_own_names(const OwnView& view);    ///< PTR, forward confirmation, EHLO name
void find_own_policy(const OwnView& view);   ///< sender domain, SPF, DMARC
void find_own_listings(const OwnView& view); ///< block lists
void find_own_clock(const OwnView& view);
/// Where it is our clock that is wrong, certificates and signatures only look expired. After all else.
void fold_wrong_dates(const Facts& facts, Findings& findings);

/// `no such domain (NXDOMAIN), says 192.0.2.53:53`
std::string outcome_text(const Lookup& lookup);
/// Do these records hold the address?
bool leads_to(const Lookup& lookup, const IpAddress& address);
/// `192.0.2.1, 192.0.2.2 and 3 more`; safe to print.
std::string records_text(const Lookup& lookup);

} // namespace smtpprobe
