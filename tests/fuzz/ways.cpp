// SPDX-License-Identifier: Apache-2.0
// Whatever a proxy answers, and however it is cut, the talk with it ends the same way.
#include <algorithm>

#include "property.hpp"
#include "ways/tunnel.hpp"

namespace {

using namespace smtpprobe;

struct End {
    bool up = false;
    std::string rest;
    Fault fault;
    std::string partial;
    friend bool operator==(const End&, const End&) = default;
};

Proxy proxy_of(unsigned char choice)
{
    Proxy proxy;
    proxy.kind = (choice & 1U) != 0 ? ProxyKind::http_connect : ProxyKind::socks5;
    if ((choice & 2U) != 0) {
        proxy.user = "user";
        proxy.password = Secret("secret-word");
    }
    return proxy;
}

End talk(const Proxy& proxy, bool by_name, std::string_view bytes, std::size_t piece)
{
    Destination destination;
    if (by_name)
        destination.host = "mx.example.com";
    Tunnel tunnel(proxy, destination);
    End end;
    for (std::size_t steps = 0;; ++steps) {
        require(steps < 100'000, "the talk ends");
        auto step = tunnel.next();
        if (const auto* says = std::get_if<TunnelSays>(&step)) {
            require(says->shown.find("secret-word") == std::string::npos, "no password is shown");
            continue;
        }
        if (auto* up = std::get_if<TunnelUp>(&step)) {
            end.up = true;
            end.rest = std::move(up->rest) + std::string(bytes);
            return end;
        }
        if (auto* failed = std::get_if<TunnelFailed>(&step)) {
            require(failed->partial.size() <= 512, "evidence is bounded");
            require(failed->fault.detail.size() <= 600, "a detail is bounded");
            end.fault = failed->fault;
            return end;
        }
        if (bytes.empty())
            return end;
        tunnel.feed(bytes.substr(0, piece));
        bytes.remove_prefix(std::min(piece, bytes.size()));
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0 || size > 60'000)
        return 0;
    const auto bytes = as_text(data, size);
    const auto proxy = proxy_of(data[0]);
    const bool by_name = (data[0] & 4U) != 0;
    const auto whole = talk(proxy, by_name, bytes.substr(1), size);
    for (const std::size_t piece : {1U, 3U, 64U})
        require(talk(proxy, by_name, bytes.substr(1), piece) == whole, "cuts do not change how it ends");
    return 0;
}
