// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include <asio/awaitable.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

#include "smtpprobe/time.hpp"

struct ssl_st;
struct ssl_ctx_st;

namespace smtpprobe {

/// The server's end of one connection, in clear or in TLS. One operation at a time; the text given to
/// write() must live until it is done. Held by a shared_ptr.
class ServerWire : public std::enable_shared_from_this<ServerWire> {
public:
    explicit ServerWire(asio::ip::tcp::socket socket);
    ~ServerWire();

    /// How many bytes came, or 0: the end, an error, or nothing for `limit`.
    asio::awaitable<std::size_t> read_some(char* into, std::size_t size, Duration limit);
    asio::awaitable<bool> write(std::string_view text, Duration limit);
    /// The server's side of a handshake.
    asio::awaitable<bool> secure(ssl_ctx_st* context, Duration limit);
    /// Waits for the client's hello, and answers with that fatal alert.
    asio::awaitable<void> fail_handshake(int alert, Duration limit);
    asio::awaitable<void> pause(Duration span);
    /// An orderly end: what was written reaches the client before the FIN.
    asio::awaitable<void> close();
    /// RST.
    void reset();
    /// Ends whatever is waited for; callable at any time.
    void abort();

    bool secured() const { return ssl_ != nullptr; }

private:
    struct Attempt {
        std::size_t done = 0;
        int wait_for = 0; ///< 0: done or failed
    };
    Attempt try_read(char* into, std::size_t size);
    Attempt try_write(std::string_view text);
    Attempt try_handshake();
    Attempt after_ssl(int result);
    asio::awaitable<bool> wait(int what);
    void start_limit(Duration limit);

    asio::ip::tcp::socket socket_;
    asio::steady_timer limit_; ///< closes the socket when it runs out
    asio::steady_timer pause_;
    std::unique_ptr<ssl_st, void (*)(ssl_st*)> ssl_;
    bool aborted_ = false;
};

} // namespace smtpprobe
