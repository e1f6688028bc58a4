// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "smtpprobe/names.hpp"

namespace smtpprobe {

/// Why a login was given up by the client, though the server did not refuse it.
enum class AuthStop : std::uint8_t {
    bad_base64,          ///< a challenge that is no Base64
    too_long,            ///< a challenge over 12288 octets (RFC 4954 section 4)
    too_many,            ///< challenges without end
    unreadable,          ///< a challenge that the mechanism cannot mean
    too_many_iterations, ///< SCRAM: a hash that would take us minutes
    wrong_proof,         ///< the server does not know the password: it is not the one that it claims to be
    missing_proof,       ///< it said yes without having shown that it knows the password
    own_side,            ///< a library, a ticket or a credential is missing here
};

template <> struct Names<AuthStop> {
    static constexpr std::string_view all[] = {
        "bad-base64",          "too-long",    "too-many",      "unreadable",
        "too-many-iterations", "wrong-proof", "missing-proof", "own-side"};
    static constexpr AuthStop last = AuthStop::own_side;
};

} // namespace smtpprobe
