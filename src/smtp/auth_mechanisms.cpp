// SPDX-License-Identifier: Apache-2.0
#include "smtp/auth_mechanisms.hpp"

#include <algorithm>
#include <iterator>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

// NTLM stands behind CRAM-MD5: both can be guessed at, but NTLM is spoken in more ways that do not meet.
// A token is no password, and who has a ticket, a certificate or nothing at all must say so.
constexpr AuthMechanism kMechanisms[] = {
    {.name = "SCRAM-SHA-256-PLUS",
     .exposure = AuthExposure::digest,
     .binds_channel = true,
     .proves_server = true},
    {.name = "SCRAM-SHA-1-PLUS",
     .exposure = AuthExposure::digest,
     .binds_channel = true,
     .proves_server = true},
    {.name = "SCRAM-SHA-256", .exposure = AuthExposure::digest, .proves_server = true},
    {.name = "SCRAM-SHA-1", .exposure = AuthExposure::digest, .proves_server = true},
    {.name = "GSSAPI",
     .exposure = AuthExposure::none,
     .needs_user = false, // the ticket names him
     .needs_password = false,
     .by_name_only = true,
     .proves_server = true},
    {.name = "EXTERNAL",
     .exposure = AuthExposure::none,
     .needs_user = false,
     .needs_password = false,
     .by_name_only = true},
    {.name = "DIGEST-MD5", .exposure = AuthExposure::digest, .client_first = false, .proves_server = true},
    {.name = "CRAM-MD5", .exposure = AuthExposure::digest, .client_first = false},
    {.name = "NTLM", .exposure = AuthExposure::digest, .by_libgsasl = false},
    {.name = "OAUTHBEARER",
     .exposure = AuthExposure::secret,
     .takes_token = true,
     .by_name_only = true,
     .by_libgsasl = false},
    {.name = "XOAUTH2",
     .exposure = AuthExposure::secret,
     .takes_token = true,
     .by_name_only = true,
     .by_libgsasl = false},
    {.name = "PLAIN", .exposure = AuthExposure::secret},
    {.name = "LOGIN", .exposure = AuthExposure::secret},
    {.name = "ANONYMOUS",
     .exposure = AuthExposure::none,
     .needs_user = false,
     .needs_password = false,
     .by_name_only = true},
};

} // namespace

std::span<const AuthMechanism> auth_mechanisms() { return kMechanisms; }

const AuthMechanism* find_auth_mechanism(std::string_view name)
{
    const auto found =
        std::find_if(std::begin(kMechanisms), std::end(kMechanisms),
                     [&](const auto& mechanism) { return equal_ignoring_case(mechanism.name, name); });
    return found == std::end(kMechanisms) ? nullptr : found;
}

std::string_view lacks(const AuthMechanism& mechanism, const AuthSettings& settings)
{
    if (mechanism.needs_user && settings.user.empty())
        return "a user";
    if (mechanism.needs_password && settings.password.empty())
        return mechanism.takes_token ? "a token" : "a password";
    return {};
}

std::vector<std::string> usable_mechanisms(const AuthSettings& settings)
{
    std::vector<std::string> usable;
    const auto consider = [&](const AuthMechanism& mechanism) {
        if (lacks(mechanism, settings).empty())
            usable.emplace_back(mechanism.name);
    };
    if (settings.mechanisms.empty()) {
        for (const auto& mechanism : kMechanisms)
            if (!mechanism.by_name_only)
                consider(mechanism);
        return usable;
    }
    for (const auto& wanted : settings.mechanisms)
        if (const auto* mechanism = find_auth_mechanism(wanted))
            consider(*mechanism);
    return usable;
}

} // namespace smtpprobe
