// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <unordered_set>

#include "arrival/mailbox.hpp"

namespace smtpprobe {

/// A maildir of this machine: what is new there, in new or in cur.
class Maildir : public Mailbox {
public:
    Maildir(std::string path, std::string id) : path_(std::move(path)), id_(std::move(id)) {}

    std::optional<std::string> open(const StopFlag& stop) override;
    Look look(const StopFlag& stop, Clock::time_point until) override;

private:
    /// Calls `take(path, name)` for each message until it says false. Why that cannot be.
    template <class Take> std::optional<std::string> for_each_message(const StopFlag& stop, Take take);

    std::string path_;
    std::string id_;
    std::unordered_set<std::string> known_; ///< names, without what mail programs add behind a colon
};

} // namespace smtpprobe
