// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "diagnosis/assessment.hpp"

namespace smtpprobe {

// Parts of find_in_refusals().

/// Do the words of this refusal name no cause of their own?
bool says_little(const Received& refusal);

/// Are all of them refused in the same words, but for the mailbox itself?
bool are_refused_alike(const std::vector<SessionView::Recipient>& recipients);

/// Replies that are held back on purpose.
void find_tarpit(const SessionView& view, Findings& findings);

/// A server that let us in at first, and refused the next connection.
void find_second_connection_refused(const Assessment& assessment, const Attempt& attempt, Findings& findings);

/// Hosts of one domain of which one turns away what another one takes.
void find_between_hosts(const Assessment& assessment, Findings& findings);

} // namespace smtpprobe
