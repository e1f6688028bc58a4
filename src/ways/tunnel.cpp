// SPDX-License-Identifier: Apache-2.0
#include "ways/tunnel.hpp"

#include <algorithm>
#include <utility>

namespace smtpprobe {
namespace {

// More than any answer needs: 262 bytes of SOCKS5, and the header that HTTP servers take at most.
constexpr std::size_t kMostUnread = std::size_t{64} * 1024;
constexpr std::size_t kMostPartial = 512;

} // namespace

std::string Destination::text() const
{
    const bool six = host.empty() && address.family() == Family::ipv6;
    const auto name = host.empty() ? address.text() : host;
    return (six ? '[' + name + ']' : name) + ':' + std::to_string(port);
}

Tunnel::Tunnel(const Proxy& proxy, Destination destination)
    : proxy_(proxy), destination_(std::move(destination))
{
}

TunnelStep Tunnel::next()
{
    if (state_ == State::up)
        return TunnelUp{std::exchange(unread_, {})};
    if (state_ == State::failed)
        return why_;
    switch (proxy_.kind) {
    case ProxyKind::socks5: return next_of_socks();
    case ProxyKind::http_connect: return next_of_http();
    }
    return why_;
}

void Tunnel::feed(std::string_view bytes)
{
    if (state_ != State::failed)
        unread_ += bytes.substr(0, kMostUnread - std::min(kMostUnread, unread_.size()));
}

TunnelStep Tunnel::up(std::size_t answer_size)
{
    state_ = State::up;
    unread_.erase(0, answer_size);
    return next();
}

TunnelStep Tunnel::fail(FaultKind kind, std::string detail)
{
    state_ = State::failed;
    why_.fault.kind = kind;
    why_.fault.detail = std::move(detail);
    return why_;
}

TunnelStep Tunnel::no_proxy(std::string_view why)
{
    why_.partial = unread_.substr(0, kMostPartial);
    return fail(FaultKind::malformed, std::string(why));
}

} // namespace smtpprobe
