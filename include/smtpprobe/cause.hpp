// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "smtpprobe/names.hpp"

namespace smtpprobe {

/// The kind of trouble, for counting and for acting by rule: what is wrong, not who mends it (Actor)
/// nor when (Retry). The names are the ones that bounce processors have counted by for years, so
/// that figures can be compared.
enum class Cause : std::uint8_t {
    success, ///< nothing failed
    // The recipient.
    user_unknown, ///< no such mailbox
    filtered,  ///< the recipient's own rules or the look of the mailbox refuse; often hides an unknown user
    has_moved, ///< gone elsewhere, nothing is forwarded
    mailbox_full,
    suspend, ///< the account is disabled, locked, inactive, expired
    // The destination.
    host_unknown, ///< the domain or host does not exist
    not_accept,   ///< the domain or host takes no mail (null MX, 521, 556)
    // The message.
    message_too_big, ///< for the server
    exceed_limit,    ///< too big for this recipient, or over a limit of the administrator's
    content_error,   ///< malformed, or of a kind that is not taken
    not_compliant,   ///< against RFC 5322: headers missing, doubled, without a valid address
    spam,            ///< content judged spam
    virus,           ///< content judged dangerous
    // The sending side.
    blocked,        ///< the client's address, name or HELO is blocked or listed
    bad_reputation, ///< held back or refused for the reputation of the address or domain
    require_ptr,    ///< no reverse DNS, or none that leads back
    rejected,       ///< the envelope sender or its domain is refused
    auth_failure,   ///< SPF, DKIM, DMARC, ARC, DANE, MTA-STS: a check of origin or path failed
    // Rules.
    policy,   ///< another rule of the receiving side
    security, ///< login missing or failed, no permission
    no_relaying,
    starttls_required, ///< TLS is demanded, or failed
    // Pace.
    rate_limited, ///< too much in a given time
    too_many,     ///< too many connections or recipients at once
    greylisted,
    // Machines and networks.
    network, ///< DNS trouble, routing loop, no connection, connection lost
    expired, ///< given up, or still being tried, after much time
    system,  ///< the server has a fault
    system_full,
    mailer, ///< the program that delivers failed
    syntax, ///< protocol: a command, an argument or their order
    unknown,
};

template <> struct Names<Cause> {
    static constexpr std::string_view all[] = {
        "success",       "userunknown",   "filtered",          "hasmoved",
        "mailboxfull",   "suspend",       "hostunknown",       "notaccept",
        "mesgtoobig",    "exceedlimit",   "contenterror",      "notcompliantrfc",
        "spamdetected",  "virusdetected", "blocked",           "badreputation",
        "requireptr",    "rejected",      "authfailure",       "policyviolation",
        "securityerror", "norelaying",    "starttls-required", "ratelimited",
        "toomanyconn",   "greylisted",    "networkerror",      "expired",
        "systemerror",   "systemfull",    "mailererror",       "syntaxerror",
        "unknown"};
    static constexpr Cause last = Cause::unknown;
};

} // namespace smtpprobe
