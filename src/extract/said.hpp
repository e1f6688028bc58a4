// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "smtpprobe/explain.hpp"

namespace smtpprobe {

/// A passage of a report that may say why: a reply, or a sentence.
struct Said {
    std::string text;
    std::string host; ///< who said it, where that stands apart
    ReplyEvidence evidence;
    bool follow_on = false;     ///< noise that only follows from an earlier refusal
    bool in_transcript = false; ///< a reply of a transcript: `<<< 550 …`
    int worth = 0;              ///< how much the catalogue makes of it: the less the better
};

/// Values of Said::worth. A server's own reply is worth more than a sentence about it.
constexpr int kWorthReplyWords = 0;
constexpr int kWorthReplyStatus = 1;
constexpr int kWorthSentence = 2; ///< words or a status, without a reply code
constexpr int kWorthCode = 3;     ///< only the reply code says something
constexpr int kWorthLittle = 4;   ///< a code's class, or words that stand in every report
constexpr int kWorthFollowOn = 5; ///< noise that follows from an earlier refusal
constexpr int kWorthNothing = 6;

/// `550`, 4xx or 5xx at the beginning, followed by a blank, a hyphen or nothing; 0 for none.
int reply_code_at_start(std::string_view line);

/// Reads and weighs one passage.
Said said(std::string text, std::string host = {}, std::optional<Step> step = std::nullopt);

/// The passages of these lines: paragraphs, cut where a reply begins, a transcript's `>>>` and `<<<` read.
std::vector<Said> passages_of(const std::vector<std::string_view>& lines);

/// The passage that says most; the earliest of equals. Nullptr for none.
const Said* best_of(const std::vector<Said>& passages);

} // namespace smtpprobe
