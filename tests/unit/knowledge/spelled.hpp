// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "smtpprobe/explain.hpp"

/// What the examples of the catalogue spell, read back into values.
namespace spelled {

struct AtStep {
    smtpprobe::Step step{};
    std::string_view rest;
};

/// `RCPT 550 5.1.1 text`
std::optional<smtpprobe::Explained> explained_reply(std::string_view example);
/// `tls: handshake, alert 40`, `greeting: malformed, SSH-2.0-x`, `\xHH` for a byte
std::optional<smtpprobe::Explained> explained_fault(std::string_view example);
/// `MX failed server-failure`, `A no-records`
std::optional<smtpprobe::Explained> explained_lookup(std::string_view example);

/// A reply of one line or more to that step, explained.
smtpprobe::Explained explained(smtpprobe::Step step, std::string_view text);

} // namespace spelled
