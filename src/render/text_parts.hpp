// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "render/page.hpp"
#include "smtpprobe/report.hpp"

namespace smtpprobe {

// The parts of the text report, each in a file of its own, in their order on the page.

/// The verdict as one word, the sentence, and who must act.
void print_headline(Page& page, const Diagnosis& diagnosis);
/// How the endpoints came about, and the table of them with times and results.
void print_route(Page& page, const Facts& facts);
/// For `self`: what this machine sends as, and what was found about each of its addresses.
void print_sender(Page& page, const Facts& facts);
/// The message that was sent, whether it arrived, and by which hops.
void print_message(Page& page, const Facts& facts);
/// Blocks for problems and warnings; notes in one line each, or in blocks where `all` is set.
void print_findings(Page& page, const std::vector<Finding>& findings, bool all);
/// What was tried beyond the route and its conversations, and when; `all`: routine lookups as well.
void print_experiments(Page& page, const Facts& facts, bool all);
/// Every DNS question and every conversation, line by line, with what the replies mean.
void print_transcripts(Page& page, const Facts& facts);

} // namespace smtpprobe
