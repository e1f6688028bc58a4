// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "session/run_session.hpp"
#include "smtpprobe/auth_settings.hpp"

namespace smtpprobe {

/// SessionRequest::respond for a login at that endpoint, with the user and password of its host.
std::function<Response(const Respond&, const std::optional<ChannelBinding>&)>
login_at(const Endpoint& endpoint, const AuthSettings& settings);

} // namespace smtpprobe
