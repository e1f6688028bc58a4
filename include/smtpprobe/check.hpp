// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "smtpprobe/names.hpp"
#include "smtpprobe/step.hpp"

namespace smtpprobe {

/// --check: a question about the server that is only asked when somebody wants to know.
enum class Check : std::uint8_t {
    relay,             ///< does it pass on mail for others? Envelopes only, judged at RCPT
    vrfy,              ///< do VRFY and EXPN tell who has a mailbox?
    catch_all,         ///< is a recipient accepted that cannot exist?
    postmaster,        ///< is postmaster accepted (RFC 5321 4.5.1), abuse (RFC 2142)?
    null_sender,       ///< is the null sender accepted (RFC 5321 4.5.5)?
    smuggling,         ///< does it take something else for the end of a message? Needs --i-own-this-server
    starttls_enforced, ///< is MAIL, or AUTH, refused before STARTTLS?
    size,              ///< is SIZE= kept to (RFC 1870)?
};

template <> struct Names<Check> {
    static constexpr std::string_view all[] = {"relay",       "vrfy",      "catch-all",         "postmaster",
                                               "null-sender", "smuggling", "starttls-enforced", "size"};
    static constexpr Check last = Check::size;
};

/// --verb: a command that the user wants to be said.
struct ExtraVerb {
    std::string line;        ///< without its line end
    Step after = Step::ehlo; ///< ehlo (the last one, inside TLS where there is any), auth, mail or rcpt
    friend bool operator==(const ExtraVerb&, const ExtraVerb&) = default;
};

} // namespace smtpprobe
