// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "extract/bounce_view.hpp"
#include "extract/mention.hpp"

namespace smtpprobe {

/// The recipients of a notice in JSON, as Amazon SES sends by way of SNS: `"bouncedRecipients":[{…}]`.
std::vector<Mention> read_service_notice(const BounceView& view);

} // namespace smtpprobe
