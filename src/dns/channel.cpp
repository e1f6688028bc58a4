// SPDX-License-Identifier: Apache-2.0
#include "dns/channel.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <ares.h>
#include <asio/error.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>

#include "dns/message.hpp"

namespace smtpprobe {
namespace {

// Datagrams that are taken in at one wake-up of the loop before others get their turn.
constexpr int kMaxReads = 64;
// Queries whose answers may come late, and are known then.
constexpr std::size_t kMaxLate = 32;

/// Of a message that has a header.
std::uint16_t id_of(std::string_view message)
{
    return static_cast<std::uint16_t>(static_cast<unsigned char>(message[0]) << 8 |
                                      static_cast<unsigned char>(message[1]));
}

void set_server(ares_channel channel, const NameServer& server)
{
    ares_addr_port_node node{};
    node.udp_port = server.port;
    node.tcp_port = server.port;
    const auto& bytes = server.address.bytes();
    if (server.address.family() == Family::ipv4) {
        node.family = AF_INET;
        std::memcpy(&node.addr.addr4, bytes.data(), sizeof node.addr.addr4);
    } else {
        node.family = AF_INET6;
        std::memcpy(&node.addr.addr6, bytes.data(), sizeof node.addr.addr6);
    }
    ares_set_servers_ports(channel, &node);
}

int flags_of(Channel::Kind kind)
{
    // IGNTC: the resolver repeats a truncated question over TCP itself, so it knows what came how.
    // EDNS here only tells c-ares 1.18 not to cut answers at 512 bytes; the OPT record is ours.
    constexpr int always = ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_IGNTC;
    switch (kind) {
    case Channel::Kind::udp_edns: return always | ARES_FLAG_EDNS;
    case Channel::Kind::udp_plain: return always;
    case Channel::Kind::tcp: return always | ARES_FLAG_USEVC;
    }
    return always;
}

} // namespace

/// A descriptor of c-ares that the loop waits for. c-ares closes it: it is only ever released here.
struct Channel::Watch {
    explicit Watch(const asio::any_io_executor& executor) : descriptor(executor) {}
    ~Watch() { release(); }

    void release()
    {
        owner = nullptr;
        if (descriptor.is_open())
            descriptor.release();
    }

    asio::posix::stream_descriptor descriptor;
    Channel* owner = nullptr; // null once c-ares is done with the descriptor
    bool reading = false;     // a wait is under way
    bool writing = false;
    bool wants_write = false;
};

struct Channel::Ticket {
    Channel* channel;
    Done done;
    std::uint16_t id = 0;
};

/// What c-ares calls. The socket functions are its own but for errno, which it would lose: a closed
/// port, an unreachable network and a server that hung up all become ARES_ECONNREFUSED.
struct Channel::Callbacks {
    static Channel& self(void* context) { return *static_cast<Channel*>(context); }

    static ares_socket_t open(int family, int type, int protocol, void* context)
    {
        const auto descriptor = ::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
        return failed(descriptor, context);
    }

    static int close(ares_socket_t descriptor, void*) { return ::close(descriptor); }

    static int connect(ares_socket_t descriptor, const sockaddr* address, ares_socklen_t length,
                       void* context)
    {
        // c-ares has no place for the interface of a link-local name server.
        sockaddr_in6 scoped{};
        if (address->sa_family == AF_INET6 && length == sizeof scoped) {
            std::memcpy(&scoped, address, sizeof scoped);
            scoped.sin6_scope_id = self(context).server_.address.interface();
            return failed(::connect(descriptor, reinterpret_cast<const sockaddr*>(&scoped), length), context);
        }
        return failed(::connect(descriptor, address, length), context);
    }

    static ares_ssize_t receive(ares_socket_t descriptor, void* data, size_t size, int flags, sockaddr* from,
                                ares_socklen_t* length, void* context)
    {
        auto& channel = self(context);
        const auto count = ::recvfrom(descriptor, data, size, flags, from, length);
        channel.received_ = count > 0;
        channel.any_received_ = channel.any_received_ || count > 0;
        if (count > 0 && channel.kind_ != Kind::tcp) {
            const std::string_view bytes(static_cast<const char*>(data), static_cast<std::size_t>(count));
            const bool answer = looks_like_answer(bytes);
            channel.rubbish_ = channel.rubbish_ || !answer;
            channel.format_error_ = channel.format_error_ || (answer && (bytes[3] & 15) == 1);
            channel.received_id_ = answer ? id_of(bytes) : 0;
        }
        if (count == 0)
            channel.last_error_ = ECONNRESET;
        return failed(count, context);
    }

    static ares_ssize_t send(ares_socket_t descriptor, const iovec* parts, int count, void* context)
    {
        msghdr message{};
        message.msg_iov = const_cast<iovec*>(parts);
        message.msg_iovlen = static_cast<std::size_t>(count);
        return failed(::sendmsg(descriptor, &message, MSG_NOSIGNAL), context);
    }

    template <class Result> static Result failed(Result result, void* context)
    {
        if (result < 0 && errno != EAGAIN && errno != EINPROGRESS)
            self(context).last_error_ = errno;
        return result;
    }

    static void socket_state(void* context, ares_socket_t descriptor, int readable, int writable)
    {
        self(context).watch(descriptor, readable != 0, writable != 0);
    }

    static void answered(void* argument, int status, int, unsigned char* data, int length)
    {
        const std::unique_ptr<Ticket> ticket(static_cast<Ticket*>(argument));
        std::string bytes;
        if (status == ARES_SUCCESS && data)
            bytes.assign(reinterpret_cast<const char*>(data), static_cast<std::size_t>(length));
        ticket->channel->finish(*ticket, status, std::move(bytes));
    }

    static constexpr ares_socket_functions sockets = {open, close, connect, receive, send};
};

Channel::Channel(asio::any_io_executor executor, const NameServer& server, Kind kind,
                 std::chrono::milliseconds timeout)
    : executor_(std::move(executor)), server_(server), kind_(kind)
{
    open(timeout);
}

Channel::~Channel()
{
    dying_ = true;
    if (channel_)
        ares_destroy(channel_);
    for (auto& [number, watched] : watches_)
        watched->release();
}

void Channel::open(std::chrono::milliseconds timeout)
{
    static const int library = ares_library_init(ARES_LIB_INIT_ALL);
    if (library != ARES_SUCCESS)
        return;
    // All of these are set so that c-ares reads no file and asks for no host name.
    char lookups[] = "b";
    in_addr placeholder{};
    ares_options options{};
    options.flags = flags_of(kind_);
    options.timeout = static_cast<int>(timeout.count());
    options.tries = 1;
    options.ndots = 1;
    options.servers = &placeholder;
    options.nservers = 1;
    options.lookups = lookups;
    options.ednspsz = 4096;
    options.sock_state_cb = Callbacks::socket_state;
    options.sock_state_cb_data = this;
    int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_NDOTS | ARES_OPT_SERVERS |
               ARES_OPT_DOMAINS | ARES_OPT_LOOKUPS | ARES_OPT_SORTLIST | ARES_OPT_EDNSPSZ |
               ARES_OPT_SOCK_STATE_CB;
#if ARES_VERSION >= 0x011700
    options.qcache_max_ttl = 0; // an answer of an earlier probe would be a lie about this one
    mask |= ARES_OPT_QUERY_CACHE;
#endif
    if (ares_init_options(&channel_, &options, mask) != ARES_SUCCESS) {
        channel_ = nullptr;
        return;
    }
    ares_set_socket_functions(channel_, &Callbacks::sockets, this);
    set_server(channel_, server_);
}

void Channel::send(const std::string& query, Done done)
{
    auto ticket = std::make_unique<Ticket>(Ticket{this, std::move(done), id_of(query)});
    ++outstanding_;
    if (!channel_) { // out of memory: nothing else fails to open
        finish(*ticket, ARES_ENOMEM, {});
        return;
    }
    rubbish_ = outstanding_ > 1 && rubbish_;
    ares_send(channel_, reinterpret_cast<const unsigned char*>(query.data()), static_cast<int>(query.size()),
              Callbacks::answered, ticket.release());
}

void Channel::expire()
{
    if (channel_ && !idle())
        ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

void Channel::finish(Ticket& ticket, int status, std::string bytes)
{
    --outstanding_;
    if (dying_)
        return;
    auto delivery = Delivery::unreachable;
    switch (status) {
    case ARES_SUCCESS: delivery = Delivery::answered; break;
    case ARES_ETIMEOUT:
        delivery = rubbish_ ? Delivery::rubbish : Delivery::timed_out;
        late_ids_.push_back(ticket.id);
        if (late_ids_.size() > kMaxLate)
            late_ids_.pop_front();
        break;
    case ARES_ECANCELLED:
    case ARES_EDESTRUCTION: delivery = Delivery::cancelled; break;
    default:
        if (last_error_ == ECONNREFUSED || last_error_ == ECONNRESET || last_error_ == EPIPE)
            delivery = Delivery::refused;
        else if (last_error_ == ETIMEDOUT)
            delivery = Delivery::timed_out;
        break;
    }
    // Posted: c-ares also calls from within ares_send, and may not be called again from here.
    asio::post(executor_, [done = std::move(ticket.done), delivery, answer = std::move(bytes)]() mutable {
        done(delivery, std::move(answer));
    });
}

/// c-ares passes over answers with another id or question. Those that come too late are no rubbish.
void Channel::note_unmatched()
{
    const bool late = std::find(late_ids_.begin(), late_ids_.end(), received_id_) != late_ids_.end();
    if (kind_ != Kind::tcp && !late && !format_error_)
        rubbish_ = true;
}

void Channel::watch(int descriptor, bool readable, bool writable)
{
    auto& watched = watches_[descriptor];
    if (!readable && !writable) {
        if (watched)
            watched->release();
        watches_.erase(descriptor);
        return;
    }
    if (dying_)
        return;
    if (!watched) {
        // c-ares called us: nothing may be thrown through it. What cannot be watched times out.
        watched = std::make_shared<Watch>(executor_);
        asio::error_code unwatched;
        watched->descriptor.assign(descriptor, unwatched);
        if (unwatched) {
            last_error_ = unwatched.value();
            watches_.erase(descriptor);
            return;
        }
        watched->owner = this;
    }
    watched->wants_write = writable;
    await(watched, true);
    if (writable)
        await(watched, false);
}

void Channel::await(const std::shared_ptr<Watch>& watched, bool for_reading)
{
    auto& waiting = for_reading ? watched->reading : watched->writing;
    if (waiting)
        return;
    waiting = true;
    using asio::posix::descriptor_base;
    watched->descriptor.async_wait(for_reading ? descriptor_base::wait_read : descriptor_base::wait_write,
                                   [watched, for_reading](asio::error_code error) {
                                       (for_reading ? watched->reading : watched->writing) = false;
                                       if (!error && watched->owner)
                                           watched->owner->ready(watched, for_reading);
                                   });
}

void Channel::ready(const std::shared_ptr<Watch>& watched, bool for_reading)
{
    const auto descriptor = watched->descriptor.native_handle();
    if (for_reading) {
        // With socket functions of ours c-ares takes one datagram a call.
        int reads = 0;
        do {
            received_ = false;
            any_received_ = false;
            const auto before = outstanding_;
            ares_process_fd(channel_, descriptor, ARES_SOCKET_BAD);
            // Having passed over a datagram it looks for the next one: received_ is about that.
            if (any_received_ && outstanding_ == before)
                note_unmatched();
        } while (received_ && watched->owner && ++reads < kMaxReads);
    } else {
        ares_process_fd(channel_, ARES_SOCKET_BAD, descriptor);
    }
    if (!watched->owner)
        return;
    await(watched, true);
    if (watched->wants_write)
        await(watched, false);
}

} // namespace smtpprobe
