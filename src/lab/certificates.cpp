// SPDX-License-Identifier: Apache-2.0
#include "lab/certificates.hpp"

#include <array>
#include <cstdio>
#include <ctime>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace smtpprobe {
namespace {

void must(bool done, const char* what)
{
    if (!done)
        throw std::runtime_error(std::string("certificates: OpenSSL cannot ") + what);
}

std::shared_ptr<EVP_PKEY> make_key(KeyKind kind)
{
    EVP_PKEY* key = nullptr;
    switch (kind) {
    case KeyKind::ec_p256: key = EVP_EC_gen("P-256"); break;
    case KeyKind::ec_p384: key = EVP_EC_gen("P-384"); break;
    case KeyKind::rsa_2048: key = EVP_RSA_gen(2048); break;
    case KeyKind::rsa_1024: key = EVP_RSA_gen(1024); break;
    case KeyKind::ed25519: key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"); break;
    }
    must(key != nullptr, "make a key");
    return {key, EVP_PKEY_free};
}

void add_name(GENERAL_NAMES* names, int type, const std::string& bytes)
{
    GENERAL_NAME* entry = GENERAL_NAME_new();
    ASN1_STRING* value = ASN1_STRING_type_new(type == GEN_IPADD ? V_ASN1_OCTET_STRING : V_ASN1_IA5STRING);
    must(entry && value, "make a name");
    ASN1_STRING_set(value, bytes.data(), static_cast<int>(bytes.size()));
    GENERAL_NAME_set0_value(entry, type, value);
    must(sk_GENERAL_NAME_push(names, entry) > 0, "add a name");
}

void add_alternative_names(X509* certificate, const CertificateSpec& spec)
{
    const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(GENERAL_NAMES_new(),
                                                                              GENERAL_NAMES_free);
    for (const auto& name : spec.dns_names)
        add_name(names.get(), GEN_DNS, name);
    for (const auto& text : spec.ip_addresses) {
        ASN1_OCTET_STRING* address = a2i_IPADDRESS(text.c_str());
        must(address != nullptr, "read an address");
        const auto* bytes = ASN1_STRING_get0_data(address);
        add_name(names.get(), GEN_IPADD, std::string(bytes, bytes + ASN1_STRING_length(address)));
        ASN1_OCTET_STRING_free(address);
    }
    if (sk_GENERAL_NAME_num(names.get()) > 0)
        must(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_APPEND) > 0,
             "add the alternative names");
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    must(extension != nullptr, "make an extension");
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

void fill(X509* certificate, const CertificateSpec& spec, EVP_PKEY* key)
{
    std::array<unsigned char, 8> serial{};
    must(RAND_bytes(serial.data(), static_cast<int>(serial.size())) == 1, "make random bytes");
    serial[0] = (serial[0] & 0x3f) | 0x40; // positive, and always 8 bytes long
    BIGNUM* number = BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr);
    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    BN_free(number);

    X509_set_version(certificate, X509_VERSION_3);
    const std::time_t now = std::time(nullptr);
    ASN1_TIME_set(X509_getm_notBefore(certificate), now + spec.valid_from.count());
    ASN1_TIME_set(X509_getm_notAfter(certificate), now + spec.valid_until.count());
    must(X509_set_pubkey(certificate, key) == 1, "set the key");
    if (!spec.common_name.empty())
        must(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                                        reinterpret_cast<const unsigned char*>(spec.common_name.data()),
                                        static_cast<int>(spec.common_name.size()), -1, 0) == 1,
             "set the common name");
}

/// `issuer` is empty for one that signs itself.
Credential make(const CertificateSpec& spec, const Credential& issuer)
{
    Credential made;
    made.key = make_key(spec.key);
    made.certificate.reset(X509_new(), X509_free);
    X509* certificate = made.certificate.get();
    X509* signer = issuer.certificate ? issuer.certificate.get() : certificate;
    EVP_PKEY* signer_key = issuer.key ? issuer.key.get() : made.key.get();

    fill(certificate, spec, made.key.get());
    X509_set_issuer_name(certificate, X509_get_subject_name(signer));
    if (spec.authority) {
        add_extension(certificate, signer, NID_basic_constraints, "critical,CA:TRUE");
        add_extension(certificate, signer, NID_key_usage, "critical,keyCertSign,cRLSign");
    } else {
        add_extension(certificate, signer, NID_basic_constraints, "critical,CA:FALSE");
        if (!spec.purpose.empty())
            add_extension(certificate, signer, NID_ext_key_usage, spec.purpose);
    }
    add_extension(certificate, signer, NID_subject_key_identifier, "hash");
    add_extension(certificate, signer, NID_authority_key_identifier, "keyid");
    if (!spec.issuer_url.empty())
        add_extension(certificate, signer, NID_info_access, "caIssuers;URI:" + spec.issuer_url);
    add_alternative_names(certificate, spec);

    const EVP_MD* digest =
        EVP_PKEY_is_a(signer_key, "ED25519") ? nullptr : EVP_get_digestbyname(spec.digest.c_str());
    must(X509_sign(certificate, signer_key, digest) > 0, "sign");
    return made;
}

std::string text_of(BIO* bio)
{
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(bio, &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

} // namespace

Credential make_self_signed(const CertificateSpec& spec) { return make(spec, Credential()); }

Credential issue(const Credential& issuer, const CertificateSpec& spec) { return make(spec, issuer); }

std::string certificate_pem(const Credential& credential)
{
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new(BIO_s_mem()), BIO_free_all);
    must(PEM_write_bio_X509(bio.get(), credential.certificate.get()) == 1, "write a certificate");
    return text_of(bio.get());
}

std::string private_key_pem(const Credential& credential)
{
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new(BIO_s_mem()), BIO_free_all);
    must(PEM_write_bio_PrivateKey(bio.get(), credential.key.get(), nullptr, nullptr, 0, nullptr, nullptr) ==
             1,
         "write a key");
    return text_of(bio.get());
}

void save_certificates(const std::string& path, const std::vector<Credential>& credentials)
{
    std::string text;
    for (const auto& credential : credentials)
        text += certificate_pem(credential);
    std::FILE* file = std::fopen(path.c_str(), "wb");
    must(file != nullptr, "open the file");
    const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    must((std::fclose(file) == 0) && written, "write the file");
}

std::shared_ptr<SSL_CTX> make_server_context(const std::vector<Credential>& chain, const ServerTls& tls)
{
    const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    must(context != nullptr, "make a context");
    SSL_CTX* raw = context.get();
    SSL_CTX_set_security_level(raw, 0);
    SSL_CTX_set_min_proto_version(raw, tls.lowest);
    SSL_CTX_set_max_proto_version(raw, tls.highest);
    const std::string ciphers = tls.ciphers.empty() ? "ALL:@SECLEVEL=0" : tls.ciphers + ":@SECLEVEL=0";
    must(SSL_CTX_set_cipher_list(raw, ciphers.c_str()) == 1, "use the ciphers");
    for (std::size_t i = 0; i < chain.size(); ++i) {
        X509* certificate = chain[i].certificate.get();
        if (i > 0)
            must(SSL_CTX_add1_chain_cert(raw, certificate) == 1, "add to the chain");
        else
            must(SSL_CTX_use_certificate(raw, certificate) == 1 &&
                     SSL_CTX_use_PrivateKey(raw, chain[i].key.get()) == 1,
                 "use the certificate");
    }
    // Sends what stands in `chain` and nothing that it finds elsewhere.
    SSL_CTX_set_mode(raw, SSL_MODE_NO_AUTO_CHAIN);
    if (tls.ask_client_certificate || tls.require_client_certificate) {
        const int must_have = tls.require_client_certificate ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
        SSL_CTX_set_verify(raw, SSL_VERIFY_PEER | must_have, nullptr);
    }
    return context;
}

} // namespace smtpprobe
