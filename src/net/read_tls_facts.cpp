// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <ctime>
#include <memory>
#include <string_view>

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "net/judge.hpp"
#include "smtpprobe/address.hpp"

namespace smtpprobe {
namespace {

std::string hex(const unsigned char* bytes, std::size_t size)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < size; ++i) {
        text += kDigits[bytes[i] >> 4];
        text += kDigits[bytes[i] & 15];
    }
    return text;
}

// Every text is taken with its length: a NUL within a name is an old trick to end it early.
std::string bytes_of(const ASN1_STRING* string)
{
    const unsigned char* bytes = ASN1_STRING_get0_data(string);
    return {bytes, bytes + ASN1_STRING_length(string)};
}

std::string text_of(const X509_NAME* name)
{
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new(BIO_s_mem()), BIO_free_all);
    // Without ASN1_STRFLGS_ESC_MSB, so that names outside ASCII stay what they are: UTF-8.
    X509_NAME_print_ex(bio.get(), name, 0,
                       XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

std::string common_name_of(const X509_NAME* name)
{
    // The last one is the most specific.
    int last = -1;
    for (int at = -1; (at = X509_NAME_get_index_by_NID(name, NID_commonName, at)) >= 0;)
        last = at;
    if (last < 0)
        return {};
    unsigned char* utf8 = nullptr;
    const int size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)));
    if (size < 0)
        return {};
    std::string text(utf8, utf8 + size);
    OPENSSL_free(utf8);
    return text;
}

void read_alternative_names(X509* certificate, Certificate& read)
{
    auto* names =
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
    for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
        int type = 0;
        const void* value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, i), &type);
        if (type != GEN_DNS && type != GEN_IPADD)
            continue;
        const std::string bytes = bytes_of(static_cast<const ASN1_STRING*>(value));
        if (type == GEN_DNS) {
            read.dns_names.push_back(bytes);
        } else if (bytes.size() == 4 || bytes.size() == 16) {
            std::array<std::uint8_t, 16> octets{};
            std::copy(bytes.begin(), bytes.end(), octets.begin());
            const auto address = bytes.size() == 16
                                     ? IpAddress::v6(octets)
                                     : IpAddress::v4({octets[0], octets[1], octets[2], octets[3]});
            read.ip_addresses.push_back(address.text());
        }
    }
    GENERAL_NAMES_free(names);
}

Instant instant_of(const ASN1_TIME* time)
{
    std::tm civil{};
    if (ASN1_TIME_to_tm(time, &civil) != 1)
        return {};
    return Instant(std::chrono::seconds(::timegm(&civil)));
}

std::string object_name(const ASN1_OBJECT* object)
{
    char text[80] = "";
    OBJ_obj2txt(text, sizeof text, object, 0);
    return text;
}

void read_key(X509* certificate, Certificate& read)
{
    const EVP_PKEY* key = X509_get0_pubkey(certificate);
    if (!key) { // an algorithm that OpenSSL does not know
        ASN1_OBJECT* algorithm = nullptr;
        X509_PUBKEY_get0_param(&algorithm, nullptr, nullptr, nullptr, X509_get_X509_PUBKEY(certificate));
        read.key_type = object_name(algorithm);
        return;
    }
    if (const char* type = EVP_PKEY_get0_type_name(key))
        read.key_type = type;
    char group[80] = "";
    std::size_t size = 0;
    if (EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_group_name(key, group, sizeof group, &size) == 1)
        read.key_type += std::string(" ") + group;
    read.key_bits = EVP_PKEY_get_bits(key);
}

/// `X25519`, `prime256v1`, `ffdhe2048`, `DH 1024`; empty for RSA key transport.
std::string group_of(const SSL* ssl)
{
    EVP_PKEY* key = nullptr;
    if (SSL_get_peer_tmp_key(const_cast<SSL*>(ssl), &key) != 1 || !key)
        return {};
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> owned(key, EVP_PKEY_free);
    char group[80] = "";
    std::size_t size = 0;
    const char* type = EVP_PKEY_get0_type_name(key);
    // X25519 and X448 name themselves in lower case as groups.
    const bool named_by_type = EVP_PKEY_is_a(key, "X25519") || EVP_PKEY_is_a(key, "X448");
    if (!named_by_type && EVP_PKEY_get_group_name(key, group, sizeof group, &size) == 1)
        return group;
    if (EVP_PKEY_is_a(key, "DH"))
        return "DH " + std::to_string(EVP_PKEY_get_bits(key));
    return type ? type : "";
}

} // namespace

Certificate read_certificate(X509* certificate)
{
    Certificate read;
    const X509_NAME* subject = X509_get_subject_name(certificate);
    read.subject = text_of(subject);
    read.issuer = text_of(X509_get_issuer_name(certificate));
    read.common_name = common_name_of(subject);
    read_alternative_names(certificate, read);

    const std::string serial = bytes_of(X509_get0_serialNumber(certificate));
    read.serial = hex(reinterpret_cast<const unsigned char*>(serial.data()), serial.size());
    read_key(certificate, read);
    const X509_ALGOR* signature = nullptr;
    X509_get0_signature(nullptr, &signature, certificate);
    const ASN1_OBJECT* algorithm = nullptr;
    X509_ALGOR_get0(&algorithm, nullptr, nullptr, signature);
    read.signature_algorithm = object_name(algorithm);
    read.not_before = instant_of(X509_get0_notBefore(certificate));
    read.not_after = instant_of(X509_get0_notAfter(certificate));

    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    if (X509_digest(certificate, EVP_sha256(), digest, &size) == 1)
        read.sha256 = hex(digest, size);
    read.self_signed = X509_self_signed(certificate, 1) == 1;
    return read;
}

TlsFacts read_tls_facts(const SSL* ssl)
{
    TlsFacts facts;
    facts.version = SSL_get_version(ssl);
    if (const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl)) {
        facts.cipher = SSL_CIPHER_get_name(cipher);
        facts.cipher_bits = SSL_CIPHER_get_bits(cipher, nullptr);
    }
    facts.group = group_of(ssl);
    STACK_OF(X509)* chain = SSL_get_peer_cert_chain(ssl);
    for (int i = 0; i < sk_X509_num(chain); ++i)
        facts.chain.push_back(read_certificate(sk_X509_value(chain, i)));
    return facts;
}

} // namespace smtpprobe
