// SPDX-License-Identifier: Apache-2.0
// Until the conversation begins: TCP, a socket or a command; a proxy; the PROXY header.
#include <utility>
#include <variant>

#include "session/session_run.hpp"
#include "ways/command_words.hpp"
#include "ways/proxy_header.hpp"
#include "ways/tunnel.hpp"

namespace smtpprobe {
namespace {

std::string proxy_text(const Proxy& proxy)
{
    const auto address = proxy.address.value_or(IpAddress());
    const bool six = address.family() == Family::ipv6;
    auto place = six ? '[' + address.text() + ']' : address.text();
    if (proxy.host != address.text())
        place = proxy.host + (proxy.address ? " [" + address.text() + ']' : std::string());
    return std::string(proxy.kind == ProxyKind::socks5 ? "SOCKS5" : "HTTP") + " proxy " + place + ':' +
           std::to_string(proxy.port);
}

} // namespace

ConnectTo SessionRun::way_out() const
{
    ConnectTo to;
    to.address = request_.proxy ? request_.proxy->address.value_or(IpAddress()) : request_.endpoint.address;
    to.port = request_.proxy ? request_.proxy->port : request_.endpoint.port;
    to.source = request_.source;
    to.max_segment = request_.max_segment;
    to.interface = request_.interface;
    if (request_.endpoint.carrier == Carrier::socket)
        to.socket = request_.endpoint.path;
    if (request_.endpoint.carrier == Carrier::process)
        to.command = command_words(request_.endpoint.path).value_or(std::vector<std::string>());
    return to;
}

asio::awaitable<bool> SessionRun::connect()
{
    if (request_.proxy) {
        tell_step(Step::proxy);
        dialogue_.preceded_by(proxy_text(*request_.proxy), now(), Step::proxy);
    } else {
        tell_step(Step::connect);
    }
    auto fault = request_.no_proxy;
    const ConnectTo to = way_out();
    if (!fault)
        fault = co_await transport_->connect(to, began_ + request_.connect_timeout);
    if (fault)
        fail(std::move(*fault));
    if (fault)
        co_return false;
    if (request_.may_talk && !request_.may_talk())
        co_return false;
    if (request_.proxy)
        co_await pass_proxy();
    if (unconnected_)
        co_return false;
    dialogue_.connected(transport_->local(), now());
    if (!request_.preamble.empty() || request_.proxy_header)
        co_await send_preamble();
    co_return !unconnected_;
}

/// What is said to the proxy, until the connection to the endpoint is there.
asio::awaitable<void> SessionRun::pass_proxy()
{
    const Until until = began_ + request_.connect_timeout;
    Destination there;
    there.address = request_.endpoint.address;
    there.port = request_.endpoint.port;
    if (request_.endpoint.carrier == Carrier::tcp_by_name)
        there.host = request_.endpoint.host;
    Tunnel tunnel(*request_.proxy, there);
    std::string bytes;
    for (;;) {
        TunnelStep step = tunnel.next();
        Transport::MaybeFault fault;
        if (const auto* says = std::get_if<TunnelSays>(&step)) {
            dialogue_.preceded_by(says->shown, now(), Step::proxy);
            fault = co_await transport_->write(says->bytes, until);
        } else if (std::holds_alternative<TunnelReads>(step)) {
            bytes.clear();
            fault = co_await transport_->read(bytes, until);
            tunnel.feed(bytes);
            if (!bytes.empty())
                fault.reset(); // if it has ended, the next read says so
        } else if (auto* up = std::get_if<TunnelUp>(&step)) {
            feed(up->rest);
            co_return;
        } else {
            auto& failed = std::get<TunnelFailed>(step);
            dialogue_.failed(std::move(failed.fault), std::move(failed.partial), now());
            unconnected_ = true;
            co_return;
        }
        if (fault) {
            fail(std::move(*fault));
            unconnected_ = true;
            co_return;
        }
    }
}

asio::awaitable<void> SessionRun::send_preamble()
{
    ProxyHeaderBytes header;
    header.shown = request_.preamble;
    header.bytes = request_.preamble + "\r\n";
    if (request_.preamble.empty())
        header = proxy_header(*request_.proxy_header, transport_->local(), request_.endpoint.address,
                              request_.endpoint.port);
    dialogue_.preceded_by(header.shown, now());
    auto unsent = co_await transport_->write(header.bytes, began_ + request_.connect_timeout);
    // Who has hung up already may have said why: that is read as the greeting.
    if (unsent && unsent->kind != FaultKind::reset && unsent->kind != FaultKind::closed)
        fail(std::move(*unsent));
}

} // namespace smtpprobe
