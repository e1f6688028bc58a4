// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "smtpprobe/expected.hpp"

namespace smtpprobe {

/// Where --expect-in waits for the message.
struct ExpectedPlace {
    std::string maildir; ///< a directory with new and cur; empty: it is on an IMAP server
    bool implicit_tls = false;
    std::string host; ///< a name or an address, an IPv6 one in brackets
    std::uint16_t port = 143;
    std::string user;
    std::string folder = "INBOX";
    friend bool operator==(const ExpectedPlace&, const ExpectedPlace&) = default;
};

/// `maildir:PATH`, `imap://USER@HOST[:PORT][/FOLDER]`, `imaps://…`; what is no letter may be written %HH.
/// The error is half a sentence behind the option's name.
Expected<ExpectedPlace, std::string> parse_expected_place(std::string_view text);

} // namespace smtpprobe
