// SPDX-License-Identifier: Apache-2.0
#include "lab/smtp_player.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "lab/answer_book.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMostLine = 4096;     ///< bytes of a command line
constexpr int kMostCommands = 1000;         ///< a connection
constexpr std::size_t kMostBytes = 1 << 26; ///< a connection, messages with it
constexpr Duration kIdleLimit = std::chrono::minutes(10);

} // namespace

SmtpPlayer::SmtpPlayer(std::shared_ptr<const SmtpScript> script, std::shared_ptr<ServerWire> wire,
                       std::function<void(std::string_view)> heard)
    : script_(std::move(script)), wire_(std::move(wire)), heard_(std::move(heard))
{
}

asio::awaitable<void> SmtpPlayer::run()
{
    bool open = true;
    if (script_->implicit_tls)
        open = co_await handshake(0);
    if (open)
        open = co_await play(0);
    while (open)
        open = co_await answer();
    co_await wire_->close();
}

asio::awaitable<void> SmtpPlayer::turn_away()
{
    co_await say("421 4.3.2 Too many connections\r\n");
    co_await wire_->close();
}

/// Plays the lines from `position` to the next C: line.
asio::awaitable<bool> SmtpPlayer::play(std::size_t position)
{
    const auto& lines = script_->conversation.lines;
    for (position_ = position; position_ < lines.size() && !is_client_line(position_); ++position_) {
        const ConversationLine& line = lines[position_];
        if (line.kind == LineKind::server || line.kind == LineKind::server_raw) {
            // Consecutive lines go out as one: text behind the 220 of STARTTLS must arrive with it.
            due_ += line.text;
            continue;
        }
        const bool written = co_await flush();
        if (!written)
            co_return false;
        const bool open = co_await carry_out(line);
        if (!open)
            co_return false;
    }
    taking_message_ = due_.starts_with("354");
    const bool written = co_await flush();
    co_return written;
}

asio::awaitable<bool> SmtpPlayer::carry_out(const ConversationLine& line)
{
    switch (line.kind) {
    case LineKind::client:
    case LineKind::server:
    case LineKind::server_raw: break;
    case LineKind::tls: {
        const bool secured = co_await handshake(position_ + 1);
        co_return secured;
    }
    case LineKind::pause: co_await wire_->pause(line.pause); break;
    case LineKind::timeout: co_await sit_silent(); co_return false;
    case LineKind::close: co_return false;
    case LineKind::reset: wire_->reset(); co_return false;
    case LineKind::alert: co_await wire_->fail_handshake(line.alert, kIdleLimit); co_return false;
    }
    co_return true;
}

/// `next` is the line behind <TLS>.
asio::awaitable<bool> SmtpPlayer::handshake(std::size_t next)
{
    const auto& lines = script_->conversation.lines;
    unread_.clear(); // RFC 3207 4.2: nothing from before TLS may count behind it
    if (next < lines.size() && lines[next].kind == LineKind::alert) {
        co_await wire_->fail_handshake(lines[next].alert, kIdleLimit);
        co_return false;
    }
    if (!script_->tls)
        co_return false;
    const bool secured = co_await wire_->secure(script_->tls.get(), kIdleLimit);
    co_return secured;
}

asio::awaitable<void> SmtpPlayer::sit_silent()
{
    std::size_t count = 1;
    while (count > 0)
        count = co_await read_some();
}

asio::awaitable<bool> SmtpPlayer::answer()
{
    const bool heard = co_await read_line();
    if (!heard)
        co_return false;
    if (taking_message_ && line_ != ".")
        co_return true;
    const bool message_ended = taking_message_;
    taking_message_ = false;
    if (++commands_ > kMostCommands) {
        co_await say("421 4.7.0 Too many commands\r\n");
        co_return false;
    }
    if (line_too_long_) {
        const bool written = co_await say("500 5.5.2 Line too long\r\n");
        co_return written;
    }
    const auto found = find_answer(script_->conversation, position_, line_);
    // In TLS, the book's answer to STARTTLS would begin another handshake. And a C: QUIT that nothing
    // follows only says that a client may quit here.
    const bool by_default =
        !found || (wire_->secured() && says("STARTTLS")) ||
        (says("QUIT") && (*found + 1 == script_->conversation.lines.size() || is_client_line(*found + 1)));
    bool open = false;
    if (by_default)
        open = co_await answer_by_default(message_ended);
    else
        open = co_await play(*found + 1);
    co_return open && !says("QUIT");
}

asio::awaitable<bool> SmtpPlayer::answer_by_default(bool message_ended)
{
    const char* reply = "502 5.5.1 Command not implemented\r\n";
    if (says("QUIT"))
        reply = "221 2.0.0 Bye\r\n";
    else if (message_ended || says("RSET") || says("NOOP"))
        reply = "250 2.0.0 Ok\r\n";
    else if (wire_->secured() && says("STARTTLS"))
        reply = "503 5.5.1 TLS is active already\r\n";
    const bool written = co_await say(reply);
    co_return written;
}

/// Into line_, without its end; of one longer than kMostLine only the first part.
asio::awaitable<bool> SmtpPlayer::read_line()
{
    line_.clear();
    line_too_long_ = false;
    for (;;) {
        const auto end = unread_.find('\n');
        const auto size = std::min(end, unread_.size());
        line_too_long_ = line_too_long_ || line_.size() + size > kMostLine;
        line_.append(unread_, 0, std::min(size, kMostLine - line_.size()));
        unread_.erase(0, end == std::string::npos ? size : end + 1);
        if (end != std::string::npos)
            break;
        const std::size_t count = co_await read_some();
        if (count == 0)
            co_return false;
        unread_.assign(buffer_.data(), count);
    }
    if (line_.ends_with('\r'))
        line_.pop_back();
    co_return true;
}

asio::awaitable<std::size_t> SmtpPlayer::read_some()
{
    if (bytes_ > kMostBytes)
        co_return 0;
    const std::size_t count = co_await wire_->read_some(buffer_.data(), buffer_.size(), kIdleLimit);
    bytes_ += count;
    if (heard_ && count > 0)
        heard_(std::string_view(buffer_.data(), count));
    co_return count;
}

asio::awaitable<bool> SmtpPlayer::flush()
{
    const bool written = co_await wire_->write(due_, kIdleLimit);
    due_.clear();
    co_return written;
}

asio::awaitable<bool> SmtpPlayer::say(const char* reply)
{
    due_ += reply;
    const bool written = co_await flush();
    co_return written;
}

bool SmtpPlayer::says(std::string_view verb) const { return equal_ignoring_case(trimmed(line_), verb); }

bool SmtpPlayer::is_client_line(std::size_t position) const
{
    return script_->conversation.lines[position].kind == LineKind::client;
}

} // namespace smtpprobe
