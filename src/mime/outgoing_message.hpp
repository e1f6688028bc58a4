// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "smtp/message_source.hpp"
#include "smtpprobe/expected.hpp"
#include "smtpprobe/message_facts.hpp"
#include "smtpprobe/message_settings.hpp"
#include "smtpprobe/time.hpp"

namespace smtpprobe {

/// What a composed message says about itself.
struct MessageMarks {
    std::string from; ///< mailbox for its From; never empty
    std::vector<std::string> to;
    std::string user;    ///< who runs the program
    std::string host;    ///< on which machine: also the right side of the Message-ID
    std::string target;  ///< what is probed, as it was given
    std::string program; ///< `smtpprobe 1.2.3`
    std::string token;   ///< of letters and digits, never given out before: the left side of the Message-ID
    Instant now{};
};

/// The message of --send, ready to be sent as often as needed. A file, and what was composed with
/// attachments, stays on the disk: little of it is in memory at any time.
class OutgoingMessage {
public:
    virtual ~OutgoingMessage() = default;

    virtual const MessageFacts& facts() const = 0;
    /// For one delivery. It may outlive this.
    virtual std::unique_ptr<MessageSource> open() const = 0;
};

/// Reads or composes it; or says in one line why that cannot be, beginning with the option's name. Reads
/// files, and standard input where the file is `-`: not for a loop.
Expected<std::shared_ptr<const OutgoingMessage>, std::string> prepare_message(const MessageSettings& settings,
                                                                              const MessageMarks& marks);

} // namespace smtpprobe
