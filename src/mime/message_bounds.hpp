// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace smtpprobe {

// A bounce says what it says at its beginning; what lies behind these bounds is the message that came
// back. They also bound what GMime makes of hostile bytes: it keeps an object for every header and part.
constexpr std::size_t kMostMessageBytes = std::size_t{8} << 20U;
constexpr std::size_t kMostMessageLines = 100'000;
constexpr std::size_t kMostLineBytes = 16'384;
constexpr std::size_t kMostHeaderBytes = std::size_t{64} << 10U; ///< one header, folded
constexpr std::size_t kMostHeaders = 500;                        ///< of one part
constexpr std::size_t kMostParts = 500;
constexpr int kMostDepth = 20;
constexpr std::size_t kMostPartBytes = std::size_t{512} << 10U; ///< of one part's text

} // namespace smtpprobe
