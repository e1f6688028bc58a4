// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <asio/posix/stream_descriptor.hpp>

namespace smtpprobe {

/// Ends a connection so that the server sees an orderly end, and takes the socket over: FIN goes out at
/// once, and what the server still says is read and thrown away, for half a second at most. Closing
/// with a greeting unread or still on its way would answer it with RST. Nobody waits for this.
void part_gently(asio::posix::stream_descriptor socket);

} // namespace smtpprobe
