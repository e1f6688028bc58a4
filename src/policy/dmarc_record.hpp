// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "smtpprobe/lookup.hpp"
#include "smtpprobe/names.hpp"

namespace smtpprobe {

/// What receivers are asked to do with mail that fails (RFC 7489 section 6.3, tag p).
enum class DmarcPolicy : std::uint8_t { none, quarantine, reject };

template <> struct Names<DmarcPolicy> {
    static constexpr std::string_view all[] = {"none", "quarantine", "reject"};
    static constexpr DmarcPolicy last = DmarcPolicy::reject;
};

enum class DmarcFlaw : std::uint8_t {
    several_records, ///< two or more: receivers apply none of them (6.6.3)
    no_policy,       ///< no tag p: ignored, or taken for p=none where rua= is right (6.6.3)
    policy_late,     ///< p does not follow v at once (6.4)
    bad_policy,      ///< p or sp is not none, quarantine or reject
    bad_value,       ///< another tag's value cannot be read
    unknown_tag,     ///< a tag that no standard knows: ignored
    repeated_tag,    ///< the same tag twice
    bad_syntax,      ///< a part that is no `tag=value`
    report_not_mail, ///< an address of rua or ruf is not a mailto: URI
    report_outside,  ///< reports go to another organisation: it must consent in DNS (7.1)
    no_reports,      ///< no rua: nobody learns what fails
    only_watching,   ///< p=none: forged mail is delivered
    part_only,       ///< pct below 100
};

template <> struct Names<DmarcFlaw> {
    static constexpr std::string_view all[] = {
        "several-records", "no-policy",     "policy-late", "bad-policy",      "bad-value",
        "unknown-tag",     "repeated-tag",  "bad-syntax",  "report-not-mail", "report-outside",
        "no-reports",      "only-watching", "part-only"};
    static constexpr DmarcFlaw last = DmarcFlaw::part_only;
};

struct DmarcNote {
    DmarcFlaw flaw{};
    std::string detail; ///< the tag, value or address; raw, at most 200 bytes
    friend bool operator==(const DmarcNote&, const DmarcNote&) = default;
};

/// What `_dmarc.DOMAIN` says.
struct Dmarc {
    bool found = false;   ///< a record that begins with `v=DMARC1`
    std::string record;   ///< the first one; raw
    bool applies = false; ///< receivers can use it
    DmarcPolicy policy = DmarcPolicy::none;
    DmarcPolicy subdomain_policy = DmarcPolicy::none; ///< sp, or else p
    bool strict_spf = false;                          ///< aspf=s
    bool strict_dkim = false;                         ///< adkim=s
    std::vector<std::string> outside; ///< domains whose consent reports need; see consent_name()
    std::vector<DmarcNote> notes;     ///< at most kMaxDmarcNotes
    friend bool operator==(const Dmarc&, const Dmarc&) = default;
};

inline constexpr std::size_t kMaxDmarcNotes = 24;

/// Reads the TXT records of `_dmarc.domain` (RFC 7489 section 6.6.3). Total: any bytes.
Dmarc read_dmarc(std::string_view domain, const std::vector<Record>& records);

/// Does the TXT record begin with `v=DMARC1`?
bool is_dmarc_record(std::string_view text);

/// Where `other` says that it takes reports about `domain` (RFC 7489 section 7.1).
std::string consent_name(std::string_view domain, std::string_view other);

/// The organisational domain of a name, as well as can be told without the public suffix list: the last two
/// labels, or three below a registry such as co.uk.
std::string organisational_domain(std::string_view name);

} // namespace smtpprobe
