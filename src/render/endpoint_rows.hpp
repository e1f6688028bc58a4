// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "render/endpoint_result.hpp"
#include "smtpprobe/report.hpp"

namespace smtpprobe {

/// The columns of times.
inline constexpr std::array<std::string_view, 5> kTimeHeads = {"connect", "greeting", "EHLO", "TLS", "total"};
inline constexpr std::size_t kTimes = kTimeHeads.size();
inline constexpr std::size_t kTotal = kTimes - 1;
using Times = std::array<std::string, kTimes>;

struct EndpointRow {
    std::string preference; ///< of the MX record; else empty
    std::string host;       ///< the rows of one host stand together
    std::string address;
    EndpointResult result;
    Times times;
};

/// One row for each endpoint, and for each mail host without any; hosts by preference. Safe to print.
std::vector<EndpointRow> rows_of(const Facts& facts);

} // namespace smtpprobe
