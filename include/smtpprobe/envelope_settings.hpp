// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace smtpprobe {

/// What MAIL and RCPT say beside the addresses.
struct EnvelopeSettings {
    bool pipelining = true;            ///< where it is offered (RFC 2920)
    bool unoffered = false;            ///< say parameters though their extension is not offered
    std::optional<std::uint64_t> size; ///< SIZE= in octets (RFC 1870)
    std::string body;                  ///< BODY=: 7BIT, 8BITMIME (RFC 6152), BINARYMIME (RFC 3030); or empty
    bool smtputf8 = false;             ///< SMTPUTF8 (RFC 6531), also where the addresses need none
    std::string notify;                ///< NOTIFY= (RFC 3461): NEVER, or of SUCCESS,FAILURE,DELAY
    std::string ret;                   ///< RET=: FULL or HDRS
    std::string envid;                 ///< ENVID=, before xtext
    std::string orcpt;                 ///< ORCPT=: rfc822;user@example.com, before xtext
    bool require_tls = false;          ///< REQUIRETLS (RFC 8689)
    std::optional<int> mt_priority;    ///< MT-PRIORITY= (RFC 6710), -9 to 9
    std::string deliver_by;            ///< BY= (RFC 2852): 120;R
    std::optional<std::uint64_t> hold_for; ///< HOLDFOR= in seconds (RFC 4865)
    std::string hold_until;                ///< HOLDUNTIL= (RFC 4865)
    std::optional<std::string> auth;       ///< AUTH= (RFC 4954 5), before xtext; "" is <>
    friend bool operator==(const EnvelopeSettings&, const EnvelopeSettings&) = default;
};

} // namespace smtpprobe
