// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "smtpprobe/arrival.hpp"

namespace smtpprobe {

/// RFC 5321 6.3: more are a loop.
inline constexpr std::size_t kMostReceivedFields = 100;
/// Of a header, how much is read.
inline constexpr std::size_t kMostHeaderOctets = std::size_t{256} * 1024;

/// A message's way, as its Received fields tell it.
struct ReceivedPath {
    std::vector<ReceivedHop> hops; ///< from the sender on; without delays
    std::uint64_t left_out = 0;    ///< fields that were not read, at the sender's end
};

/// Reads the header of a message, up to its first empty line; lines may end in CRLF or LF. Any bytes are a
/// header, and what cannot be understood is left out.
ReceivedPath read_received_path(std::string_view header);

/// Puts in the delays: of the first hop since `sent`. To the second: the fields have no more.
void measure_delays(std::vector<ReceivedHop>& hops, std::optional<Instant> sent);

/// The first Message-ID of a header, with its angle brackets; empty where there is none.
std::string message_id_of(std::string_view header);

} // namespace smtpprobe
