// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sasl/sasl_client.hpp"

namespace smtpprobe {

/// What changes from login to login. A test fixes it.
struct NtlmMoment {
    std::string client_challenge; ///< eight octets
    std::string time;             ///< FILETIME, eight octets
};

/// Random octets, and the time now.
NtlmMoment ntlm_moment();

/// NTLMv2 (MS-NLMP), and NTLMv1 for a server that cannot know the other. The domain is the settings' realm,
/// or what stands before a backslash in the user name. `settings` outlives it.
std::unique_ptr<SaslClient> make_ntlm_client(const AuthSettings& settings, NtlmMoment moment);

} // namespace smtpprobe
