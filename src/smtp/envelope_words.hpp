// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "smtpprobe/capabilities.hpp"
#include "smtpprobe/envelope_settings.hpp"

namespace smtpprobe {

/// What calls for parameters beside the user's own settings.
struct EnvelopeNeeds {
    bool utf8 = false;                         ///< an address, or the message's header: SMTPUTF8
    bool eight_bit = false;                    ///< the message: BODY=8BITMIME
    std::optional<std::uint64_t> message_size; ///< SIZE=, where that is offered
    bool message = false;                      ///< a message follows
    bool encrypted = false;                    ///< the session is: REQUIRETLS may be said
};

/// A parameter that the server does not offer, or that may not be said here.
struct UnofferedWord {
    std::string_view word;    ///< `NOTIFY`
    std::string_view keyword; ///< of the extension: `DSN`; or what it needs: `TLS`

    /// `SMTPUTF8`, `NOTIFY (of DSN)`, `REQUIRETLS (only within TLS)`
    std::string text() const;
    friend bool operator==(const UnofferedWord&, const UnofferedWord&) = default;
};

/// The parameters of MAIL and RCPT.
struct EnvelopeWords {
    std::vector<std::string> mail; ///< as they are sent: `SIZE=1000`
    std::vector<std::string> rcpt;
    bool utf8 = false;                      ///< SMTPUTF8 is among them
    std::vector<UnofferedWord> not_offered; ///< what was asked for, or is needed, and is left out
    /// The envelope would be another one without those: MAIL is not said.
    bool forbidden = false;
};

/// Which parameters are said to a server that offers these capabilities. An extension that it does not offer
/// is left alone, unless the settings say otherwise. Then the envelope is said without, if no message
/// follows: nothing is delivered in another way than was asked for. An internationalised address, and
/// REQUIRETLS, are not said without in any case. REQUIRETLS is said within TLS alone (RFC 8689 section 2).
EnvelopeWords envelope_words(const EnvelopeSettings& settings, const EnvelopeNeeds& needs,
                             const Capabilities& offered);

/// Is any octet of it not ASCII?
bool needs_utf8(std::string_view mailbox);

} // namespace smtpprobe
