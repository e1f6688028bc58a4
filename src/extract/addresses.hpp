// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace smtpprobe {

struct FoundAddress {
    std::string address; ///< `user@example.com`, bare
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// What looks like a mailbox in a line of text, at most 50.
std::vector<FoundAddress> addresses_in(std::string_view line);
/// The address of a field: `rfc822; <user@example.com>`. What is none (X.400, a local name) comes back
/// without the type; empty for an empty one.
std::string address_of_field(std::string_view field);
/// An address that programs write from or that people are told to ask: postmaster, mailer-daemon.
bool is_role_address(std::string_view address);

} // namespace smtpprobe
