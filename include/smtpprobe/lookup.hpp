// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "smtpprobe/address.hpp"
#include "smtpprobe/names.hpp"
#include "smtpprobe/time.hpp"

namespace smtpprobe {

/// The record types that mail asks for. Their numbers on the wire are the dns layer's business.
enum class RecordType : std::uint8_t { a, aaaa, mx, cname, ptr, txt, ns, soa, tlsa, ds, dnskey, rrsig };

template <> struct Names<RecordType> {
    static constexpr std::string_view all[] = {"A",  "AAAA", "MX",   "CNAME", "PTR",    "TXT",
                                               "NS", "SOA",  "TLSA", "DS",    "DNSKEY", "RRSIG"};
    static constexpr RecordType last = RecordType::rrsig;
};

/// A DNS question.
struct Question {
    std::string name; ///< A-labels, no final dot
    RecordType type = RecordType::a;
    friend bool operator==(const Question&, const Question&) = default;
};

/// One record of an answer. Which members mean something follows from its type.
struct Record {
    RecordType type = RecordType::a;
    std::string owner;            ///< lower case, no final dot
    std::uint32_t ttl = 0;        ///< seconds
    IpAddress address;            ///< A, AAAA
    std::uint16_t preference = 0; ///< MX
    std::string name;             ///< MX, CNAME, PTR, NS, SOA: the name pointed to; "" is the root
    std::string data; ///< TXT (its strings joined): raw bytes of the server. TLSA, DS, DNSKEY, RRSIG: hex

    friend bool operator==(const Record&, const Record&) = default;
};

enum class LookupOutcome : std::uint8_t {
    found,          ///< at least one record of the type asked for
    no_such_domain, ///< NXDOMAIN
    no_records,     ///< NODATA: the name exists, without such a record
    failed,         ///< see LookupFailure
};

template <> struct Names<LookupOutcome> {
    static constexpr std::string_view all[] = {"found", "no-such-domain", "no-records", "failed"};
    static constexpr LookupOutcome last = LookupOutcome::failed;
};

enum class LookupFailure : std::uint8_t {
    none,
    server_failure,     ///< SERVFAIL
    refused,            ///< REFUSED
    not_implemented,    ///< NOTIMP
    format_error,       ///< FORMERR, also after the question was repeated without EDNS
    other_rcode,        ///< any other RCODE; see Lookup::rcode
    timed_out,          ///< no name server answered
    malformed,          ///< an answer that cannot be read, or is not to our question
    connection_refused, ///< the name server's port is closed (ICMP or RST)
    unreachable,        ///< no route to any name server
    truncated,          ///< truncated over UDP, and TCP did not work
    cname_loop,         ///< an alias chain that ends in itself, or is longer than 8
    no_servers,         ///< the system names no name server
    cancelled,          ///< the deadline or the user ended it
};

template <> struct Names<LookupFailure> {
    static constexpr std::string_view all[] = {
        "none",        "server-failure", "refused",    "not-implemented",    "format-error",
        "other-rcode", "timed-out",      "malformed",  "connection-refused", "unreachable",
        "truncated",   "cname-loop",     "no-servers", "cancelled"};
    static constexpr LookupFailure last = LookupFailure::cancelled;
};

/// The outcome of one DNS question: a value, never an exception.
struct Lookup {
    std::string name; ///< as asked: A-labels, no final dot
    RecordType type = RecordType::a;
    LookupOutcome outcome = LookupOutcome::failed;
    LookupFailure failure = LookupFailure::none;
    int rcode = 0;                ///< of the deciding answer; 0 where there was none
    std::vector<Record> records;  ///< those of the type asked for, in the answer's order
    std::vector<Record> aliases;  ///< the CNAME chain that led to them, in order
    std::uint32_t ttl = 0;        ///< seconds: the smallest of the records used, or of the SOA when negative
    bool authenticated = false;   ///< the resolver set AD: it says that DNSSEC holds
    bool over_tcp = false;        ///< UDP was truncated and TCP gave the answer
    bool from_hosts_file = false; ///< /etc/hosts, not DNS
    std::string server;           ///< `192.0.2.53:53`: who gave the deciding answer; "" for none
    Duration asked_at{};          ///< since the probe began
    Duration took{};
    int attempts = 0; ///< queries sent
    // What only experiments ask for, or what few servers tell.
    bool direct = false;               ///< asked of `server` alone, without recursion
    bool checking_disabled = false;    ///< CD was set: the resolver was asked not to check DNSSEC
    bool authoritative = false;        ///< the answer had AA set
    bool edns_refused = false;         ///< the server took the question only without EDNS
    int extended_error = -1;           ///< INFO-CODE of the server's Extended DNS Error (RFC 8914), or -1
    std::string extended_text = {};    ///< its EXTRA-TEXT; raw, at most 256 bytes
    std::vector<Record> referral = {}; ///< of a direct answer: NS records of its authority section, and glue
    std::vector<Record> signatures = {}; ///< with checking_disabled: the RRSIG records beside the answer

    friend bool operator==(const Lookup&, const Lookup&) = default;
};

} // namespace smtpprobe
