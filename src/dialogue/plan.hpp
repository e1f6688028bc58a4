// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/secret_mask.hpp"
#include "smtp/odd_end.hpp"
#include "smtpprobe/route.hpp"
#include "smtpprobe/settings.hpp"
#include "smtpprobe/target.hpp"
#include "smtpprobe/time.hpp"

namespace smtpprobe {

/// How the dialogue logs in (RFC 4954).
struct PlannedAuth {
    std::vector<std::string> mechanisms; ///< that we can do, the most wanted first; upper case
    bool insecure = false;               ///< also without TLS, or where its certificate does not hold
    bool initial_response = true;        ///< with the AUTH command, where the mechanism has one
    bool required = true;                ///< no envelope without
    std::string why_not;                 ///< there is no login for this host, and why
};

/// The message behind the envelope. Its octets are the driver's (MessageSource).
struct PlannedMessage {
    Transfer transfer = Transfer::data;
    std::optional<std::uint64_t> size;               ///< as SIZE= counts it
    bool eight_bit = false;                          ///< needs BODY=8BITMIME
    bool utf8 = false;                               ///< needs SMTPUTF8
    std::uint64_t chunk = std::uint64_t{128} * 1024; ///< octets of one BDAT, at most
    std::optional<OddEnd> odd_end; ///< it stands before the proper one (--check smuggling); DATA only
};

/// One envelope, and what follows it.
struct PlannedTransaction {
    std::string from; ///< "" is the null sender
    std::vector<std::string> to;
};

/// The script of one conversation, before it is held.
struct Plan {
    Protocol protocol = Protocol::smtp;
    TlsMode tls = TlsMode::may;
    std::string helo;                ///< empty: the address literal of our own end of the connection
    std::optional<std::string> from; ///< where it is set MAIL is said; "" is the null sender
    std::vector<std::string> to;     ///< RCPT of each; only behind MAIL
    std::optional<Step> quit_after;
    std::optional<Duration> step_timeout; ///< replaces a step's limit where it is shorter
    /// The same for all that comes before AUTH and MAIL, where a probe waits for nobody's lookups.
    std::optional<Duration> opening_timeout;
    bool starttls_unoffered = false; ///< say STARTTLS though it is not offered

    std::vector<std::string> xclient;  ///< NAME=value, before xtext; said behind the last EHLO
    std::vector<std::string> xforward; ///< the same
    SecretMask hidden;                 ///< of our secrets: no transcript shows them, whoever says them
    std::optional<PlannedAuth> auth;
    EnvelopeSettings envelope;
    std::optional<PlannedMessage> message;     ///< behind the envelope of `from` and `to`
    std::vector<PlannedTransaction> envelopes; ///< further ones, in the same session; nothing is delivered
    std::vector<ExtraVerb> verbs;
};

/// The plan for one endpoint of a route. Recipients without a sender get the null sender. Where a login or
/// a message is asked for it is planned, and who knows the mechanisms and the message fills that in.
Plan plan_dialogue(const Endpoint& endpoint, const Settings& settings, const Target& target);

} // namespace smtpprobe
