// SPDX-License-Identifier: Apache-2.0
#include "net/transport.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include "net/part_gently.hpp"
#include "net/socket_address.hpp"
#include "net/system_fault.hpp"
#include "net/tls_connection.hpp"

namespace smtpprobe {
namespace {

/// A SYN and two repetitions at least have been dropped by then: it is no shortage of the moment.
constexpr auto kDropsAreSure = std::chrono::milliseconds(3500);

constexpr std::size_t kArrivedMost = std::size_t{64} * 1024;

bool try_again(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

void set_option(int descriptor, int level, int option, int value)
{
    // Nothing depends on these but speed, so a refusal is of no interest.
    (void)::setsockopt(descriptor, level, option, &value, sizeof value);
}

Fault of_kind(FaultKind kind)
{
    Fault fault;
    fault.kind = kind;
    return fault;
}

} // namespace

Transport::Transport(const asio::any_io_executor& executor)
    : descriptor_(executor), timer_(executor), alive_(std::make_shared<Transport*>(this))
{
}

Transport::~Transport() { close(); }

Transport::MaybeFault Transport::open(const ConnectTo& to)
{
    Connecting connecting;
    if (!to.command.empty())
        connecting.descriptor = process_.start(to.command, connecting.fault);
    else
        connecting = to.socket.empty() ? begin_connect(to) : connect_socket(to.socket);
    if (connecting.fault)
        return connecting.fault;
    std::error_code error;
    descriptor_.assign(connecting.descriptor, error);
    if (error) {
        ::close(connecting.descriptor);
        return system_fault(error.value());
    }
    return std::nullopt;
}

Transport::MaybeFault Transport::come_up(const IpAddress& there)
{
    const int descriptor = descriptor_.native_handle();
    int error = connect_error(descriptor);
    // A connection that was refused is ECONNREFUSED. This one was up, and what the server said
    // before it hung up can still be read.
    if (error == ECONNRESET || error == EPIPE)
        reset_at_once_ = std::exchange(error, 0);
    if (error != 0)
        return connect_fault(descriptor, error, there);
    forget_icmp(descriptor, there.family());
    return std::nullopt;
}

asio::awaitable<Transport::MaybeFault> Transport::connect(const ConnectTo& to, Clock::time_point until)
{
    MaybeFault fault = open(to);
    if (fault || !to.command.empty() || !to.socket.empty())
        co_return fault;
    fault = co_await ready(Direction::write, std::min(until, Clock::now() + kDropsAreSure));
    const bool in_vain = fault && fault->kind == FaultKind::timed_out;
    if (in_vain && dropped_here(descriptor_.native_handle())) {
        fault->kind = FaultKind::prohibited;
        fault->detail = "this machine drops what it sends there";
        co_return fault;
    }
    if (in_vain)
        fault = co_await ready(Direction::write, until);
    if (!fault)
        fault = come_up(to.address);
    co_return fault;
}

asio::awaitable<Transport::MaybeFault> Transport::start_tls(Trust& trust, const std::string& server_name,
                                                            Clock::time_point until, bool show_certificate)
{
    if (read_end_)
        co_return read_end_;
    tls_ = std::make_unique<TlsConnection>(trust, descriptor_.native_handle(), server_name, show_certificate);
    for (;;) {
        const TlsProgress progress = tls_->handshake();
        if (progress == TlsProgress::done)
            co_return std::nullopt;
        if (progress == TlsProgress::failed)
            co_return tls_->fault();
        const bool reads = progress == TlsProgress::wants_read;
        const Direction wanted = reads ? Direction::read : Direction::write;
        MaybeFault fault = co_await ready(wanted, until);
        if (fault)
            co_return fault;
    }
}

Transport::MaybeFault Transport::try_write(std::string_view& bytes, Direction& wanted)
{
    wanted = Direction::write;
    if (tls_) {
        const TlsProgress progress = tls_->write(bytes);
        if (progress == TlsProgress::wants_read)
            wanted = Direction::read;
        return progress == TlsProgress::failed ? MaybeFault(tls_->fault()) : std::nullopt;
    }
    const auto sent = ::send(descriptor_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0)
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    else if (!try_again(errno))
        return system_fault(reset_at_once_ != 0 ? reset_at_once_ : errno);
    return std::nullopt;
}

asio::awaitable<Transport::MaybeFault> Transport::write(std::string_view bytes, Clock::time_point until)
{
    reads_before_write_ = false;
    Direction wanted{};
    while (!bytes.empty()) {
        const std::size_t left = bytes.size();
        MaybeFault fault = try_write(bytes, wanted);
        if (!fault && bytes.size() == left)
            fault = co_await ready(wanted, until);
        if (fault)
            co_return fault;
    }
    co_return std::nullopt;
}

bool Transport::try_read(std::string& into, Direction& wanted)
{
    wanted = Direction::read;
    if (tls_) {
        const TlsProgress progress = tls_->read(into);
        if (progress == TlsProgress::failed)
            read_end_ = tls_->fault();
        if (progress == TlsProgress::wants_write)
            wanted = Direction::write;
        return progress == TlsProgress::wants_read || progress == TlsProgress::wants_write;
    }
    char buffer[16 * 1024];
    const auto size = ::recv(descriptor_.native_handle(), buffer, sizeof buffer, 0);
    if (size < 0 && try_again(errno))
        return true;
    if (size > 0)
        into.append(buffer, static_cast<std::size_t>(size));
    else if (size < 0 || reset_at_once_ != 0)
        read_end_ = system_fault(size < 0 ? errno : reset_at_once_);
    else
        read_end_ = of_kind(FaultKind::closed);
    return false;
}

asio::awaitable<Transport::MaybeFault> Transport::read(std::string& into, Clock::time_point until)
{
    // Under TLS bytes may lie decrypted already. Otherwise most reads would only find nothing yet.
    bool wait = !read_end_ && !(tls_ && tls_->pending());
    Direction wanted = Direction::read;
    while (!read_end_) {
        if (wait) {
            acknowledge_at_once();
            MaybeFault fault = co_await ready(wanted, until);
            if (fault)
                co_return fault;
        }
        wait = try_read(into, wanted);
        if (!wait)
            break;
    }
    co_return read_end_;
}

void Transport::read_arrived(std::string& into)
{
    Direction wanted{};
    // Bounded: a server that talks faster than we read would keep us here.
    while (!read_end_ && into.size() < kArrivedMost && !try_read(into, wanted)) {
    }
}

void Transport::acknowledge_at_once()
{
    // A server with Nagle's algorithm holds the rest of a reply, or a reply behind a session ticket,
    // until we have acknowledged what came before: 40 ms where our kernel delays that. The kernel
    // forgets the option by itself, so it is set again each time.
    if (tls_ || reads_before_write_)
        set_option(descriptor_.native_handle(), IPPROTO_TCP, TCP_QUICKACK, 1);
    reads_before_write_ = true;
}

asio::awaitable<Transport::MaybeFault> Transport::ready(Direction direction, Clock::time_point until)
{
    if (cancelled_)
        co_return of_kind(*cancelled_);
    if (Clock::now() >= until)
        co_return of_kind(FaultKind::timed_out);
    until_ = until;
    watch();
    using Base = asio::posix::descriptor_base;
    const auto kind = direction == Direction::read ? Base::wait_read : Base::wait_write;
    std::error_code error;
    waiting_ = true;
    co_await descriptor_.async_wait(kind, asio::redirect_error(asio::use_awaitable, error));
    waiting_ = false;
    if (!error)
        co_return std::nullopt;
    if (cancelled_)
        co_return of_kind(*cancelled_);
    if (error == asio::error::operation_aborted)
        co_return of_kind(FaultKind::timed_out);
    co_return system_fault(error.value());
}

// The timer is a watchdog that is set off late: while the limits only move on, as they mostly do, one
// wait serves many operations, and looks again where it fired too early.
void Transport::watch()
{
    if (looks_at_ <= until_)
        return;
    looks_at_ = until_;
    timer_.expires_at(until_);
    timer_.async_wait([alive = std::weak_ptr<Transport*>(alive_)](const std::error_code& error) {
        const auto transport = alive.lock();
        if (!error && transport)
            (*transport)->look();
    });
}

void Transport::look()
{
    looks_at_ = Clock::time_point::max();
    if (!waiting_)
        return;
    if (Clock::now() >= until_)
        descriptor_.cancel();
    else
        watch();
}

TlsFacts Transport::tls_facts(const std::string& name) const { return tls_->facts(name); }

std::optional<ChannelBinding> Transport::channel_binding() const
{
    return tls_ ? tls_->channel_binding() : std::nullopt;
}

IpAddress Transport::local() const
{
    SocketAddress here;
    here.size = sizeof here.storage;
    if (::getsockname(const_cast<asio::posix::stream_descriptor&>(descriptor_).native_handle(), here.get(),
                      &here.size) != 0)
        return {};
    return ip_address(here);
}

void Transport::cancel(FaultKind why)
{
    if (cancelled_)
        return;
    cancelled_ = why;
    if (waiting_)
        descriptor_.cancel();
}

void Transport::close()
{
    if (tls_)
        tls_->shut();
    tls_.reset();
    timer_.cancel();
    std::error_code ignored;
    descriptor_.close(ignored);
}

asio::awaitable<void> Transport::end_command() { return process_.end(descriptor_.get_executor()); }

void Transport::part()
{
    timer_.cancel();
    part_gently(std::move(descriptor_));
}

} // namespace smtpprobe
