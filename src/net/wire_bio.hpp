// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include <openssl/bio.h>

namespace smtpprobe {

/// The descriptor under a TLS connection, and what happened on it. OpenSSL's own socket BIO raises
/// SIGPIPE when the server has gone, and an errno does not survive on the way out of the library.
struct Wire {
    int descriptor = -1;
    int error = 0;           ///< the errno that ended it, or 0
    bool ended = false;      ///< the server sent FIN
    std::string first_bytes; ///< of what the server sent: the first kFirstBytes at most

    /// How much one call may read before it must let other sessions have their turn: OpenSSL itself
    /// goes on for as long as session tickets come in.
    std::size_t may_read = kReadAtOnce;

    static constexpr std::size_t kReadAtOnce = std::size_t{64} * 1024;
    static constexpr std::size_t kFirstBytes = 5; // a TLS record's head
};

/// One a program would do, but one a Trust needs no global.
BIO_METHOD* make_wire_method();
/// `wire` must outlive the BIO.
BIO* make_wire_bio(const BIO_METHOD* method, Wire& wire);

} // namespace smtpprobe
