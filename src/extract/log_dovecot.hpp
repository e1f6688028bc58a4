// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "extract/mention.hpp"

namespace smtpprobe {

/// Dovecot, so far as it takes mail: messages that LMTP or dovecot-lda could not store, and logins to
/// submission that failed.
struct DovecotLog {
    static void read(std::string_view text, std::vector<Mention>& mentions);
};

} // namespace smtpprobe
