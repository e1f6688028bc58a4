// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "arrival/expected_place.hpp"
#include "smtpprobe/secret.hpp"

namespace smtpprobe {

/// Set from any thread: nobody waits any longer.
using StopFlag = std::atomic<bool>;

/// Where one message is looked for. It blocks: not for a loop's thread.
class Mailbox {
public:
    using Clock = std::chrono::steady_clock;

    Mailbox() = default;
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;
    virtual ~Mailbox() = default;

    /// Notes what is there already: that is not our message, though it may have its Message-ID. Why it
    /// cannot be read, where that is so; safe to print.
    virtual std::optional<std::string> open(const StopFlag& stop) = 0;

    struct Look {
        std::optional<std::string> header; ///< of the message, once it is there; bounded
        std::string why_not;               ///< where one could not look; safe to print
    };
    /// Ends by `until`, or some two seconds later: what came just before the end counts, too.
    virtual Look look(const StopFlag& stop, Clock::time_point until) = 0;
};

/// How to get in.
struct MailboxAccess {
    Secret password;
    bool insecure = false; ///< also where the connection is not encrypted
    std::string ca_file;
    std::string ca_path;
};

/// `id` is the Message-ID with its angle brackets.
std::unique_ptr<Mailbox> mailbox_at(const ExpectedPlace& place, const MailboxAccess& access,
                                    const std::string& id);

} // namespace smtpprobe
