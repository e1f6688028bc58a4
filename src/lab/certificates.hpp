// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

// OpenSSL's own types, so that its headers stay out of this one.
struct evp_pkey_st;
struct ssl_ctx_st;
struct x509_st;

namespace smtpprobe {

// Certificates made in memory, good and bad ones, for the lab and the tests.

enum class KeyKind { ec_p256, ec_p384, rsa_2048, rsa_1024, ed25519 };

/// What shall stand in a certificate. Texts go in as they are, also with a NUL inside.
struct CertificateSpec {
    std::string common_name; ///< empty: an empty subject
    std::vector<std::string> dns_names;
    std::vector<std::string> ip_addresses; ///< as text
    KeyKind key = KeyKind::ec_p256;
    std::string digest = "SHA256"; ///< of the issuer's signature; Ed25519 issuers take none
    std::chrono::seconds valid_from = std::chrono::hours(-1); ///< from now
    std::chrono::seconds valid_until = std::chrono::hours(24 * 30);
    bool authority = false;             ///< may issue others
    std::string purpose = "serverAuth"; ///< extendedKeyUsage of one that is no authority; empty: none
    /// Where the issuer's certificate can be fetched, as public authorities say it; empty: not said.
    std::string issuer_url;
};

/// A certificate with its private key.
struct Credential {
    std::shared_ptr<x509_st> certificate;
    std::shared_ptr<evp_pkey_st> key;
};

// These throw std::runtime_error where OpenSSL does not do it.

/// Signs itself: a root where `authority` is set.
Credential make_self_signed(const CertificateSpec& spec);
Credential issue(const Credential& issuer, const CertificateSpec& spec);

std::string certificate_pem(const Credential& credential);
std::string private_key_pem(const Credential& credential);
/// For --ca-file and servers' configurations. Replaces the file.
void save_certificates(const std::string& path, const std::vector<Credential>& credentials);

/// What TLS a server made of these speaks. 0x0301 is TLS 1.0, 0x0304 TLS 1.3.
struct ServerTls {
    int lowest = 0x0301;
    int highest = 0x0304;
    std::string ciphers; ///< OpenSSL's notation, for TLS 1.2 and older; empty: all that are not null
    bool ask_client_certificate = false;
    bool require_client_certificate = false;
};

/// A server's context that sends `chain[0]` as its own certificate and the others behind it. Weak
/// keys and old versions are allowed (security level 0).
std::shared_ptr<ssl_ctx_st> make_server_context(const std::vector<Credential>& chain,
                                                const ServerTls& tls = ServerTls());

} // namespace smtpprobe
