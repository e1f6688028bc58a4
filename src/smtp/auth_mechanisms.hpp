// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "smtpprobe/auth_settings.hpp"

namespace smtpprobe {

/// What a mechanism gives away to whoever reads the connection.
enum class AuthExposure : std::uint8_t {
    secret, ///< the password or token itself
    digest, ///< something that the password can be guessed with
    none,
};

/// An AUTH mechanism that is spoken here.
struct AuthMechanism {
    std::string_view name; ///< as SMTP says it, upper case
    AuthExposure exposure{};
    bool client_first = true;   ///< it can begin with an initial response (RFC 4954 section 4)
    bool needs_user = true;     ///< an authentication identity
    bool needs_password = true; ///< or a token
    bool takes_token = false;   ///< the "password" is a bearer's token
    bool binds_channel = false; ///< it needs TLS, and ties the login to it (RFC 5802 -PLUS)
    bool by_name_only = false;  ///< never chosen unless the user names it
    bool proves_server = false; ///< the server shows that it knows the password, too
    bool by_libgsasl = true;    ///< libgsasl speaks it; the others are our own
};

/// All of them, the strongest first.
std::span<const AuthMechanism> auth_mechanisms();

/// The mechanism of that name, in any case; nullptr where it is not spoken here.
const AuthMechanism* find_auth_mechanism(std::string_view name);

/// Those that these settings allow and have the credentials for, in order of preference.
std::vector<std::string> usable_mechanisms(const AuthSettings& settings);

/// What the mechanism needs and the settings lack, for people: `a user`, `a password`; empty: nothing.
std::string_view lacks(const AuthMechanism& mechanism, const AuthSettings& settings);

} // namespace smtpprobe
