// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "smtpprobe/names.hpp"
#include "smtpprobe/time.hpp"

namespace smtpprobe {

/// A certificate as the server sent it. Texts are the server's: print them escaped.
struct Certificate {
    std::string subject; ///< RFC 2253 order: `CN=mx.example.com,O=…`
    std::string issuer;
    std::string common_name;
    std::vector<std::string> dns_names; ///< subjectAltName
    std::vector<std::string> ip_addresses;
    std::string serial;   ///< hex
    std::string key_type; ///< RSA, EC prime256v1, ED25519 …
    int key_bits = 0;
    std::string signature_algorithm; ///< ecdsa-with-SHA256, sha1WithRSAEncryption …
    Instant not_before{};
    Instant not_after{};
    std::string sha256; ///< of the DER form, hex, lower case
    bool self_signed = false;
    friend bool operator==(const Certificate&, const Certificate&) = default;
};

/// May this chain be trusted, whatever its names and dates?
enum class ChainVerdict : std::uint8_t {
    trusted,
    self_signed,    ///< the server's certificate signs itself, and is not in the store
    unknown_issuer, ///< its chain ends at a certificate that is not in the trust store
    incomplete,     ///< its issuer was not sent and is not in the store: intermediate missing
    weak,          ///< a key or signature that OpenSSL's security level 2 refuses: RSA under 2048 bits, SHA-1
    wrong_purpose, ///< not for servers
    invalid,       ///< a signature does not hold, or the like
    no_store,      ///< the trust store could not be read: not judged
    none,          ///< the server sent no certificate
};

template <> struct Names<ChainVerdict> {
    static constexpr std::string_view all[] = {"trusted",    "self-signed", "unknown-issuer",
                                               "incomplete", "weak",        "wrong-purpose",
                                               "invalid",    "no-store",    "none"};
    static constexpr ChainVerdict last = ChainVerdict::none;
};

enum class NameVerdict : std::uint8_t {
    matches,
    common_name_only, ///< no subjectAltName, but the common name matches: RFC 9525 says no, many accept
    mismatch,
    not_checked, ///< no name to check against (an address target without --tls-name)
};

template <> struct Names<NameVerdict> {
    static constexpr std::string_view all[] = {"matches", "common-name-only", "mismatch", "not-checked"};
    static constexpr NameVerdict last = NameVerdict::not_checked;
};

/// At the time of the handshake, over the whole chain that was sent.
enum class DateVerdict : std::uint8_t { valid, expired, not_yet_valid, not_checked };

template <> struct Names<DateVerdict> {
    static constexpr std::string_view all[] = {"valid", "expired", "not-yet-valid", "not-checked"};
    static constexpr DateVerdict last = DateVerdict::not_checked;
};

/// What a handshake showed. It was completed whatever the verdicts say, so that the rest is learnt.
struct TlsFacts {
    std::string version; ///< TLSv1.3
    std::string cipher;  ///< OpenSSL's name
    int cipher_bits = 0;
    std::string group;              ///< X25519, prime256v1 …; empty where the key exchange has none
    std::string server_name;        ///< SNI that we sent; empty for none
    std::vector<Certificate> chain; ///< as sent, the server's own first
    ChainVerdict chain_verdict = ChainVerdict::none;
    std::string chain_detail; ///< OpenSSL's words when not trusted
    NameVerdict name_verdict = NameVerdict::not_checked;
    std::string name_checked;
    DateVerdict date_verdict = DateVerdict::not_checked;
    bool client_certificate_requested = false;
    bool client_certificate_sent = false; ///< ours (--tls-cert); what the server made of it is its own affair
    friend bool operator==(const TlsFacts&, const TlsFacts&) = default;
};

} // namespace smtpprobe
