// SPDX-License-Identifier: Apache-2.0
#include "smtp/host_login.hpp"

#include <utility>

#include "base/ascii.hpp"
#include "base/printable.hpp"

namespace smtpprobe {

std::string login_host(const Endpoint& endpoint)
{
    if (endpoint.carrier == Carrier::socket || endpoint.carrier == Carrier::process)
        return "localhost";
    return endpoint.host.empty() ? endpoint.address.text() : endpoint.host;
}

Expected<AuthSettings, std::string> login_at_host(const AuthSettings& settings, std::string_view host)
{
    AuthSettings login = settings;
    if (!settings.by_host)
        return login;
    login.by_host.reset();
    bool any = false;
    for (const auto& entry : *settings.by_host) {
        if (entry.host && !equal_ignoring_case(*entry.host, host))
            continue;
        any = true;
        if (entry.password.empty() || (!settings.user.empty() && settings.user != entry.user))
            continue;
        login.user = entry.user;
        login.password = entry.password;
        return login;
    }
    const auto name = printable(host, 80);
    if (!any)
        return Unexpected<std::string>("has no entry for " + name + ": machine " + name +
                                       " login ... password ...");
    const auto user = settings.user.empty() ? std::string() : printable(settings.user, 80) + " at ";
    return Unexpected<std::string>("has no password for " + user + name);
}

} // namespace smtpprobe
