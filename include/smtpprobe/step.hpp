// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "smtpprobe/names.hpp"

namespace smtpprobe {

/// A kind of exchange. The facts of each (verb, time limit, what ends the dialogue) stand in one
/// table: src/dialogue/steps.hpp.
enum class Step : std::uint8_t {
    resolve,  ///< DNS: before any connection
    connect,  ///< TCP
    greeting, ///< the server's first reply
    ehlo,     ///< before and after TLS
    helo,
    lhlo,     ///< LMTP (RFC 2033)
    starttls, ///< the command and its reply
    tls,      ///< the handshake
    auth,
    mail,
    rcpt,
    data,    ///< DATA and its 354
    message, ///< the final dot and what answers it
    rset,
    noop,
    vrfy,
    expn,
    help,
    etrn,
    quit,
};

template <> struct Names<Step> {
    static constexpr std::string_view all[] = {
        "resolve", "connect", "greeting", "ehlo", "helo", "lhlo", "starttls", "tls",  "auth", "mail",
        "rcpt",    "data",    "message",  "rset", "noop", "vrfy", "expn",     "help", "etrn", "quit"};
    static constexpr Step last = Step::quit;
};

} // namespace smtpprobe
