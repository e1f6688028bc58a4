// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smtpprobe {

// What challenges and answers say, for people. The texts may hold raw bytes of a server.

/// The secret, or kMask.
std::string masked(std::string_view secret, bool show_secrets);

/// One `name=value` of SCRAM's messages (RFC 5802 section 7), or nothing.
std::optional<std::string> scram_attribute(std::string_view message, char name);

/// The iteration count of SCRAM's server-first message. Nothing where there is none, or it is no number.
std::optional<std::uint64_t> scram_iterations(std::string_view message);

std::string scram_words(std::string_view message, bool show_secrets);
/// Challenges and answers of DIGEST-MD5 (RFC 2831).
std::string digest_md5_words(std::string_view message, bool show_secrets);
std::string plain_words(std::string_view message, bool show_secrets);
std::string cram_md5_words(std::string_view message, bool show_secrets);

/// Of an answer of that mechanism: what the password could be guessed with. Empty: nothing, or all of it.
std::string proof_in(std::string_view mechanism, std::string_view message);

} // namespace smtpprobe
