// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "smtpprobe/lookup.hpp"

namespace smtpprobe {

/// A query as the lab's name server reads it.
struct DnsQuery {
    std::uint16_t id = 0;
    Question question;
    std::string question_bytes; ///< the question section as it came: an answer repeats it
    bool recursion_desired = false;
    bool authentic_data = false;  ///< AD: the client understands that bit of the answer
    bool edns = false;            ///< it has an OPT record
    std::uint16_t udp_size = 512; ///< what the client can take over UDP
};

/// Nothing where the bytes are no query with one question of a known type.
std::optional<DnsQuery> read_query(std::string_view bytes);

/// Writes an answer, with names compressed as servers do (RFC 1035 4.1.4).
class DnsWriter {
public:
    DnsWriter(const DnsQuery& query, int rcode, bool authenticated);

    void answer(const Record& record);
    void authority(const Record& record);
    /// The OPT record; must come last.
    void edns(std::uint16_t udp_size);
    void set_truncated();
    /// Bytes as they are, behind what was written.
    void raw(std::string_view bytes) { bytes_ += bytes; }

    const std::string& bytes() const { return bytes_; }

private:
    void record(const Record& record);
    void data_of(const Record& record);
    void name(std::string_view name);
    void u8(std::size_t value);
    void u16(std::size_t value);
    void u32(std::uint32_t value);
    void count(std::size_t at);

    std::string bytes_;
    std::map<std::string, std::size_t, std::less<>> names_; // where a name was written
};

} // namespace smtpprobe
