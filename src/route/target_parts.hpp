// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "smtpprobe/address.hpp"
#include "smtpprobe/expected.hpp"

namespace smtpprobe {

/// What the user typed, for an error message: in quotes, safe to print, not too long.
std::string in_quotes(std::string_view text);

/// A host name as people read it: U-labels for A-labels, where they are valid.
std::string readable_name(const std::string& name);

/// The text between the brackets of an address literal: `192.0.2.1`, `IPv6:2001:db8::1`, or plain
/// `2001:db8::1`.
Expected<IpAddress, std::string> parse_literal(std::string_view inner);

/// A mailbox taken apart. `domain` is a host name, or an address in brackets.
struct MailboxParts {
    std::string local;  ///< as typed, quotes included
    std::string domain; ///< as parse_host_name gives it, or `[192.0.2.1]`; empty for `postmaster` alone
    bool is_literal = false;
    IpAddress address; ///< where is_literal
    std::string text() const { return domain.empty() ? local : local + '@' + domain; }
};

/// Neither empty nor `<>`: those are the null sender, which is no mailbox.
Expected<MailboxParts, std::string> split_mailbox(std::string_view text);

/// Where the domain of a mailbox begins: the last `@` outside quotes; npos where there is none.
std::size_t find_at_sign(std::string_view text);

} // namespace smtpprobe
