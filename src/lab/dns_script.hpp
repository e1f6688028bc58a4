// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "lab/dns_message.hpp"
#include "lab/dns_zone.hpp"
#include "smtpprobe/time.hpp"

namespace smtpprobe {

/// How a name server can go wrong about a name.
enum class DnsTrouble : std::uint8_t {
    none,
    server_failure,
    refused,
    not_implemented,
    format_error,
    format_error_with_edns, ///< FORMERR to a query with OPT, a good answer without
    other_rcode,            ///< NOTAUTH (9)
    silence,
    garbage,          ///< bytes that are no DNS message
    broken_answer,    ///< a good header and question, and an answer section that ends too early
    compression_loop, ///< a name in the answer that points at itself
    wrong_id,
    wrong_question,
    truncated,            ///< TC over UDP; TCP gives the whole
    truncated_tcp_closed, ///< TC over UDP; TCP is closed without an answer
    first_alias_only,     ///< aliases are not followed: the answer is the CNAME alone
    empty_answer,         ///< NOERROR with no record at all, not even an SOA
};

/// What a lab's name server says: its records, and where it misbehaves. No I/O.
class DnsScript {
public:
    void add(Record record) { zone_.add(std::move(record)); }
    void trouble(std::string_view name, DnsTrouble trouble, std::optional<RecordType> type);
    void delay(std::string_view name, Duration delay);
    void authenticated(bool on) { authenticated_ = on; }

    /// The answer's bytes. Nothing: over UDP stay silent, over TCP close.
    std::optional<std::string> reply_to(const DnsQuery& query, bool over_tcp) const;
    /// How long the answer about that name is held back.
    Duration delay_of(const std::string& name) const;

private:
    DnsTrouble trouble_of(const Question& question) const;
    std::string whole_answer(const DnsQuery& query, const ZoneAnswer& answer) const;

    DnsZone zone_;
    std::map<std::pair<std::string, std::optional<RecordType>>, DnsTrouble> troubles_;
    std::map<std::string, Duration, std::less<>> delays_;
    bool authenticated_ = false;
};

} // namespace smtpprobe
