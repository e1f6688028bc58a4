// SPDX-License-Identifier: Apache-2.0
#include "lab/dns_server.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>
#include <asio/read.hpp>
#include <asio/steady_timer.hpp>
#include <asio/write.hpp>

#include "lab/dns_message.hpp"

namespace smtpprobe {
namespace {

using asio::ip::tcp;
using asio::ip::udp;

constexpr int kPortAttempts = 64;
// A lab may serve for days.
constexpr std::size_t kMaxSeen = 10000;

asio::ip::address asio_address(const IpAddress& address)
{
    if (address.family() == Family::ipv4) {
        asio::ip::address_v4::bytes_type bytes{};
        std::copy_n(address.bytes().begin(), bytes.size(), bytes.begin());
        return asio::ip::address_v4(bytes);
    }
    asio::ip::address_v6::bytes_type bytes{};
    std::copy_n(address.bytes().begin(), bytes.size(), bytes.begin());
    return asio::ip::address_v6(bytes, address.interface());
}

} // namespace

struct DnsServer::State : std::enable_shared_from_this<DnsServer::State> {
    struct Connection;

    explicit State(const asio::any_io_executor& loop)
        : executor(loop), udp_socket(executor), acceptor(executor)
    {
    }

    asio::any_io_executor executor;
    udp::socket udp_socket;
    tcp::acceptor acceptor;
    udp::endpoint sender;
    std::array<char, 4096> datagram{};
    NameServer address;
    std::vector<std::weak_ptr<Connection>> connections;

    DnsScript script;
    std::vector<SeenQuery> seen;

    Expected<NameServer, std::string> listen(const IpAddress& at, std::uint16_t port);
    asio::error_code bind(const asio::ip::address& at, std::uint16_t port);
    void receive();
    void accept();
    void close();

    void respond(std::string_view bytes, bool over_tcp, std::function<void(std::optional<std::string>)> send);
};

/// One TCP client: queries one after the other, each behind its length (RFC 7766).
struct DnsServer::State::Connection : std::enable_shared_from_this<Connection> {
    Connection(std::shared_ptr<State> server_state, tcp::socket accepted)
        : server(std::move(server_state)), socket(std::move(accepted))
    {
    }

    std::shared_ptr<State> server;
    tcp::socket socket;
    std::array<unsigned char, 2> length{};
    std::string message;

    void read()
    {
        asio::async_read(socket, asio::buffer(length),
                         [self = shared_from_this()](asio::error_code error, std::size_t) {
                             if (!error)
                                 self->read_message();
                         });
    }

    void read_message()
    {
        message.resize(static_cast<std::size_t>(length[0]) << 8 | length[1]);
        asio::async_read(
            socket, asio::buffer(message), [self = shared_from_this()](asio::error_code error, std::size_t) {
                if (!error)
                    self->server->respond(self->message, true, [self](std::optional<std::string> reply) {
                        self->write(std::move(reply));
                    });
            });
    }

    void write(std::optional<std::string> reply)
    {
        if (!reply) {
            asio::error_code ignored;
            socket.close(ignored);
            return;
        }
        message.assign({static_cast<char>(reply->size() >> 8), static_cast<char>(reply->size())});
        message += *reply;
        asio::async_write(socket, asio::buffer(message),
                          [self = shared_from_this()](asio::error_code error, std::size_t) {
                              if (!error)
                                  self->read();
                          });
    }
};

Expected<NameServer, std::string> DnsServer::State::listen(const IpAddress& at, std::uint16_t port)
{
    asio::error_code error;
    for (int attempt = 0; attempt < (port == 0 ? kPortAttempts : 1); ++attempt) {
        error = bind(asio_address(at), port);
        if (!error) {
            address = {at, udp_socket.local_endpoint().port()};
            receive();
            accept();
            return address;
        }
        close();
    }
    return Unexpected<std::string>("the lab's name server cannot listen on " + at.text() + " port " +
                                   std::to_string(port) + ": " + error.message());
}

asio::error_code DnsServer::State::bind(const asio::ip::address& at, std::uint16_t port)
{
    asio::error_code error;
    const auto protocol = at.is_v4() ? udp::v4() : udp::v6();
    udp_socket.open(protocol, error);
    if (!error)
        udp_socket.bind({at, port}, error);
    if (error)
        return error;
    const tcp::endpoint same(at, udp_socket.local_endpoint().port());
    acceptor.open(same.protocol(), error);
    if (!error)
        acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error)
        acceptor.bind(same, error);
    if (!error)
        acceptor.listen(asio::socket_base::max_listen_connections, error);
    return error;
}

void DnsServer::State::receive()
{
    udp_socket.async_receive_from(
        asio::buffer(datagram), sender,
        [self = shared_from_this()](asio::error_code error, std::size_t size) {
            if (!self->udp_socket.is_open() || error == asio::error::operation_aborted)
                return;
            if (!error) {
                self->respond({self->datagram.data(), size}, false,
                              [self, to = self->sender](std::optional<std::string> reply) {
                                  asio::error_code ignored;
                                  if (reply && self->udp_socket.is_open())
                                      self->udp_socket.send_to(asio::buffer(*reply), to, 0, ignored);
                              });
            }
            self->receive();
        });
}

void DnsServer::State::accept()
{
    acceptor.async_accept([self = shared_from_this()](asio::error_code error, tcp::socket socket) {
        if (!self->acceptor.is_open() || error == asio::error::operation_aborted)
            return;
        if (!error) {
            auto connection = std::make_shared<Connection>(self, std::move(socket));
            std::erase_if(self->connections, [](const auto& known) { return known.expired(); });
            self->connections.push_back(connection);
            connection->read();
        }
        self->accept();
    });
}

void DnsServer::State::close()
{
    asio::error_code ignored;
    udp_socket.close(ignored);
    acceptor.close(ignored);
    for (const auto& known : connections)
        if (const auto connection = known.lock())
            connection->socket.close(ignored);
    connections.clear();
}

void DnsServer::State::respond(std::string_view bytes, bool over_tcp,
                               std::function<void(std::optional<std::string>)> send)
{
    const auto query = read_query(bytes);
    if (!query)
        return;
    if (seen.size() < kMaxSeen)
        seen.push_back({query->question, over_tcp, query->edns, query->authentic_data, query->id});
    auto reply = script.reply_to(*query, over_tcp);
    const auto wait = script.delay_of(query->question.name);
    if (wait == Duration::zero()) {
        send(std::move(reply));
        return;
    }
    auto timer = std::make_shared<asio::steady_timer>(executor, wait);
    timer->async_wait([timer, send = std::move(send), reply = std::move(reply)](asio::error_code error) {
        if (!error)
            send(reply);
    });
}

DnsServer::DnsServer(asio::any_io_executor executor) : state_(std::make_shared<State>(executor)) {}
DnsServer::~DnsServer() { state_->close(); }

void DnsServer::add(Record record) { state_->script.add(std::move(record)); }

void DnsServer::add(std::vector<Record> records)
{
    for (auto& record : records)
        state_->script.add(std::move(record));
}

void DnsServer::trouble(std::string_view name, DnsTrouble trouble, std::optional<RecordType> type)
{
    state_->script.trouble(name, trouble, type);
}

void DnsServer::delay(std::string_view name, Duration delay) { state_->script.delay(name, delay); }
void DnsServer::authenticated(bool on) { state_->script.authenticated(on); }

Expected<NameServer, std::string> DnsServer::listen(IpAddress address, std::uint16_t port)
{
    return state_->listen(address, port);
}

Expected<NameServer, std::string> DnsServer::listen() { return listen(IpAddress::v4({127, 0, 0, 1})); }
NameServer DnsServer::address() const { return state_->address; }
void DnsServer::close() { state_->close(); }
const std::vector<SeenQuery>& DnsServer::seen() const { return state_->seen; }

} // namespace smtpprobe
