// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace smtpprobe {

/// How a written-down session tells apart who speaks.
enum class Notation : std::uint8_t {
    none,      ///< no session
    plain,     ///< telnet, nc, openssl s_client: lines with a code are the server's
    swaks,     ///< `<-  220 x`, ` -> EHLO x`, `=== Connected`
    finger,    ///< posttls-finger
    curl,      ///< `< 220 x`, `> EHLO x`, `* Connected`
    msmtp,     ///< `<-- 220 x`, `--> EHLO x`
    letters,   ///< `S: 220 x`, `C: EHLO x`, with or without a time before it: RFCs, our own `-v`
    arrows,    ///< `<<< 220 x`, `>>> EHLO x`: Sendmail, Exim; Exchange the other way round
    phpmailer, ///< `SERVER -> CLIENT: 220 x`
    smtplib,   ///< Python: `reply: b'220 x\r\n'`, `send: 'ehlo x\r\n'`
};

enum class Speaker : std::uint8_t { nobody, client, server, program };

struct Spoken {
    Speaker speaker = Speaker::nobody;
    std::string_view text;
};

/// Who speaks in a line of this notation, and what is said.
Spoken spoken(Notation notation, std::string_view line);

/// The notation of a session, or none. A list of replies is none, whatever stands before each: it takes
/// a command, or a program's word of a connection, to make a session.
Notation notation_of(std::string_view text);

/// A program's words that a connection is made or tried: `Connected to mx.example.com.`; with whom.
/// Empty for other words.
std::string_view connected_to(std::string_view words);
/// A program's words about a failure.
bool tells_of_failure(std::string_view words);

} // namespace smtpprobe
