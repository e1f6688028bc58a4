// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "smtpprobe/lookup.hpp"

namespace smtpprobe {

inline constexpr std::uint32_t kLabTtl = 300;

// Records as a zone file has them. Names without a final dot; A and AAAA by the address' family.
Record mx_record(std::string_view owner, std::uint16_t preference, std::string_view host,
                 std::uint32_t ttl = kLabTtl);
/// The text must be an address.
Record address_record(std::string_view owner, std::string_view address, std::uint32_t ttl = kLabTtl);
Record cname_record(std::string_view owner, std::string_view to, std::uint32_t ttl = kLabTtl);
Record txt_record(std::string_view owner, std::string_view text, std::uint32_t ttl = kLabTtl);
/// The address must be one.
Record ptr_record(std::string_view address, std::string_view name, std::uint32_t ttl = kLabTtl);

/// What a name server that knows everything says to one question.
struct ZoneAnswer {
    int rcode = 0;
    std::vector<Record> answers;
    std::optional<Record> soa; ///< for the authority section, where the answer is negative
};

/// All records that a lab's name server knows. Every name outside it does not exist.
class DnsZone {
public:
    void add(Record record);

    /// As a recursive name server answers: aliases are followed and stand before what they lead to.
    ZoneAnswer answer(const Question& question) const;

private:
    bool exists(std::string_view name) const;

    std::vector<Record> records_;
};

} // namespace smtpprobe
