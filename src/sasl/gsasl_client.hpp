// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sasl/sasl_client.hpp"
#include "smtp/auth_mechanisms.hpp"

namespace smtpprobe {

/// The most that a server may make us hash the password (SCRAM). Real servers ask for 4096 to some 100,000.
inline constexpr std::uint64_t kMaxIterations = 1'000'000;

/// A mechanism that libgsasl speaks. `settings` outlives the client.
Expected<std::unique_ptr<SaslClient>, std::string>
make_gsasl_client(const AuthMechanism& mechanism, const AuthSettings& settings, SaslPlace place);

} // namespace smtpprobe
