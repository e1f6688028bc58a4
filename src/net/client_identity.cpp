// SPDX-License-Identifier: Apache-2.0
#include "net/client_identity.hpp"

#include <cerrno>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "net/system_fault.hpp"

namespace smtpprobe {
namespace {

/// The longest chains with their keys take some 20 kB.
constexpr std::size_t kMaxFile = std::size_t{1024} * 1024;

/// The bytes of a file that may hold a private key: none stay in memory.
class KeyFile {
public:
    explicit KeyFile(const std::string& path)
    {
        const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (descriptor < 0) {
            wrong_ = system_fault(errno).detail;
            return;
        }
        struct stat about{};
        if (::fstat(descriptor, &about) != 0)
            wrong_ = system_fault(errno).detail;
        else if (!S_ISREG(about.st_mode)) // check() reads it, and the first handshake once more
            wrong_ = "not a regular file; write the PEM text to a file, and name that";
        else if (about.st_size > static_cast<off_t>(kMaxFile))
            wrong_ = "larger than 1 MiB; a PEM file with a certificate has a few kilobytes";
        else
            fill(descriptor, static_cast<std::size_t>(about.st_size));
        ::close(descriptor);
    }
    ~KeyFile() { OPENSSL_cleanse(text_.data(), text_.size()); }
    KeyFile(const KeyFile&) = delete;
    KeyFile& operator=(const KeyFile&) = delete;

    const std::string& text() const { return text_; }
    /// Empty: it was read.
    const std::string& wrong() const { return wrong_; }

private:
    void fill(int descriptor, std::size_t size)
    {
        text_.resize(size);
        std::size_t filled = 0;
        while (filled < size) {
            const auto got = ::read(descriptor, text_.data() + filled, size - filled);
            if (got < 0)
                wrong_ = system_fault(errno).detail;
            if (got <= 0)
                break;
            filled += static_cast<std::size_t>(got);
        }
        text_.resize(filled);
    }

    std::string text_;
    std::string wrong_;
};

using Source = std::unique_ptr<BIO, OpensslFree<BIO_free_all>>;

Source source_of(const std::string& text)
{
    return Source(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// Called where a key is encrypted. Nobody is asked.
int note_passphrase(char*, int, int, void* asked)
{
    *static_cast<bool*>(asked) = true;
    return -1;
}

} // namespace

std::optional<std::string> ClientIdentity::read(const std::string& cert_file, const std::string& key_file)
{
    if (cert_file.empty()) {
        if (key_file.empty())
            return std::nullopt;
        return "--tls-key " + key_file + ": its certificate is missing; name its file with --tls-cert";
    }
    const KeyFile certificates(cert_file);
    if (!certificates.wrong().empty())
        return "--tls-cert " + cert_file + ": " + certificates.wrong();
    auto wrong = read_certificates(cert_file, certificates.text());
    if (!wrong && key_file.empty()) {
        wrong = read_key("--tls-cert", cert_file, certificates.text());
    } else if (!wrong) {
        const KeyFile key(key_file);
        wrong = key.wrong().empty() ? read_key("--tls-key", key_file, key.text())
                                    : "--tls-key " + key_file + ": " + key.wrong();
    }
    if (!wrong && X509_check_private_key(certificate_.get(), key_.get()) != 1)
        wrong = key_file.empty()
                    ? "--tls-cert " + cert_file +
                          ": the private key in it does not belong to its first certificate"
                    : "--tls-key " + key_file +
                          ": the private key does not belong to the first certificate in " + cert_file;
    ERR_clear_error();
    return wrong;
}

std::optional<std::string> ClientIdentity::read_certificates(const std::string& file, const std::string& text)
{
    const auto source = source_of(text);
    for (;;) {
        std::unique_ptr<X509, OpensslFree<X509_free>> read(
            PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr));
        if (!read)
            break;
        if (!certificate_)
            certificate_ = std::move(read);
        else
            chain_.push_back(std::move(read));
    }
    const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    if (!at_end)
        return "--tls-cert " + file +
               ": a certificate in it is damaged; `openssl x509 -in FILE` must read it";
    if (!certificate_)
        return "--tls-cert " + file +
               ": no certificate in PEM form in it; `openssl pkcs12 -nodes` or `openssl x509 -inform DER` "
               "makes one";
    return std::nullopt;
}

std::optional<std::string> ClientIdentity::read_key(const std::string& option, const std::string& file,
                                                    const std::string& text)
{
    const auto source = source_of(text);
    bool encrypted = false;
    key_.reset(PEM_read_bio_PrivateKey(source.get(), nullptr, note_passphrase, &encrypted));
    ERR_clear_error();
    if (key_)
        return std::nullopt;
    const std::string place = option + ' ' + file + ": ";
    if (encrypted)
        return place + "the private key is encrypted, and no passphrase is asked for; "
                       "`openssl pkey -in FILE -out NEW` writes it without";
    if (text.find("PRIVATE KEY-----") != std::string::npos)
        return place + "the private key in it is damaged; `openssl pkey -in FILE -check -noout` must read it";
    return place + (option == "--tls-cert" ? "no private key in it; name the key's file with --tls-key"
                                           : "no private key in PEM form in it");
}

void ClientIdentity::use_for(SSL* ssl) const
{
    if (!certificate_ || !key_)
        return;
    // A server whose parameters the key does not suit gets none; that it was not sent is in the facts.
    if (SSL_use_certificate(ssl, certificate_.get()) == 1 && SSL_use_PrivateKey(ssl, key_.get()) == 1)
        for (const auto& issuer : chain_)
            SSL_add1_chain_cert(ssl, issuer.get());
    ERR_clear_error();
}

} // namespace smtpprobe
