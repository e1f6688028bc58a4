// SPDX-License-Identifier: Apache-2.0
#include "raw_client.hpp"

#include <cerrno>
#include <stdexcept>

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace smtpprobe {

RawClient::RawClient(const std::string& address, std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0))
{
    const timeval limit{10, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    ::inet_pton(AF_INET, address.c_str(), &where.sin_addr);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0)
        throw std::runtime_error("cannot connect to " + address);
}

RawClient::~RawClient()
{
    ssl_.reset();
    ::close(fd_);
}

void RawClient::send(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto count = ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                                : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) {
            reset_ = reset_ || errno == ECONNRESET || errno == EPIPE;
            return;
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

std::size_t RawClient::read(char* into, std::size_t size)
{
    const auto count = ssl_ ? SSL_read(ssl_.get(), into, static_cast<int>(size)) : ::recv(fd_, into, size, 0);
    if (count < 0 && errno == ECONNRESET)
        reset_ = true;
    return count > 0 ? static_cast<std::size_t>(count) : 0;
}

std::string RawClient::line()
{
    std::string text;
    char c = 0;
    while (!text.ends_with('\n') && read(&c, 1) == 1)
        text += c;
    return text;
}

std::string RawClient::say(std::string_view text)
{
    send(std::string(text) + "\r\n");
    return reply();
}

std::string RawClient::reply()
{
    std::string text;
    for (;;) {
        const auto next = line();
        text += next;
        if (next.size() < 4 || next[3] != '-')
            return text;
    }
}

std::string RawClient::rest()
{
    std::string text;
    char buffer[4096];
    while (const auto count = read(buffer, sizeof buffer))
        text.append(buffer, count);
    return text;
}

std::string RawClient::take(std::size_t count)
{
    std::string text(count, '\0');
    std::size_t have = 0;
    while (have < count) {
        const auto more = read(text.data() + have, count - have);
        if (more == 0)
            break;
        have += more;
    }
    text.resize(have);
    return text;
}

bool RawClient::start_tls()
{
    context_ = {SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
    ssl_ = {SSL_new(context_.get()), SSL_free};
    SSL_set_fd(ssl_.get(), fd_);
    SSL_set_app_data(ssl_.get(), this);
    SSL_set_info_callback(ssl_.get(), [](const SSL* ssl, int where, int value) {
        if ((where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT)
            static_cast<RawClient*>(SSL_get_app_data(ssl))->alert_ = value & 0xFF;
    });
    return SSL_connect(ssl_.get()) == 1;
}

std::string RawClient::peer_name() const
{
    const std::shared_ptr<X509> certificate(SSL_get1_peer_certificate(ssl_.get()), X509_free);
    char text[256] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, text, sizeof text);
    return text;
}

} // namespace smtpprobe
