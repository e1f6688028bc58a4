// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cli/options.hpp"
#include "mime/outgoing_message.hpp"
#include "smtpprobe/report.hpp"

namespace smtpprobe {

/// Probes one target. `show` gets the report once, as soon as it is complete for its reader. Gives the
/// exit status, 130 where it was interrupted.
/// `message` is what --send delivers.
int run_target(const CommandLine& line, const Target& target, const std::function<void(const Report&)>& show,
               std::shared_ptr<const OutgoingMessage> message = nullptr);

/// What is wrong with --ca-file, --ca-path, --tls-cert or --tls-key; nothing where they are sound.
std::optional<std::string> wrong_with_trust(const Settings& settings);

/// Of two exit statuses the one that needs more attention: a problem before what could not be found out.
int worse(int a, int b);

} // namespace smtpprobe
