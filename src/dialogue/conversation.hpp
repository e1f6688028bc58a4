// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "smtpprobe/expected.hpp"
#include "smtpprobe/time.hpp"

namespace smtpprobe
{

// A conversation in RFC 5321's own notation (its appendix D). The same files serve the tests, the
// built-in lab, and later users' scripts.
//
//     # a comment; the headers end at the first empty line
//     title: Relay denied
//     to: user@example.com
//
//     S: 220 mx.example.com ESMTP
//     C: EHLO *                       `*` in a C: line stands for any run of characters
//     S: 250-mx.example.com
//     S: 250 STARTTLS
//     C: STARTTLS
//     S: 220 go ahead
//     <TLS>                           both sides do the handshake now
//     C: EHLO *
//     S: 250 mx.example.com
//     S| half a line                  as S:, without the CRLF
//     !: pause 3s                     the server waits
//     !: timeout                      the server says nothing more; the client must give up
//     !: close                        orderly end (FIN); `!: reset` an RST
//     !: alert 40                     at <TLS>: the handshake fails with that alert
//
// In S: and S| the escapes \r \n \t \\ \0 \xHH stand for those bytes. \n alone gives a bare LF.

enum class LineKind { server, server_raw, client, tls, pause, timeout, close, reset, alert };

struct ConversationLine {
    LineKind kind{};
    std::string text; ///< server: the bytes to send, with CRLF; client: the pattern, without
    Duration pause{}; ///< pause
    int alert = 0;    ///< alert: its number (RFC 8446 section 6)
    int number = 0;   ///< in the file, from 1
};

struct Conversation {
    std::multimap<std::string, std::string, std::less<>> headers; ///< keys in lower case
    std::vector<ConversationLine> lines;

    /// The first header of that key, or the empty text.
    std::string_view header(std::string_view key) const;
};

/// Total and bounded; the error names the line.
Expected<Conversation, std::string> parse_conversation(std::string_view text);

/// Does what the client said match the pattern of a C: line? The verb in any case.
bool matches_client_line(std::string_view pattern, std::string_view said);

} // namespace smtpprobe
