// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "extract/mention.hpp"

namespace smtpprobe {

/// Every reply of a written-down SMTP session (telnet, nc, openssl s_client, swaks, posttls-finger, curl -v,
/// msmtp --debug, the `C:` and `S:` of RFCs, our own -v), the positive ones too, each with its step and
/// recipient; and what the program says about a connection that failed. Nothing that a client sent in AUTH
/// gets into a Mention.
std::vector<Mention> read_session(std::string_view text);

} // namespace smtpprobe
