// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace smtpprobe {

/// The name of a TLS alert as RFC 8446 section 6 (and the older RFCs) spell it: `handshake_failure`.
/// Empty for a number that stands for none. OpenSSL's own words call them "sslv3 alert …" or "tlsv1
/// alert …" whatever version was spoken, which misleads.
std::string_view alert_name(int number);

} // namespace smtpprobe
