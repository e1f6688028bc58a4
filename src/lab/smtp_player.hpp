// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <asio/awaitable.hpp>

#include "dialogue/conversation.hpp"
#include "lab/server_wire.hpp"

namespace smtpprobe {

/// What a server plays.
struct SmtpScript {
    Conversation conversation;
    std::shared_ptr<ssl_ctx_st> tls; ///< for <TLS>; without it the connection is closed there
    bool implicit_tls = false;       ///< TLS from the first byte
};

/// Plays a script to one client. The C: lines are an answer book (lab/answer_book.hpp), so any client
/// can talk to it. Beside what is written there: QUIT gets 221 and an end, NOOP and RSET get 250, the
/// text behind a 354 is read up to the final dot and accepted, and all other commands get 502.
/// Whatever the client sends, memory and time are bounded.
class SmtpPlayer {
public:
    /// `heard` is given what the client sent, in clear. It may be empty.
    SmtpPlayer(std::shared_ptr<const SmtpScript> script, std::shared_ptr<ServerWire> wire,
               std::function<void(std::string_view)> heard);

    /// To the end of the connection.
    asio::awaitable<void> run();
    /// Only says that there are too many clients.
    asio::awaitable<void> turn_away();

private:
    // Each that gives a bool says whether the connection goes on.
    asio::awaitable<bool> play(std::size_t position);
    asio::awaitable<bool> carry_out(const ConversationLine& line);
    asio::awaitable<bool> handshake(std::size_t next);
    asio::awaitable<void> sit_silent();
    asio::awaitable<bool> answer();
    asio::awaitable<bool> answer_by_default(bool message_ended);
    asio::awaitable<bool> read_line();
    asio::awaitable<std::size_t> read_some();
    asio::awaitable<bool> flush();
    asio::awaitable<bool> say(const char* reply);

    bool says(std::string_view verb) const;
    bool is_client_line(std::size_t position) const;

    std::shared_ptr<const SmtpScript> script_;
    std::shared_ptr<ServerWire> wire_;
    std::function<void(std::string_view)> heard_;
    std::array<char, 4096> buffer_{};
    std::string unread_; ///< at most one buffer's load
    std::string line_;
    std::string due_;
    std::size_t position_ = 0;
    std::size_t bytes_ = 0;
    int commands_ = 0;
    bool line_too_long_ = false;
    bool taking_message_ = false;
};

} // namespace smtpprobe
