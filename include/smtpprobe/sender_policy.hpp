// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "smtpprobe/address.hpp"
#include "smtpprobe/names.hpp"

namespace smtpprobe {

/// What SPF says of an address that sends for a domain (RFC 7208 section 2.6).
enum class PolicyResult : std::uint8_t { none, neutral, pass, fail, softfail, temperror, permerror };

template <> struct Names<PolicyResult> {
    static constexpr std::string_view all[] = {"none",     "neutral",   "pass",     "fail",
                                               "softfail", "temperror", "permerror"};
    static constexpr PolicyResult last = PolicyResult::permerror;
};

/// A flaw of an SPF record, or of one that it includes. Each is told once a record.
enum class PolicyFlaw : std::uint8_t {
    several_records,  ///< two or more `v=spf1` (RFC 7208 4.5): permerror
    syntax,           ///< a term that cannot be read (4.6): permerror
    too_many_lookups, ///< more than 10 terms that ask DNS (4.6.4): permerror
    too_many_voids,   ///< more than 2 lookups without an answer (4.6.4): permerror
    include_without,  ///< include: of a domain without SPF record (5.2): permerror
    redirect_without, ///< redirect= to a domain without SPF record (6.1): permerror
    loop,             ///< a record that includes itself
    passes_all,       ///< `+all`: everybody may send
    no_all,           ///< neither `all` nor `redirect=`: ends in neutral
    uses_ptr,         ///< the ptr mechanism: should not be used (5.5)
    too_many_mx,      ///< an mx mechanism that leads to more than 10 hosts (4.6.4)
    lookup_failed,    ///< DNS failed on the way: temperror
    behind_all,       ///< terms behind `all` that are never reached (5.1)
    long_record,      ///< over 450 octets: may not fit a DNS answer over UDP (3.4)
    ignored_term,     ///< `include=` and the like: read as an unknown modifier, without effect (6)
};

template <> struct Names<PolicyFlaw> {
    static constexpr std::string_view all[] = {
        "several-records",  "syntax",        "too-many-lookups", "too-many-voids", "include-without",
        "redirect-without", "loop",          "passes-all",       "no-all",         "uses-ptr",
        "too-many-mx",      "lookup-failed", "behind-all",       "long-record",    "ignored-term"};
    static constexpr PolicyFlaw last = PolicyFlaw::ignored_term;
};

/// A flaw, and where it stands.
struct PolicyNote {
    PolicyFlaw flaw{};
    std::string domain; ///< whose record it is
    std::string detail; ///< the term, the lookup's outcome; raw, may be empty
    friend bool operator==(const PolicyNote&, const PolicyNote&) = default;
};

/// check_host() of RFC 7208, and what was seen on the way.
struct PolicyCheck {
    std::string domain;
    std::string sender; ///< `postmaster@domain` where the null sender was meant (2.4)
    IpAddress address;  ///< who would send; 0.0.0.0 where only the record is looked at
    PolicyResult result = PolicyResult::none;
    std::string record;    ///< of the domain itself, its strings joined; raw, at most 4096 bytes
    std::string matched;   ///< the term that decided, with the domain it stands in: `-all of example.com`
    std::string explained; ///< of exp=, for fail; raw
    std::vector<PolicyNote> notes;
    int lookups = 0; ///< that count against the limit of 10
    int voids = 0;   ///< that count against the limit of 2
    friend bool operator==(const PolicyCheck&, const PolicyCheck&) = default;
};

} // namespace smtpprobe
