// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "mime/message_content.hpp"
#include "mime/outgoing_message.hpp"
#include "smtpprobe/expected.hpp"
#include "smtpprobe/message_settings.hpp"

namespace smtpprobe {

/// The message that these settings describe, by GMime; without filler. With attachments it is written to a
/// temporary file. Else one line that says why not, beginning with the option's name where one is at fault.
Expected<MessageContent, std::string> compose_message(const MessageSettings& settings,
                                                      const MessageMarks& marks);

/// What a test message says of itself, in lines that end in LF.
std::string test_message_text(const MessageMarks& marks);

} // namespace smtpprobe
