// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mime/outgoing_message.hpp"
#include "smtpprobe/expected.hpp"
#include "smtpprobe/settings.hpp"
#include "smtpprobe/target.hpp"

namespace smtpprobe {

/// The envelope's recipients: the target's own, then those of the settings, each once.
std::vector<std::string> recipients_of(const Target& target, const Settings& settings);

/// The message of --send for that target; or why there can be none, in one line. Reads files.
Expected<std::shared_ptr<const OutgoingMessage>, std::string> prepare_outgoing(const Settings& settings,
                                                                               const Target& target);

} // namespace smtpprobe
