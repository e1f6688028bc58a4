// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace smtpprobe {

/// Why no login by Kerberos can begin at that service and host, in words with what would help. libgsasl knows
/// the reason and does not tell it, so this asks the system's GSSAPI once more: the ticket cache, and perhaps
/// the key server. Its own words are in it as they are, to be escaped.
std::string kerberos_reason(const std::string& service, const std::string& host);

} // namespace smtpprobe
