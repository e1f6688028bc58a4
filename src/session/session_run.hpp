// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>

#include "dialogue/dialogue.hpp"
#include "net/transport.hpp"
#include "session/message_feed.hpp"
#include "session/run_session.hpp"
#include "smtp/reply_reader.hpp"

namespace smtpprobe {

/// One session under way: carries out what a Dialogue says over a Transport, and tells it what came
/// of that.
class SessionRun {
public:
    SessionRun(SessionRequest request, std::shared_ptr<SessionControl> control);
    ~SessionRun();
    SessionRun(const SessionRun&) = delete;
    SessionRun& operator=(const SessionRun&) = delete;

    // Few coroutines, with little in their frames: thousands of sessions wait at once, and each waits
    // in all the frames from here down to its socket.
    static asio::awaitable<Session> hold(std::unique_ptr<SessionRun> run);

private:
    using Until = Transport::Clock::time_point;

    void begin(const asio::any_io_executor& executor);
    /// Whether it came to a conversation.
    asio::awaitable<bool> connect();
    ConnectTo way_out() const;
    asio::awaitable<void> pass_proxy();
    asio::awaitable<void> send_preamble();
    asio::awaitable<void> listen(Listen what);
    /// Why the commands said so far could not be sent. They are sent now, as one group.
    asio::awaitable<Transport::MaybeFault> flush(Until until);
    asio::awaitable<void> encrypt(Encrypt what);
    asio::awaitable<void> stream(Stream what);
    /// The server has hung up on us: tells what it said, or why we know nothing.
    asio::awaitable<void> hear_last_words(Fault why, Until until);

    void say(const Say& what);
    void respond(const Respond& what);
    void open_message(const Stream& what);
    std::string next_piece(const Stream& what);
    /// Tells the dialogue a reply, or that there will be none. False where more must be read.
    bool tell_reply();
    void feed(const std::string& bytes);
    void fail(Fault fault);
    void tell_step(Step step);
    void tell_concluded();
    Session so_far() const;
    Duration now() const;

    SessionRequest request_;
    std::shared_ptr<SessionControl> control_;
    TlsMode tls_;
    Dialogue dialogue_;
    std::optional<Transport> transport_; ///< from begin() on
    ReplyReader reader_;
    Until began_{};
    std::unique_ptr<MessageSource> message_;
    std::unique_ptr<MessageFeed> feed_; ///< from the first Stream on
    std::string outgoing_;              ///< commands that were said and not sent yet
    bool needs_tls_ = false;            ///< STARTTLS is among them
    bool chunk_out_ = false;            ///< of the Stream that is carried out
    Duration fed_at_{};                 ///< when the latest bytes came
    Duration first_byte_at_{};          ///< of the reply that is read next
    std::optional<Step> told_step_;
    bool told_concluded_ = false;
    bool unconnected_ = false; ///< it came to a fault before the conversation
};

} // namespace smtpprobe
