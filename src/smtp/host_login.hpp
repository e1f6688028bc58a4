// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "smtpprobe/auth_settings.hpp"
#include "smtpprobe/expected.hpp"
#include "smtpprobe/route.hpp"

namespace smtpprobe {

/// What a netrc file calls the host of that endpoint.
std::string login_host(const Endpoint& endpoint);

/// The settings of the login at that host. Where each host has its own (AuthSettings::by_host), user and
/// password are those of the first entry for it, with `user`, where that is set; or half a sentence on why
/// there is none, that goes behind the file's name.
Expected<AuthSettings, std::string> login_at_host(const AuthSettings& settings, std::string_view host);

} // namespace smtpprobe
