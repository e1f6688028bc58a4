// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sasl/sasl_client.hpp"

namespace smtpprobe {

/// OAUTHBEARER (RFC 7628) and XOAUTH2 (Google's and Microsoft's draft of it). `settings` outlives the client.
Expected<std::unique_ptr<SaslClient>, std::string>
make_bearer_client(std::string_view mechanism, const AuthSettings& settings, SaslPlace place);

/// What the JSON says with which a server refuses a token (RFC 7628 3.2.2), in words; raw bytes of the server
/// may be in it. What is no JSON object comes back as it is.
std::string bearer_error_words(std::string_view json);

} // namespace smtpprobe
