// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace smtpprobe {

// How much of a server is listened to. Whoever says more is told apart from whoever says nothing
// (FaultKind::too_long), and no server can fill our memory.

/// RFC 5321 4.5.3.1.5: the longest reply line that a server may send, with its code and CRLF.
/// Longer ones are read, with Breach::line_too_long.
inline constexpr std::size_t kRfcReplyLine = 512;

/// The longest line that is read, with its line end. The longest ones that real servers send
/// (refusals with a URL or a quoted reply of another server) stay under 2 KiB.
inline constexpr std::size_t kMaxReplyLine = std::size_t{8} * 1024;

/// The same of a challenge of AUTH: RFC 4954 4 wants lines of 12288 octets to be read.
inline constexpr std::size_t kMaxChallengeLine = std::size_t{12} * 1024;

/// The most lines of one reply. EHLO replies have some 30, the longest greetings with terms of use some 60.
inline constexpr std::size_t kMaxReplyLines = 512;

/// The most bytes of one reply, line ends included.
inline constexpr std::size_t kMaxReplyBytes = std::size_t{64} * 1024;

/// The most bytes of one session, all replies together.
inline constexpr std::size_t kMaxSessionBytes = std::size_t{1024} * 1024;

/// How much of an unfinished or unreadable reply is kept as evidence.
inline constexpr std::size_t kMaxEvidence = 512;

} // namespace smtpprobe
