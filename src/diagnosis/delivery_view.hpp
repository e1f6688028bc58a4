// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "diagnosis/session_view.hpp"

namespace smtpprobe {

/// What became of the message in one conversation. Points into the session: keep that.
struct DeliveryView {
    struct Answer {
        std::string mailbox; ///< of LMTP, the recipient whom it is about; else empty
        const Received* received = nullptr;
    };

    bool begun = false;                ///< DATA or BDAT was said, to deliver, or BURL with LAST
    bool whole = false;                ///< the message went out to its end
    const Received* refused = nullptr; ///< DATA, or a chunk, before the whole was out
    std::size_t expected = 1;          ///< answers that are due
    std::vector<Answer> answers;       ///< to the whole message: one, in LMTP one for each recipient taken

    bool taken() const;
    /// All of it went out, and what became of it was not said: it may be delivered or not (RFC 1047).
    bool unknown() const { return whole && answers.size() < expected; }
};

DeliveryView read_delivery(const SessionView& view);

/// What the server calls the message, from its answer: `4D2A81` of `250 2.0.0 Ok: queued as 4D2A81`. Empty
/// where it does not say; else of plain characters only.
std::string queue_id(const Reply& reply);

} // namespace smtpprobe
