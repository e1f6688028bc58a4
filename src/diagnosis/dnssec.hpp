// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "diagnosis/dns_view.hpp"

namespace smtpprobe {

/// What an RRSIG record says (RFC 4034 section 3.1).
struct Signature {
    unsigned covered = 0; ///< number of the type that it signs
    unsigned algorithm = 0;
    std::uint32_t expiration = 0; ///< seconds since 1970
    std::uint32_t inception = 0;
    std::uint16_t key_tag = 0;
    std::string signer; ///< the zone; lower case, no final dot
};

/// Of the record's data in hex; nothing where it ends too early.
std::optional<Signature> read_signature(std::string_view hex);
/// Of a DNSKEY's data in hex (RFC 4034 appendix B).
std::uint16_t key_tag(std::string_view hex);

/// Why a zone's DNSSEC does not hold.
enum class DnssecFault {
    expired,
    not_yet_valid,
    ds_mismatch, ///< the parent's DS names no key that the zone has
    not_signed,  ///< the parent says that it is signed, and it is not
    unknown,     ///< the resolver rejects it; what we can see does not say why
};

struct DnssecJudgement {
    DnssecFault fault = DnssecFault::unknown;
    std::string zone;
    std::string seen; ///< safe to print
    std::string decided_by;
};

/// The zone whose signatures count for a question; empty where that is not known yet.
std::string signing_zone(const DnsView& view, const Doubt& doubt);
/// Can it be DNSSEC for which the resolver fails? Not where the parent says that the zone is not signed, or
/// nothing speaks of signatures at all.
bool dnssec_may_matter(const DnsView& view, const Doubt& doubt);
/// Is DNSSEC at fault? Only where the answer is there as soon as it is not checked, or where a name server's
/// own answer has a flaw that can be seen.
std::optional<DnssecJudgement> judge_dnssec(const DnsView& view, const Doubt& doubt);

} // namespace smtpprobe
