// SPDX-License-Identifier: Apache-2.0
#include "lab/server_wire.hpp"

#include <array>
#include <cerrno>
#include <chrono>

#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

namespace smtpprobe {
namespace {

using asio::ip::tcp;

constexpr int kForReading = 1;
constexpr int kForWriting = 2;
constexpr Duration kCloseLimit = std::chrono::seconds(2);

} // namespace

ServerWire::ServerWire(tcp::socket socket)
    : socket_(std::move(socket)), limit_(socket_.get_executor()), pause_(socket_.get_executor()),
      ssl_(nullptr, SSL_free)
{
    asio::error_code ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(tcp::no_delay(true), ignored);
}

ServerWire::~ServerWire() = default;

void ServerWire::start_limit(Duration limit)
{
    limit_.expires_after(limit);
    // A timer that ran out cannot be taken back: its handler may run when the wire is gone, or when it
    // waits for the next thing already.
    limit_.async_wait([weak = weak_from_this()](asio::error_code error) {
        const auto self = weak.lock();
        if (!error && self && self->limit_.expiry() <= asio::steady_timer::clock_type::now())
            self->abort();
    });
}

asio::awaitable<bool> ServerWire::wait(int what)
{
    asio::error_code error;
    const auto type = what == kForWriting ? tcp::socket::wait_write : tcp::socket::wait_read;
    co_await socket_.async_wait(type, asio::redirect_error(asio::use_awaitable, error));
    co_return !error && !aborted_;
}

ServerWire::Attempt ServerWire::after_ssl(int result)
{
    switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_NONE: return {static_cast<std::size_t>(result), 0};
    case SSL_ERROR_WANT_READ: return {0, kForReading};
    case SSL_ERROR_WANT_WRITE: return {0, kForWriting};
    default: return {};
    }
}

ServerWire::Attempt ServerWire::try_read(char* into, std::size_t size)
{
    if (ssl_) {
        ERR_clear_error();
        return after_ssl(SSL_read(ssl_.get(), into, static_cast<int>(size)));
    }
    const auto count = ::recv(socket_.native_handle(), into, size, 0);
    if (count < 0)
        return {0, errno == EAGAIN || errno == EINTR ? kForReading : 0};
    return {static_cast<std::size_t>(count), 0};
}

ServerWire::Attempt ServerWire::try_write(std::string_view text)
{
    if (ssl_) {
        ERR_clear_error();
        return after_ssl(SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())));
    }
    const auto count = ::send(socket_.native_handle(), text.data(), text.size(), MSG_NOSIGNAL);
    if (count < 0)
        return {0, errno == EAGAIN || errno == EINTR ? kForWriting : 0};
    return {static_cast<std::size_t>(count), 0};
}

ServerWire::Attempt ServerWire::try_handshake()
{
    ERR_clear_error();
    return after_ssl(SSL_accept(ssl_.get()));
}

asio::awaitable<std::size_t> ServerWire::read_some(char* into, std::size_t size, Duration limit)
{
    start_limit(limit);
    std::size_t done = 0;
    while (!aborted_) {
        const Attempt attempt = try_read(into, size);
        done = attempt.done;
        if (attempt.wait_for == 0)
            break;
        const bool ready = co_await wait(attempt.wait_for);
        if (!ready)
            break;
    }
    limit_.cancel();
    co_return done;
}

asio::awaitable<bool> ServerWire::write(std::string_view text, Duration limit)
{
    start_limit(limit);
    while (!text.empty() && !aborted_) {
        const Attempt attempt = try_write(text);
        text.remove_prefix(attempt.done);
        if (attempt.done == 0 && attempt.wait_for == 0)
            break;
        if (attempt.wait_for == 0)
            continue;
        const bool ready = co_await wait(attempt.wait_for);
        if (!ready)
            break;
    }
    limit_.cancel();
    co_return text.empty();
}

asio::awaitable<bool> ServerWire::secure(ssl_ctx_st* context, Duration limit)
{
    if (ssl_ || aborted_)
        co_return false;
    ssl_.reset(SSL_new(context));
    if (!ssl_ || SSL_set_fd(ssl_.get(), socket_.native_handle()) != 1)
        co_return false;
    SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    start_limit(limit);
    bool secured = false;
    while (!aborted_) {
        const Attempt attempt = try_handshake();
        secured = attempt.done > 0;
        if (attempt.wait_for == 0)
            break;
        const bool ready = co_await wait(attempt.wait_for);
        if (!ready)
            break;
    }
    limit_.cancel();
    co_return secured;
}

asio::awaitable<void> ServerWire::fail_handshake(int alert, Duration limit)
{
    std::array<char, 4096> hello{};
    const std::size_t size = co_await read_some(hello.data(), hello.size(), limit);
    if (size == 0)
        co_return;
    // The record of a fatal alert: type 21, legacy version 3.3, length 2, level 2 (RFC 8446 5.1, 6).
    const std::array<char, 7> record = {21, 3, 3, 0, 2, 2, static_cast<char>(alert)};
    const std::string_view text(record.data(), record.size());
    co_await write(text, limit);
    co_await close();
}

asio::awaitable<void> ServerWire::pause(Duration span)
{
    if (aborted_)
        co_return;
    pause_.expires_after(span);
    asio::error_code error;
    co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, error));
}

asio::awaitable<void> ServerWire::close()
{
    if (aborted_)
        co_return;
    if (ssl_) {
        ERR_clear_error();
        SSL_shutdown(ssl_.get());
        ssl_.reset();
    }
    asio::error_code error;
    socket_.shutdown(tcp::socket::shutdown_send, error);
    // Closing a socket with unread bytes in it sends an RST, which may overtake the last reply.
    std::array<char, 4096> scrap{};
    const auto until = std::chrono::steady_clock::now() + kCloseLimit;
    for (auto now = until - kCloseLimit; !error && now < until; now = std::chrono::steady_clock::now()) {
        const auto left = std::chrono::ceil<Duration>(until - now);
        const std::size_t count = co_await read_some(scrap.data(), scrap.size(), left);
        if (count == 0)
            break;
    }
    abort();
}

void ServerWire::reset()
{
    asio::error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    abort();
}

void ServerWire::abort()
{
    aborted_ = true;
    asio::error_code ignored;
    socket_.close(ignored);
    pause_.cancel();
}

} // namespace smtpprobe
