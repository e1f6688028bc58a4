// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include "net/client_identity.hpp"
#include "net/openssl_free.hpp"
#include "net/trust.hpp"

namespace smtpprobe {

/// What OpenSSL needs, once a Trust.
struct Trust::State {
    template <auto release> using Free = OpensslFree<release>;

    std::unique_ptr<BIO_METHOD, Free<BIO_meth_free>> wire_method;
    std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>> context;
    /// Not the context's own: handshakes verify nothing, chains are judged afterwards.
    std::unique_ptr<X509_STORE, Free<X509_STORE_free>> store;
    ClientIdentity identity;   ///< what --tls-cert names; without a certificate where nothing was named
    bool store_usable = false; ///< anything to trust was found
    /// A bundle that belongs to the store and is read only for a chain that the directory alone does
    /// not make trusted: reading it takes 15 ms. Empty: there is none, or it was read.
    std::string unread_file;

    /// Whether there was anything to read.
    bool read_rest();
};

/// The context that all handshakes use; server answers anything but TLS 1.0 to 1.3 and it fails.
SSL_CTX* make_client_context();

} // namespace smtpprobe
