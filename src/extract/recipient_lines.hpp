// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace smtpprobe {

/// A line of a report that begins what it says about one recipient.
struct RecipientLine {
    std::size_t line = 0;
    std::string address;
    std::string rest;      ///< what the line says besides, the reason perhaps
    bool labelled = false; ///< the rest is what stands before the address
    bool guessed = false;  ///< only a sentence that has an address in it
};

/// The recipients that a report for people names, in its order. Of the ways to name them the surest that
/// the report uses counts: lines that begin with an address; lines that end in one behind a colon; a
/// transcript's replies; sentences. `sender` is not taken for a recipient of a sentence.
std::vector<RecipientLine> recipient_lines(const std::vector<std::string>& report, std::string_view sender);

} // namespace smtpprobe
