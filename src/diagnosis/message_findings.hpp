// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "diagnosis/assessment.hpp"

namespace smtpprobe {

/// What became of the message of --send in one conversation, beside the reply that decided it.
void find_in_delivery(const SessionView& view, Severity weight, Findings& findings);
/// The message itself, and its arrival.
void find_in_message(const Assessment& assessment, Findings& findings);

/// The headline where a message was sent, or should have arrived; empty where there is nothing to say of it.
std::string message_headline(const Assessment& assessment, const std::string& target);

/// Went the whole message out, at the endpoint that decides, and nobody said what became of it?
bool delivery_is_unknown(const Assessment& assessment);

} // namespace smtpprobe
