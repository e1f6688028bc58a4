// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/channel_binding.hpp"
#include "smtpprobe/auth_settings.hpp"
#include "smtpprobe/auth_stop.hpp"
#include "smtpprobe/expected.hpp"

namespace smtpprobe {

/// Where the login takes place.
struct SaslPlace {
    std::string host; ///< the server's name
    std::uint16_t port = 25;
    std::optional<ChannelBinding> binding = {}; ///< none without TLS
    std::string service = "smtp";               ///< as GSSAPI and DIGEST-MD5 name it
};

/// What to answer, all bytes without Base64.
struct SaslAnswer {
    /// None with `stop`: the login cannot go on, say `*`. None without it: the server speaks first.
    std::optional<std::string> bytes;
    std::string shown; ///< the answer in words, secrets masked; raw bytes of the server may be in it
    std::string proof; ///< what of the answer the password could be guessed with; empty: nothing
    std::string challenge_shown; ///< what the challenge says, in words; raw bytes of the server may be in it
    std::optional<AuthStop> stop;
    std::string why_not;    ///< with `stop`: why, for people
    bool proof_due = false; ///< the server has not shown yet that it knows the password: no 235 may come now
};

/// One login by one mechanism: the client's side.
class SaslClient {
public:
    virtual ~SaslClient() = default;
    /// Once, before any challenge: the initial response.
    virtual SaslAnswer first() = 0;
    /// The answer to a challenge. Whatever the bytes are: an answer or a reason, in bounded time.
    virtual SaslAnswer next(std::string_view challenge) = 0;
};

/// A client for that mechanism, or why there can be none. `settings` outlives it.
Expected<std::unique_ptr<SaslClient>, std::string>
make_sasl_client(std::string_view mechanism, const AuthSettings& settings, SaslPlace place);

/// Why no mechanism of these settings can be spoken on this machine; nothing where one can.
std::optional<std::string> wrong_with_sasl(const AuthSettings& settings);

} // namespace smtpprobe
