// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "smtpprobe/step.hpp"

namespace smtpprobe {

/// The kind of exchange that a line which the user wants to be said is: `HELP MAIL` is Step::help, and what
/// has no kind of its own Step::command.
Step step_of_line(std::string_view line);

/// Does a positive answer turn the roles, so that the server sends mail from then on (TURN, ATRN)?
bool turns_roles(std::string_view line);

/// Is a message delivered by it: BURL with LAST (RFC 4468 3.3)?
bool ends_message(std::string_view line);

/// Does a positive answer begin a transaction (SEND, SOML, SAML)?
bool begins_transaction(std::string_view line);

} // namespace smtpprobe
