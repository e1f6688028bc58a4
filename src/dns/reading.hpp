// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dns/message.hpp"

namespace smtpprobe {

/// What an answer says about a question, aliases followed.
struct Reading {
    LookupOutcome outcome = LookupOutcome::no_records;
    LookupFailure failure = LookupFailure::none;
    std::vector<Record> records;
    std::vector<Record> aliases;
    std::uint32_t ttl = 0;
    /// The answer ends in an alias and does not say what is behind it: ask for this name.
    std::optional<std::string> ask_next;
};

/// Alias chains longer than this are taken for loops.
inline constexpr std::size_t kMaxAliases = 8;

/// `answer` must have RCODE 0 or 3; any other decides nothing about the name. `before` are the aliases that
/// led to this question.
Reading read_answer(const DnsAnswer& answer, const Question& question, const std::vector<Record>& before);

} // namespace smtpprobe
