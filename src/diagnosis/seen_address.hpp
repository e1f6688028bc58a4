// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "smtpprobe/address.hpp"
#include "smtpprobe/transcript.hpp"

namespace smtpprobe {

/// The address that the server says it sees us come from: in its answer to EHLO
/// (`Hello mail.example.com [203.0.113.9], pleased to meet you`), or in a refusal
/// (`Client host [203.0.113.9] blocked using …`). Behind NAT it differs from our own end of the connection.
/// Never an address of the server itself, nor one that no connection can come from, nor a private one that is
/// not ours where the server has a public one.
std::optional<IpAddress> seen_address(const Session& session);

/// The first address within the text that is none of `except`: in brackets, or as a word of its own.
std::optional<IpAddress> address_in(std::string_view text, const IpAddress& except);

/// A private address in a refusal by a server that has a public one, and not our own: it is of their network,
/// and says that the server does not see who connects.
std::optional<IpAddress> inner_address(const Session& session, const Received& refusal);

} // namespace smtpprobe
