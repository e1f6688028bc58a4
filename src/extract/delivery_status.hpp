// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "extract/bounce_view.hpp"
#include "extract/mention.hpp"
#include "extract/text_report.hpp"

namespace smtpprobe {

/// The recipients of a delivery status (RFC 3464, RFC 6533): of its own part, or of a text that holds its
/// fields. Where the status says little, the report for people helps out.
std::vector<Mention> read_delivery_status(const BounceView& view, const TextReport& report);

/// Completes a mention from what was said about its recipient: evidence, text, status, host.
void settle(Mention& mention, const std::vector<Said>& passages);

} // namespace smtpprobe
