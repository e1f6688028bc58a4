// SPDX-License-Identifier: Apache-2.0
// What a session sends that is no command: answers of AUTH, and the message.
#include <cerrno>
#include <utility>

#include "session/session_run.hpp"

namespace smtpprobe {

void SessionRun::respond(const Respond& what)
{
    Response response;
    if (request_.respond)
        response = request_.respond(what, transport_->channel_binding());
    else
        response.why_not = "nobody knows what to answer";
    dialogue_.responded(std::move(response), now());
}

void SessionRun::open_message(const Stream& what)
{
    if (feed_)
        return;
    if (request_.open_message)
        message_ = request_.open_message();
    if (message_)
        feed_ = std::make_unique<MessageFeed>(*message_, what.odd_end);
}

/// Empty where nothing is left of what Stream asks for.
std::string SessionRun::next_piece(const Stream& what)
{
    if (what.step != Step::bdat)
        return feed_->next_lines();
    return std::exchange(chunk_out_, true) ? std::string() : feed_->next_chunk(what.octets_limit);
}

asio::awaitable<void> SessionRun::stream(Stream what)
{
    tell_step(what.step);
    open_message(what);
    std::string piece;
    transport_->read_arrived(piece);
    feed(piece);
    reader_.command_sent();
    chunk_out_ = false;
    while (feed_) {
        piece = next_piece(what);
        if (piece.empty() || feed_->failed() != nullptr)
            break;
        auto unsent = co_await transport_->write(piece, Transport::Clock::now() + what.limit);
        if (unsent) {
            co_await hear_last_words(std::move(*unsent), Transport::Clock::now() + what.limit);
            co_return;
        }
    }
    if (!feed_ || feed_->failed() != nullptr) {
        Fault fault;
        fault.kind = FaultKind::local;
        fault.detail = feed_ ? feed_->failed() : "there is no message to send";
        fail(std::move(fault));
        co_return;
    }
    dialogue_.streamed(feed_->streamed(), now());
}

asio::awaitable<void> SessionRun::hear_last_words(Fault why, Until until)
{
    const bool hung_up = why.kind == FaultKind::reset || why.kind == FaultKind::closed;
    const bool was_reset = why.system_error == ECONNRESET;
    Transport::MaybeFault end;
    std::string bytes;
    if (!hung_up)
        end = std::move(why);
    while (!end && !tell_reply()) {
        bytes.clear();
        end = co_await transport_->read(bytes, until);
        feed(bytes);
        // Whichever call meets a RST first takes it away: the other one sees an orderly end.
        if (end && was_reset && end->kind == FaultKind::closed)
            end = why;
    }
    if (end && !tell_reply())
        fail(std::move(*end));
}

} // namespace smtpprobe
