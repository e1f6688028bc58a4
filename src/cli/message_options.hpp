// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.hpp"
#include "mime/outgoing_message.hpp"
#include "smtpprobe/expected.hpp"

namespace CLI {
class App;
}

namespace smtpprobe {

/// `X-Test: value`
Expected<std::string, std::string> parse_header_field(std::string_view text);
/// Octets: `5000`, `20k`, `10M` (thousands and millions).
Expected<std::uint64_t, std::string> parse_size(std::string_view text);

/// --send, what is sent, and where it should arrive.
void add_message_options(CLI::App& app, CommandLine& line);

/// What does not go together; empty where all does.
std::string wrong_with_message(const CommandLine& line);

/// The password of the mailbox of --expect-in; empty where none is asked for.
Expected<Secret, std::string> read_expect_password(const CommandLine& line);

/// What is read before anything is sent: one a target; null without --send.
using MessagesToSend = std::vector<std::shared_ptr<const OutgoingMessage>>;
/// Else one line on what is wrong. Reads files, and standard input where the message comes from there.
Expected<MessagesToSend, std::string> read_messages(const CommandLine& line);

} // namespace smtpprobe
