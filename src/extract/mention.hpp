// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "smtpprobe/explain.hpp"
#include "smtpprobe/names.hpp"

namespace smtpprobe {

/// What a log or a bounce says became of the mail (the actions of RFC 3464 2.3.3, and what logs have
/// besides).
enum class MailAction : std::uint8_t {
    unsaid,
    failed,
    delayed,
    delivered,
    relayed,
    expanded,
};

template <> struct Names<MailAction> {
    static constexpr std::string_view all[] = {"unsaid",    "failed",  "delayed",
                                               "delivered", "relayed", "expanded"};
    static constexpr MailAction last = MailAction::expanded;
};

/// One reply or failure that a text speaks of, and what it says around it. Texts are the input's own
/// bytes: print them escaped.
struct Mention {
    std::size_t line = 0;  ///< of the input, from 1
    std::string when;      ///< as the input writes it; empty where it does not
    std::string queue_id;  ///< of a log
    std::string sender;    ///< bare address; empty where it is not told or null
    std::string recipient; ///< bare address; empty where it is not told
    std::string host;      ///< who said it: `mx.example.com [192.0.2.1]`; empty where no server did
    std::string client;    ///< of a server's own log: whom it said it to
    MailAction action = MailAction::unsaid;
    std::string status;     ///< the enhanced status that the log or bounce itself gives: `5.1.1`
    std::string text;       ///< the line or passage that it was taken from, unfolded
    ReplyEvidence evidence; ///< what to explain
};

} // namespace smtpprobe
