// SPDX-License-Identifier: Apache-2.0
#include "net/client_identity.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <unistd.h>

#include <openssl/pem.h>

#include "unit/net/tls_fixture.hpp"

using namespace smtpprobe;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

/// Files that a user could name; removed at the end of the test.
class Files {
public:
    Files()
    {
        char path[] = "/tmp/smtpprobe-test-XXXXXX";
        path_ = ::mkdtemp(path);
    }
    ~Files() { fs::remove_all(path_); }
    Files(const Files&) = delete;
    Files& operator=(const Files&) = delete;

    std::string with(const std::string& name, const std::string& text) const
    {
        std::ofstream(path_ + '/' + name, std::ios::binary) << text;
        return path_ + '/' + name;
    }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

Credential client(KeyKind key = KeyKind::ec_p256, const Credential& issuer = test_authority())
{
    CertificateSpec spec;
    spec.common_name = "client.example.org";
    spec.purpose = "clientAuth";
    spec.key = key;
    return issue(issuer, spec);
}

std::string encrypted_key_pem(const Credential& credential)
{
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new(BIO_s_mem()), BIO_free_all);
    const unsigned char phrase[] = "correct horse";
    REQUIRE(PEM_write_bio_PKCS8PrivateKey(bio.get(), credential.key.get(), EVP_aes_128_cbc(),
                                          reinterpret_cast<const char*>(phrase), sizeof phrase - 1, nullptr,
                                          nullptr) == 1);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

std::string wrong_with(const std::string& cert, const std::string& key = "")
{
    const auto wrong = Trust("", "", cert, key).check();
    return wrong ? *wrong : "";
}

/// What a server that asks for a certificate got: the common names of the chain, its own end first.
struct Shown {
    std::vector<std::string> names;
    Shaken shaken;
};

Shown show_to_server(Trust& trust, bool show, ServerTls tls = ServerTls(), bool ask = true)
{
    tls.ask_client_certificate = ask;
    const auto leaf = issue(test_authority(), host_certificate());
    const auto context = make_server_context({leaf}, tls);
    Shown shown;
    SSL_CTX_set_cert_verify_callback(
        context.get(),
        [](X509_STORE_CTX* chain, void* into) {
            STACK_OF(X509)* sent = X509_STORE_CTX_get0_untrusted(chain);
            for (int i = 0; i < sk_X509_num(sent); ++i) {
                char name[64] = "";
                X509_NAME_get_text_by_NID(X509_get_subject_name(sk_X509_value(sent, i)), NID_commonName, name,
                                          sizeof name);
                static_cast<std::vector<std::string>*>(into)->emplace_back(name);
            }
            return 1;
        },
        &shown.names);
    shown.shaken =
        shake_hands([&](Peer& peer) { peer.start_tls(context); }, "mx.example.com", &trust, 20s, true, show);
    return shown;
}

} // namespace

TEST_CASE("a certificate and its key in one file or in two, in any order")
{
    const Files files;
    for (const auto kind : {KeyKind::ec_p256, KeyKind::rsa_2048, KeyKind::ed25519}) {
        const auto own = client(kind);
        const auto cert = files.with("cert.pem", certificate_pem(own));
        const auto key = files.with("key.pem", private_key_pem(own));
        CHECK(wrong_with(cert, key).empty());
        CHECK(wrong_with(files.with("both.pem", certificate_pem(own) + private_key_pem(own))).empty());
        CHECK(wrong_with(files.with("key-first.pem", private_key_pem(own) + certificate_pem(own))).empty());
    }
    CHECK(wrong_with("", "").empty());
}

TEST_CASE("what is wrong with a certificate of ours is said in one line that names option and file")
{
    const Files files;
    const auto own = client();
    const auto other = client();
    const auto cert = files.with("cert.pem", certificate_pem(own));
    const auto key = files.with("key.pem", private_key_pem(own));
    const auto empty = files.with("empty.pem", "");
    auto damaged = certificate_pem(own);
    damaged.replace(damaged.size() / 2, 4, "!!!!");
    auto broken_key = private_key_pem(own);
    broken_key.replace(broken_key.size() / 2, 4, "!!!!");

    CHECK(wrong_with("/nonexistent/c.pem") == "--tls-cert /nonexistent/c.pem: No such file or directory");
    CHECK(wrong_with(cert, "/nonexistent/k.pem") ==
          "--tls-key /nonexistent/k.pem: No such file or directory");
    CHECK(wrong_with("", key) ==
          "--tls-key " + key + ": its certificate is missing; name its file with --tls-cert");
    CHECK(wrong_with("/dev/null") ==
          "--tls-cert /dev/null: not a regular file; write the PEM text to a file, and name that");
    CHECK(wrong_with(cert, files.path()) ==
          "--tls-key " + files.path() + ": not a regular file; write the PEM text to a file, and name that");
    CHECK(wrong_with(empty, key) ==
          "--tls-cert " + empty +
              ": no certificate in PEM form in it; `openssl pkcs12 -nodes` or `openssl x509 -inform DER` "
              "makes one");
    const auto spoilt = files.with("damaged.pem", damaged);
    CHECK(wrong_with(spoilt, key) ==
          "--tls-cert " + spoilt + ": a certificate in it is damaged; `openssl x509 -in FILE` must read it");
    const auto chain = files.with("chain.pem", certificate_pem(own) + damaged);
    CHECK(wrong_with(chain, key) ==
          "--tls-cert " + chain + ": a certificate in it is damaged; `openssl x509 -in FILE` must read it");
    CHECK(wrong_with(cert) ==
          "--tls-cert " + cert + ": no private key in it; name the key's file with --tls-key");
    CHECK(wrong_with(cert, empty) == "--tls-key " + empty + ": no private key in PEM form in it");
    const auto bad_key = files.with("bad.key", broken_key);
    CHECK(wrong_with(cert, bad_key) ==
          "--tls-key " + bad_key +
              ": the private key in it is damaged; `openssl pkey -in FILE -check -noout` must read it");
    const auto strange = files.with("strange.key", private_key_pem(other));
    CHECK(wrong_with(cert, strange) ==
          "--tls-key " + strange + ": the private key does not belong to the first certificate in " + cert);
    const auto mixed = files.with("mixed.pem", certificate_pem(own) + private_key_pem(other));
    CHECK(wrong_with(mixed) ==
          "--tls-cert " + mixed + ": the private key in it does not belong to its first certificate");
    const auto locked = files.with("locked.key", encrypted_key_pem(own));
    CHECK(wrong_with(cert, locked) == "--tls-key " + locked +
                                          ": the private key is encrypted, and no passphrase is asked for; "
                                          "`openssl pkey -in FILE -out NEW` "
                                          "writes it without");
    const auto large = files.with("large.pem", std::string(1024 * 1024 + 1, 'x'));
    CHECK(wrong_with(large) ==
          "--tls-cert " + large + ": larger than 1 MiB; a PEM file with a certificate has a few kilobytes");
}

TEST_CASE("a server that asks gets our certificate with its chain, and one that does not ask gets none")
{
    const Files files;
    CertificateSpec spec;
    spec.common_name = "Partners CA";
    spec.authority = true;
    const auto middle = issue(test_authority(), spec);
    const auto own = client(KeyKind::ec_p256, middle);
    const auto cert = files.with("chain.pem", certificate_pem(own) + certificate_pem(middle));
    const auto key = files.with("key.pem", private_key_pem(own));
    for (const int version : {0x0301, 0x0303, 0x0304}) {
        CAPTURE(version);
        ServerTls tls;
        tls.lowest = tls.highest = version;
        Trust trust(test_authority_file(), "", cert, key);
        const auto shown = show_to_server(trust, true, tls);
        REQUIRE(shown.shaken.facts);
        CHECK(shown.names == std::vector<std::string>{"client.example.org", "Partners CA"});
        CHECK(shown.shaken.facts->client_certificate_requested);
        CHECK(shown.shaken.facts->client_certificate_sent);

        const auto unasked = show_to_server(trust, true, tls, false);
        REQUIRE(unasked.shaken.facts);
        CHECK_FALSE(unasked.shaken.facts->client_certificate_requested);
        CHECK_FALSE(unasked.shaken.facts->client_certificate_sent);
    }
}

TEST_CASE("a session that must not show our certificate shows none")
{
    const Files files;
    const auto own = client();
    const auto both = files.with("both.pem", certificate_pem(own) + private_key_pem(own));
    Trust trust(test_authority_file(), "", both);
    Trust without(test_authority_file(), "");
    for (auto* store : {&trust, &without}) {
        const auto shown = show_to_server(*store, store == &without);
        REQUIRE(shown.shaken.facts);
        CHECK(shown.names.empty());
        CHECK(shown.shaken.facts->client_certificate_requested);
        CHECK_FALSE(shown.shaken.facts->client_certificate_sent);
    }
}

TEST_CASE("a key that can make no signature the server takes stays unshown, and the facts say so")
{
    const Files files;
    const auto own = client(KeyKind::ed25519);
    const auto both = files.with("both.pem", certificate_pem(own) + private_key_pem(own));
    Trust trust(test_authority_file(), "", both);
    ServerTls tls;
    tls.lowest = tls.highest = 0x0302; // no Ed25519 before TLS 1.2
    const auto shown = show_to_server(trust, true, tls);
    REQUIRE(shown.shaken.facts);
    CHECK(shown.names.empty());
    CHECK(shown.shaken.facts->client_certificate_requested);
    CHECK_FALSE(shown.shaken.facts->client_certificate_sent);
}

TEST_CASE("files that changed since they were checked do not pass for no certificate")
{
    Trust trust(test_authority_file(), "", "/nonexistent/c.pem");
    CHECK_THROWS_WITH(trust.state(), "--tls-cert /nonexistent/c.pem: No such file or directory");
}
