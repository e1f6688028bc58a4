// SPDX-License-Identifier: Apache-2.0
// SOCKS5: RFC 1928, and the login of RFC 1929.
#include <array>

#include "ways/tunnel.hpp"

namespace smtpprobe {
namespace {

constexpr char kVersion = 5;
constexpr char kLoginVersion = 1;
constexpr char kConnect = 1;
constexpr char kNoLogin = 0;
constexpr char kPassword = 2;
constexpr auto kNoneOfThese = static_cast<char>(0xff);
constexpr std::size_t kLongest = 255; // its length is one octet

enum AddressType : unsigned char { kIpv4 = 1, kDomain = 3, kIpv6 = 4 };

struct Answer {
    FaultKind kind;
    std::string_view words;
};
// RFC 1928 section 6, by number. Behind each stands whom it blames; see fault-proxy.inc.
constexpr std::array<Answer, 9> kAnswers{{
    {FaultKind::local, ""},
    {FaultKind::host_unreachable, "SOCKS5 answer 1: general failure"},
    {FaultKind::prohibited, "SOCKS5 answer 2: not allowed by the proxy's rules"},
    {FaultKind::network_unreachable, "SOCKS5 answer 3: network unreachable"},
    {FaultKind::host_unreachable, "SOCKS5 answer 4: host unreachable"},
    {FaultKind::refused, "SOCKS5 answer 5: connection refused"},
    {FaultKind::timed_out, "SOCKS5 answer 6: TTL expired"},
    {FaultKind::prohibited, "SOCKS5 answer 7: the proxy knows no CONNECT"},
    {FaultKind::prohibited, "SOCKS5 answer 8: the proxy knows no such kind of address"},
}};

unsigned char octet(char c) { return static_cast<unsigned char>(c); }

void put_port(std::string& bytes, std::uint16_t port)
{
    bytes += static_cast<char>(port >> 8);
    bytes += static_cast<char>(port & 0xff);
}

void put_counted(std::string& bytes, const std::string& text)
{
    const auto size = text.size() < kLongest ? text.size() : kLongest;
    bytes += static_cast<char>(size);
    bytes.append(text, 0, size);
}

} // namespace

TunnelStep Tunnel::next_of_socks()
{
    switch (state_) {
    case State::begins: {
        state_ = State::chose_method;
        std::string methods{kVersion};
        if (proxy_.user.empty())
            methods += {1, kNoLogin};
        else
            methods += {2, kNoLogin, kPassword};
        return TunnelSays{std::move(methods),
                          proxy_.user.empty() ? "SOCKS5 hello" : "SOCKS5 hello, with a login"};
    }
    case State::chose_method: return read_method();
    case State::logged_in: return read_login();
    case State::asked: return read_socks_answer();
    case State::up:
    case State::failed: break;
    }
    return why_;
}

TunnelStep Tunnel::read_method()
{
    if (!unread_.empty() && unread_[0] != kVersion)
        return no_proxy("the answer is not SOCKS5");
    if (unread_.size() < 2)
        return TunnelReads{};
    const char method = unread_[1];
    unread_.erase(0, 2);
    if (method == kNoLogin)
        return ask_socks();
    if (method == kPassword && !proxy_.user.empty()) {
        state_ = State::logged_in;
        std::string login{kLoginVersion};
        put_counted(login, proxy_.user);
        put_counted(login, proxy_.password.reveal());
        return TunnelSays{std::move(login), "SOCKS5 login of " + proxy_.user + ", password not shown"};
    }
    if (method == kNoneOfThese)
        return fail(FaultKind::prohibited, proxy_.user.empty()
                                               ? "login needed: SOCKS5 takes nobody without one"
                                               : "login refused: SOCKS5 takes no user name and password");
    return fail(FaultKind::malformed,
                "SOCKS5 chose login method " + std::to_string(octet(method)) + ", which was not offered");
}

TunnelStep Tunnel::read_login()
{
    if (unread_.size() < 2)
        return TunnelReads{};
    const char status = unread_[1];
    unread_.erase(0, 2);
    if (status != 0)
        return fail(FaultKind::prohibited,
                    "login refused: SOCKS5 login status " + std::to_string(octet(status)));
    return ask_socks();
}

TunnelStep Tunnel::ask_socks()
{
    state_ = State::asked;
    std::string bytes{kVersion, kConnect, 0};
    if (!destination_.host.empty()) {
        bytes += static_cast<char>(kDomain);
        put_counted(bytes, destination_.host);
    } else {
        const bool four = destination_.address.family() == Family::ipv4;
        bytes += static_cast<char>(four ? kIpv4 : kIpv6);
        for (std::size_t i = 0; i < (four ? 4U : 16U); ++i)
            bytes += static_cast<char>(destination_.address.bytes()[i]);
    }
    put_port(bytes, destination_.port);
    return TunnelSays{std::move(bytes), "SOCKS5 CONNECT " + destination_.text()};
}

TunnelStep Tunnel::read_socks_answer()
{
    if (!unread_.empty() && unread_[0] != kVersion)
        return no_proxy("the answer is not SOCKS5");
    // A refusal says all in its second octet; some proxies send no more than that.
    if (unread_.size() >= 2 && unread_[1] != 0) {
        const auto number = octet(unread_[1]);
        const bool looked_up = !destination_.host.empty() && (number == 4 || number == 1);
        if (number < kAnswers.size())
            return fail(kAnswers[number].kind, std::string(kAnswers[number].words) +
                                                   (looked_up ? " (or its name was not found)" : ""));
        return fail(FaultKind::host_unreachable, "SOCKS5 answer " + std::to_string(number) + ": unknown");
    }
    if (unread_.size() < 5)
        return TunnelReads{};
    std::size_t size = 0;
    switch (octet(unread_[3])) {
    case kIpv4: size = 4; break;
    case kIpv6: size = 16; break;
    case kDomain: size = 1U + octet(unread_[4]); break;
    default: return no_proxy("the answer is not SOCKS5");
    }
    size += 4U + 2U;
    return unread_.size() < size ? TunnelStep(TunnelReads{}) : up(size);
}

} // namespace smtpprobe
