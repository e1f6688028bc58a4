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
    proxy,    ///< what a SOCKS5 or HTTP proxy is told, and its answer
    greeting, ///< the server's first reply
    ehlo,     ///< before and after TLS
    helo,
    lhlo,     ///< LMTP (RFC 2033)
    starttls, ///< the command and its reply
    tls,      ///< the handshake
    xclient,  ///< Postfix XCLIENT_README
    xforward, ///< Postfix XFORWARD_README
    auth,
    mail,
    rcpt,
    data,    ///< DATA and its 354
    bdat,    ///< a chunk of a message (RFC 3030)
    message, ///< the final dot, or BDAT LAST, and what answers it
    rset,
    noop,
    vrfy,
    expn,
    help,
    etrn,
    command, ///< another command that the user wants to be said: ATRN, TURN, VERB …
    quit,
};

template <> struct Names<Step> {
    static constexpr std::string_view all[] = {
        "resolve", "connect",  "proxy", "greeting", "ehlo", "helo",    "lhlo", "starttls", "tls",
        "xclient", "xforward", "auth",  "mail",     "rcpt", "data",    "bdat", "message",  "rset",
        "noop",    "vrfy",     "expn",  "help",     "etrn", "command", "quit"};
    static constexpr Step last = Step::quit;
};

} // namespace smtpprobe
