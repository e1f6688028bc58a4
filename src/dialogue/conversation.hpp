// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "smtpprobe/expected.hpp"
#include "smtpprobe/time.hpp"

namespace smtpprobe {

// A conversation in RFC 5321's own notation (its appendix D). The same files serve the tests, the
// built-in lab, and later users' scripts.
//
//     # a comment; the headers end at the first empty line, or at the first line of the conversation
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
//     S*300: 250-again                the line 300 times; S*300| likewise without CRLF
//     !: pause 3s                     the server waits (ms, s, m)
//     !: timeout                      the server says nothing more; the client must give up
//     !: close                        orderly end (FIN); `!: reset` an RST
//     !: alert 40                     in place of <TLS>: the handshake fails with that alert
//
// In S: and S| the escapes \r \n \t \\ \0 \xHH stand for those bytes. \n alone gives a bare LF.
// Server lines that follow one another go out in one write; `!: pause 0s` cuts them apart.
// Instead of a handshake a server may also `!: close`, `!: reset`, `!: timeout`, or say S: lines.

enum class LineKind { server, server_raw, client, tls, pause, timeout, close, reset, alert };

struct ConversationLine {
    LineKind kind{};
    std::string text; ///< server, server_raw: the bytes to send, with any CRLF; client: the pattern, without
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

/// A notation longer than this is refused, and so are server lines that together are longer.
inline constexpr std::size_t kMaxConversationBytes = std::size_t{4} * 1024 * 1024;

/// Total and bounded; the error names the line.
Expected<Conversation, std::string> parse_conversation(std::string_view text);

/// Does what the client said match the pattern of a C: line? Verbs compare in any case: the first
/// word, or what stands before the colon (`MAIL FROM:`).
bool matches_client_line(std::string_view pattern, std::string_view said);

} // namespace smtpprobe
