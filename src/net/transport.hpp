// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>

#include "base/channel_binding.hpp"
#include "net/process.hpp"
#include "net/tcp_connect.hpp"
#include "net/trust.hpp"
#include "smtpprobe/address.hpp"
#include "smtpprobe/fault.hpp"
#include "smtpprobe/tls_facts.hpp"

namespace smtpprobe {

class TlsConnection;

/// One connection that can turn into TLS: TCP, or a unix socket, or a command's input and output. One
/// operation at a time. Each waits until a point in time at most, and gives a Fault where it failed; nothing
/// where it succeeded. Writing neither raises SIGPIPE nor needs it to be ignored.
class Transport {
public:
    using Clock = std::chrono::steady_clock;
    using MaybeFault = std::optional<Fault>;

    explicit Transport(const asio::any_io_executor& executor);
    ~Transport();
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;

    asio::awaitable<MaybeFault> connect(const ConnectTo& to, Clock::time_point until);
    /// Turns the connection into TLS. `server_name` is sent as SNI; empty: none is. `show_certificate`: the
    /// one of `trust`, where the server asks for one.
    asio::awaitable<MaybeFault> start_tls(Trust& trust, const std::string& server_name,
                                          Clock::time_point until, bool show_certificate = false);
    /// All of it. What the server said before a failure can still be read.
    asio::awaitable<MaybeFault> write(std::string_view bytes, Clock::time_point until);
    /// Appends what has come, at least one byte.
    asio::awaitable<MaybeFault> read(std::string& into, Clock::time_point until);
    /// Appends what has come already, perhaps nothing, without waiting. A failure is told by the next read().
    void read_arrived(std::string& into);

    /// After start_tls(). `name` is what the certificate should be for; empty: that is not judged.
    TlsFacts tls_facts(const std::string& name) const;
    /// What a login can be tied to; nothing without TLS.
    std::optional<ChannelBinding> channel_binding() const;
    /// Our own end.
    IpAddress local() const;

    /// Ends the operation that is under way, and all later ones, with a fault of this kind.
    void cancel(FaultKind why);
    /// Closes at once; under TLS a close_notify goes out first. Also done by the destructor.
    void close();
    /// Closes so that the server sees an orderly end even if it speaks at this moment (part_gently()).
    /// For connections without TLS.
    void part();
    /// After close(): a command that was started has ended then, too.
    asio::awaitable<void> end_command();

private:
    enum class Direction { read, write };

    MaybeFault open(const ConnectTo& to);
    MaybeFault come_up(const IpAddress& there);
    MaybeFault try_write(std::string_view& bytes, Direction& wanted);
    /// Whether to wait before trying again.
    bool try_read(std::string& into, Direction& wanted);
    asio::awaitable<MaybeFault> ready(Direction direction, Clock::time_point until);
    void acknowledge_at_once();
    void watch();
    void look();

    Process process_;
    asio::posix::stream_descriptor descriptor_;
    asio::steady_timer timer_;
    Clock::time_point until_{};
    Clock::time_point looks_at_ = Clock::time_point::max(); ///< when the timer fires; max: it is off
    bool waiting_ = false;
    bool reads_before_write_ = false;
    int reset_at_once_ = 0; ///< the errno of a reset that came before the first read, or 0
    std::optional<FaultKind> cancelled_;
    MaybeFault read_end_; ///< why nothing more can be read: told again each time
    std::unique_ptr<TlsConnection> tls_;
    std::shared_ptr<Transport*> alive_; ///< outlived by the timer's waits, which may come late
};

} // namespace smtpprobe
