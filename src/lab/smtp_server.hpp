// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <asio/any_io_executor.hpp>
#include <asio/error_code.hpp>
#include <asio/ip/tcp.hpp>

#include "lab/smtp_player.hpp"

namespace smtpprobe {

/// What happened at a server until now.
struct SmtpServerLog {
    int connections = 0;
    int at_once = 0;
    int most_at_once = 0;
    std::string received; ///< the plain text of all connections as it came, the first 64 KiB of it
};

/// Plays a script (lab/smtp_player.hpp) on real sockets, to any number of clients at a time.
///
/// Lives on the loop of its executor; all but log() is to be called from there. Ignores SIGPIPE in the
/// whole process, since OpenSSL's writes raise it.
class SmtpServer {
public:
    SmtpServer(asio::any_io_executor executor, SmtpScript script);
    ~SmtpServer();
    SmtpServer(const SmtpServer&) = delete;
    SmtpServer& operator=(const SmtpServer&) = delete;

    /// Port 0: a free one.
    asio::error_code listen(const asio::ip::tcp::endpoint& where);
    /// Where it listens.
    asio::ip::tcp::endpoint endpoint() const;
    /// Ends every connection too. Harmless when it has been called.
    void stop();
    /// From any thread.
    SmtpServerLog log() const;

private:
    struct State;
    static asio::awaitable<void> accept(std::shared_ptr<State> state);
    static asio::awaitable<void> serve(std::shared_ptr<State> state, std::shared_ptr<ServerWire> wire);

    std::shared_ptr<State> state_;
};

} // namespace smtpprobe
