// SPDX-License-Identifier: Apache-2.0
#include "sasl/sasl_client.hpp"

#include <algorithm>
#include <utility>

#include "sasl/bearer_client.hpp"
#include "sasl/gsasl_client.hpp"
#include "sasl/gsasl_library.hpp"
#include "sasl/ntlm_client.hpp"

namespace smtpprobe {

Expected<std::unique_ptr<SaslClient>, std::string>
make_sasl_client(std::string_view mechanism, const AuthSettings& settings, SaslPlace place)
{
    const auto* known = find_auth_mechanism(mechanism);
    if (known == nullptr)
        return Unexpected<std::string>(std::string(mechanism) + " is not spoken here");
    if (const auto lacking = lacks(*known, settings); !lacking.empty())
        return Unexpected<std::string>(std::string(known->name) + " needs " + std::string(lacking));
    if (known->by_libgsasl)
        return make_gsasl_client(*known, settings, std::move(place));
    if (known->takes_token)
        return make_bearer_client(known->name, settings, std::move(place));
    return make_ntlm_client(settings, ntlm_moment());
}

std::optional<std::string> wrong_with_sasl(const AuthSettings& settings)
{
    if (!settings.wanted)
        return std::nullopt;
    const auto own = [](const std::string& name) {
        const auto* mechanism = find_auth_mechanism(name);
        return mechanism != nullptr && !mechanism->by_libgsasl;
    };
    const auto& named = settings.mechanisms;
    if (!named.empty() && std::all_of(named.begin(), named.end(), own))
        return std::nullopt;
    const auto& library = gsasl_library();
    return library ? std::nullopt : std::optional(library.error());
}

} // namespace smtpprobe
