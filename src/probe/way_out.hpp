// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/run_session.hpp"
#include "smtpprobe/route.hpp"

namespace smtpprobe {

/// Takes all out of the request that is for hosts of the route alone, where its endpoint is none of them: an
/// experiment may ask others, too.
void keep_from_strangers(SessionRequest& request, const Route& route);

} // namespace smtpprobe
