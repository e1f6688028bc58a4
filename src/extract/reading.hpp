// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "smtpprobe/explain.hpp"

namespace smtpprobe {

// Small readings that sessions and logs share.

/// Longer lines are cut: no program writes more about one reply.
inline constexpr std::size_t kMaxLine = std::size_t{16} * 1024;
/// Longer addresses and host names are cut.
inline constexpr std::size_t kMaxName = 512;

/// Calls `visit(line, number)` for each line, without its line end, numbered from 1. What a terminal had
/// overwritten by a bare CR (progress bars) is left out.
template <class Visit> void for_each_line(std::string_view text, Visit visit)
{
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        while (line.ends_with('\r'))
            line.remove_suffix(1);
        if (const std::size_t turned = line.rfind('\r'); turned != std::string_view::npos)
            line.remove_prefix(turned + 1);
        visit(line, number);
        if (end == std::string_view::npos)
            return;
        text.remove_prefix(end + 1);
    }
}

/// `550 text`, `550-text`, `550` alone: its code, else 0.
int reply_code(std::string_view line);
/// The SMTP command that a line is, by its verb: `RCPT TO:<x>`, `data`.
std::optional<Step> command_step(std::string_view line);

/// The text between the first `open` and the next `close`; nothing where either is missing.
std::optional<std::string_view> between(std::string_view text, std::string_view open, std::string_view close);
/// What stands behind the first `mark`, up to the next blank or comma; empty where it is missing.
std::string_view value_of(std::string_view text, std::string_view mark);
/// Without angle brackets and what stands behind them; cut at kMaxName.
std::string bare_address(std::string_view text);
/// `mx.example.com[192.0.2.1]:25`, `mx.example.com. [192.0.2.1]` as `mx.example.com [192.0.2.1]`; `none` as
/// nothing.
std::string host_text(std::string_view text);
bool has_ignoring_case(std::string_view text, std::string_view part);
/// Without what a client sent that may be a password, `***` in its place: what follows `AUTH` and a
/// mechanism, and what Postfix quotes that is no command, or came too early.
std::string mask_auth(std::string_view line);

/// The reply within a passage. What the passage does not say itself is taken from what stands around it: a
/// status such as `5.0.0`, which says nothing, is not taken.
ReplyEvidence evidence_within(std::string_view passage, std::optional<Step> step = std::nullopt,
                              std::string_view status = {});

/// The same for the words of a program about an outcome: where they quote no reply, they name the step.
ReplyEvidence outcome_within(std::string_view passage, std::string_view status = {});

/// The step that the words of a failure speak of: `lost connection … while sending RCPT TO`, `connect to …`,
/// `Host not found`, `SSL_connect error`.
std::optional<Step> step_of_failure(std::string_view text);

} // namespace smtpprobe
