// SPDX-License-Identifier: Apache-2.0
#include "support/loopback_server.hpp"

#include <cstring>
#include <stdexcept>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "net/socket_address.hpp"

namespace smtpprobe {
namespace {

constexpr int kPatience = 10; // seconds

int bound_socket(const IpAddress& address, std::uint16_t& port)
{
    SocketAddress here = socket_address(address, 0);
    const int descriptor = ::socket(here.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0 || ::bind(descriptor, here.get(), here.size) != 0)
        throw std::runtime_error("cannot bind a socket on loopback");
    ::getsockname(descriptor, here.get(), &here.size);
    // sin_port and sin6_port lie at the same place.
    std::uint16_t in_network_order = 0;
    std::memcpy(&in_network_order, &reinterpret_cast<const char*>(&here.storage)[2], 2);
    port = static_cast<std::uint16_t>(in_network_order >> 8 | in_network_order << 8);
    return descriptor;
}

} // namespace

Peer::~Peer() { close(); }

void Peer::say(std::string_view bytes)
{
    ERR_clear_error();
    if (ssl_)
        SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
    else if (descriptor_ >= 0)
        (void)::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

std::size_t Peer::read(char* bytes, std::size_t size)
{
    if (descriptor_ < 0)
        return 0;
    ERR_clear_error();
    const auto got =
        ssl_ ? SSL_read(ssl_, bytes, static_cast<int>(size)) : ::recv(descriptor_, bytes, size, 0);
    return got > 0 ? static_cast<std::size_t>(got) : 0;
}

std::string Peer::line()
{
    std::string line;
    for (char c = 0; read(&c, 1) == 1 && c != '\n';)
        if (c != '\r')
            line += c;
    return line;
}

bool Peer::start_tls(const std::shared_ptr<SSL_CTX>& context)
{
    ERR_clear_error();
    ssl_ = SSL_new(context.get());
    SSL_set_fd(ssl_, descriptor_);
    return SSL_accept(ssl_) == 1;
}

std::string Peer::some()
{
    char buffer[4096];
    return {buffer, read(buffer, sizeof buffer)};
}

std::string Peer::heard_within(std::chrono::milliseconds wait)
{
    pollfd word{descriptor_, POLLIN, 0};
    return ::poll(&word, 1, static_cast<int>(wait.count())) == 1 ? some() : std::string();
}

std::string Peer::rest()
{
    std::string all;
    char buffer[4096];
    while (const std::size_t size = read(buffer, sizeof buffer))
        all.append(buffer, size);
    return all;
}

bool Peer::gone(std::chrono::milliseconds wait)
{
    pollfd end{descriptor_, POLLRDHUP, 0};
    return ::poll(&end, 1, static_cast<int>(wait.count())) != 0;
}

bool Peer::was_shut() const { return ssl_ && (SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0; }

bool Peer::was_reset() const
{
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0;
}

int Peer::segment() const
{
    int bytes = 0;
    socklen_t size = sizeof bytes;
    ::getsockopt(descriptor_, IPPROTO_TCP, TCP_MAXSEG, &bytes, &size);
    return bytes;
}

void Peer::close()
{
    SSL_free(std::exchange(ssl_, nullptr));
    if (descriptor_ >= 0)
        ::close(std::exchange(descriptor_, -1));
}

void Peer::reset()
{
    const linger at_once{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
}

LoopbackServer::LoopbackServer(std::function<void(Peer&)> script, const std::string& address)
    : listener_(bound_socket(*IpAddress::parse(address), port_))
{
    ::listen(listener_, 1);
    thread_ = std::thread([this, play = std::move(script)] {
        // Of this thread alone: the client's side must do without.
        sigset_t pipe;
        sigemptyset(&pipe);
        sigaddset(&pipe, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
        pollfd asked{listener_, POLLIN, 0};
        if (::poll(&asked, 1, kPatience * 1000) != 1)
            return;
        const int descriptor = ::accept(listener_, nullptr, nullptr);
        const timeval patience{kPatience, 0};
        ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        Peer peer(descriptor);
        play(peer);
    });
}

LoopbackServer::~LoopbackServer()
{
    join();
    ::close(listener_);
}

void LoopbackServer::join()
{
    if (thread_.joinable())
        thread_.join();
}

ClosedPort::ClosedPort() : descriptor_(bound_socket(*IpAddress::parse("127.0.0.1"), port_)) {}

ClosedPort::~ClosedPort() { ::close(descriptor_); }

SilentPort::SilentPort() : listener_(bound_socket(*IpAddress::parse("127.0.0.1"), port_)), queued_(-1)
{
    ::listen(listener_, 0);
    // A queue of none still takes one.
    const SocketAddress there = socket_address(*IpAddress::parse("127.0.0.1"), port_);
    queued_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(queued_, there.get(), there.size) != 0)
        throw std::runtime_error("cannot fill the queue");
}

SilentPort::~SilentPort()
{
    ::close(queued_);
    ::close(listener_);
}

} // namespace smtpprobe
