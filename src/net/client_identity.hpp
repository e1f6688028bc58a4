// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <openssl/ssl.h>

#include "net/openssl_free.hpp"

namespace smtpprobe {

/// Our own certificate with its chain and private key, for servers that ask who we are.
class ClientIdentity {
public:
    /// Reads PEM: the certificate first, what signed it behind. `key_file` empty: the key is in `cert_file`.
    /// Both empty: there is none. Gives what is wrong with the files, in one line; never a word of a key.
    std::optional<std::string> read(const std::string& cert_file, const std::string& key_file);

    /// The handshake that is under way shows it, if there is one.
    void use_for(SSL* ssl) const;

private:
    std::optional<std::string> read_certificates(const std::string& file, const std::string& text);
    std::optional<std::string> read_key(const std::string& option, const std::string& file,
                                        const std::string& text);

    std::unique_ptr<X509, OpensslFree<X509_free>> certificate_;
    std::vector<std::unique_ptr<X509, OpensslFree<X509_free>>> chain_;
    std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>> key_;
};

} // namespace smtpprobe
