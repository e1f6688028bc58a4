// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "smtpprobe/lookup.hpp"

namespace smtpprobe {

/// What a query says that it can take over UDP (DNS flag day 2020: this fits every path's MTU).
inline constexpr std::uint16_t kEdnsPayload = 1232;
/// Records of one answer that are read; more are left unread. 64 KiB hold some 4,000.
inline constexpr std::size_t kMaxRecords = 4096;

/// NS records and glue of one answer that are kept.
inline constexpr std::size_t kMaxReferral = 64;
/// Bytes of an Extended DNS Error's text that are kept.
inline constexpr std::size_t kMaxExtendedText = 256;

/// What a query asks for beside its question.
struct QueryFlags {
    bool edns = true;               ///< an OPT record at its end
    bool recursion = true;          ///< RD
    bool checking_disabled = false; ///< CD (RFC 4035 3.2.2)
    bool signatures = false;        ///< DO (RFC 3225); needs the OPT record
};

/// The bytes of a query. AD is set (RFC 6840 5.7: it asks for the AD bit of the answer). Nothing where
/// the name cannot be written: an empty label, one over 63 octets, or over 253 in all.
std::optional<std::string> encode_query(const Question& question, std::uint16_t id, const QueryFlags& flags);

/// An answer as it stands in the packet.
struct DnsAnswer {
    int rcode = 0; ///< 12 bits, with those of OPT
    bool truncated = false;
    bool authenticated = false;
    bool authoritative = false;
    bool edns = false;                         ///< it has an OPT record
    std::vector<Record> records;               ///< the answer section; types that are not ours are left out
    std::optional<std::uint32_t> negative_ttl; ///< from the SOA of the authority section (RFC 2308)
    int extended_error = -1;      ///< INFO-CODE of the first Extended DNS Error (RFC 8914), or -1
    std::string extended_text;    ///< the first EXTRA-TEXT that is not empty; raw
    std::vector<Record> referral; ///< NS of the authority section, and addresses of these names
};

/// How much of an answer is read: who refers to whom interests only where an authoritative server is asked.
enum class ReadDepth { answer, referral };

/// Reads any bytes; nothing where they are not an answer to that question. A truncated answer may end
/// anywhere: only its header and question are read.
std::optional<DnsAnswer> decode_answer(std::string_view bytes, const Question& question,
                                       ReadDepth depth = ReadDepth::answer);

/// Can this be an answer to a query at all? Tells rubbish from answers that come late.
bool looks_like_answer(std::string_view bytes);

} // namespace smtpprobe
