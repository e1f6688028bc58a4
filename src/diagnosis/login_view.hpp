// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "smtpprobe/transcript.hpp"

namespace smtpprobe {

/// One try to log in, by one mechanism. Points into the session: keep that.
struct LoginTry {
    std::string mechanism;               ///< upper case
    const Received* answer = nullptr;    ///< what ended it; null where nothing did
    const Received* challenge = nullptr; ///< the last one
    const Sent* cancelled = nullptr;     ///< what gave it up (`*`, or QUIT); its `decoded` says why
};

/// The logins of a conversation.
struct LoginView {
    std::vector<LoginTry> tries;       ///< in their order
    std::optional<SkipReason> skipped; ///< none was made, and why
    std::string why;                   ///< what is missing for one, in words; may be empty

    bool logged_in() const;
    /// The server took user or password for wrong, or may have: what accounts are locked for.
    bool credentials_refused() const;
    /// The one that settled the matter; null where there was none.
    const LoginTry* last() const { return tries.empty() ? nullptr : &tries.back(); }
};

LoginView read_logins(const Session& session);

} // namespace smtpprobe
