// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "smtpprobe/secret.hpp"

namespace smtpprobe {

/// Who logs in at one host: an entry of a netrc file.
struct HostLogin {
    std::optional<std::string> host; ///< none: every other one
    std::string user;
    Secret password;
    friend bool operator==(const HostLogin&, const HostLogin&) = default;
};

/// How the client logs in (RFC 4954).
struct AuthSettings {
    bool wanted = false; ///< any option that asks for a login was given
    std::vector<std::string>
        mechanisms;        ///< only these, in this order, upper case; empty: the strongest first
    bool all = false;      ///< --auth-all: each mechanism on offer, a session each
    bool insecure = false; ///< --auth-insecure: also without TLS, or where its certificate does not hold
    bool initial_response = true; ///< send the first answer with the AUTH command where that is possible
    bool show_secrets = false;    ///< --show-secrets
    std::string user;             ///< authentication identity
    std::string authorize_as;     ///< authorization identity; empty: none is sent
    std::string realm;            ///< realm or NTLM domain
    Secret password;              ///< or the bearer's token of XOAUTH2 and OAUTHBEARER
    /// --netrc: each host gets its own login, the first that is for it, and no other; `user` and `password`
    /// are nobody's then. See login_at_host().
    std::optional<std::vector<HostLogin>> by_host;
    friend bool operator==(const AuthSettings&, const AuthSettings&) = default;
};

} // namespace smtpprobe
