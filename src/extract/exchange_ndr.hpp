// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "extract/bounce_view.hpp"
#include "extract/mention.hpp"

namespace smtpprobe {

/// The non-delivery report of Exchange 5.5 to 2003: `name on 3/27/2008 9:11 AM`, the sentence for people
/// and, for the admin, `<server #5.1.1 smtp;550 5.1.1 …>`. Recipients may go by their names alone. Empty
/// for any other report.
std::vector<Mention> read_exchange_ndr(const BounceView& view);

} // namespace smtpprobe
