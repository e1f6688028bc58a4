// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <asio/awaitable.hpp>

#include "diagnosis/trials.hpp"
#include "dns/resolver.hpp"
#include "smtpprobe/sender_policy.hpp"
#include "smtpprobe/time.hpp"

namespace smtpprobe {

/// Carries an SPF check out over a resolver. Questions that do not depend on each
/// other are asked side by side. Where the resolver is cancelled, it ends with temperror.
asio::awaitable<PolicyCheck> run_policy(std::shared_ptr<Resolver> resolver, TryPolicy asked, Instant now,
                                        Resolver::Clock::time_point epoch);

} // namespace smtpprobe
