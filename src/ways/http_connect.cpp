// SPDX-License-Identifier: Apache-2.0
// HTTP CONNECT: RFC 9110 9.3.6, with the Basic login of RFC 7617.
#include <algorithm>

#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "ways/tunnel.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kMostHeader = std::size_t{16} * 1024;
constexpr std::size_t kMostInterim = 4;
/// A longer one is none: and cut off, what it quotes of us could not be told from its words.
constexpr std::size_t kLongestScheme = 40;
constexpr std::string_view kEnd = "\r\n\r\n";
constexpr std::string_view kBegin = "HTTP/1.";

/// The value of a field of an HTTP header; empty where it is missing.
std::string_view field(std::string_view header, std::string_view name)
{
    while (!header.empty()) {
        const auto line = header.substr(0, header.find("\r\n"));
        header.remove_prefix(std::min(header.size(), line.size() + 2));
        if (line.size() > name.size() && line[name.size()] == ':' &&
            equal_ignoring_case(line.substr(0, name.size()), name))
            return trimmed(line.substr(name.size() + 1));
    }
    return {};
}

/// The way to log in that a 407 asks for, where Basic is none of them.
std::string other_login(std::string_view header)
{
    std::string wanted;
    while (!header.empty()) {
        const auto line = header.substr(0, header.find("\r\n"));
        header.remove_prefix(std::min(header.size(), line.size() + 2));
        const auto value = field(line, "Proxy-Authenticate");
        const auto scheme = value.substr(0, value.find(' '));
        if (equal_ignoring_case(scheme, "Basic"))
            return {};
        if (!scheme.empty() && scheme.size() <= kLongestScheme && wanted.size() < 100)
            wanted += (wanted.empty() ? "" : ", ") + std::string(scheme);
    }
    return wanted;
}

struct Refusal {
    FaultKind kind;
    std::string_view words;
};

/// What squid says beside the code: `ERR_CONNECT_FAIL 111` has the errno.
Refusal by_squid(std::string_view said)
{
    if (said.starts_with("ERR_DNS_FAIL"))
        return {FaultKind::host_unreachable, "name not found: "};
    if (said.starts_with("ERR_CONNECT_FAIL 111"))
        return {FaultKind::refused, "the proxy was refused: "};
    if (said.starts_with("ERR_CONNECT_FAIL 110"))
        return {FaultKind::timed_out, "the proxy got no answer: "};
    if (said.starts_with("ERR_CONNECT_FAIL"))
        return {FaultKind::host_unreachable, "the proxy could not connect: "};
    if (said.starts_with("ERR_ACCESS_DENIED"))
        return {FaultKind::prohibited, "not allowed by the proxy's rules: "};
    return {FaultKind::local, ""};
}

Refusal by_code(int code)
{
    switch (code) {
    case 400:
    case 404:
    case 405:
    case 501: return {FaultKind::prohibited, "the proxy knows no CONNECT: "};
    case 401:
    case 403:
    case 423:
    case 451: return {FaultKind::prohibited, "not allowed by the proxy's rules: "};
    case 408:
    case 504: return {FaultKind::timed_out, "the proxy got no answer: "};
    default: break;
    }
    if (code >= 500)
        return {FaultKind::host_unreachable, "the proxy could not connect: "};
    return {FaultKind::prohibited, "the proxy refused: "};
}

} // namespace

TunnelStep Tunnel::next_of_http() { return state_ == State::begins ? ask_http() : read_http_answer(); }

TunnelStep Tunnel::ask_http()
{
    state_ = State::asked;
    const auto authority = destination_.text();
    std::string request = "CONNECT " + authority + " HTTP/1.1";
    std::string shown = "HTTP CONNECT " + authority;
    request += "\r\nHost: " + authority + "\r\n";
    if (!proxy_.user.empty()) {
        request +=
            "Proxy-Authorization: Basic " + to_base64(proxy_.user + ':' + proxy_.password.reveal()) + "\r\n";
        shown += ", with the login of " + proxy_.user + ", password not shown";
    }
    return TunnelSays{request + "\r\n", shown};
}

TunnelStep Tunnel::read_http_answer()
{
    const auto begin = std::string_view(unread_).substr(0, kBegin.size());
    if (begin != kBegin.substr(0, begin.size()))
        return no_proxy("the answer is not HTTP");
    const auto end = unread_.find(kEnd);
    if (end == std::string::npos && unread_.size() < kMostHeader + kEnd.size())
        return TunnelReads{};
    if (end > kMostHeader) // or not there
        return fail(FaultKind::too_long, "an HTTP answer of more than 16 KiB");

    const auto header = std::string_view(unread_).substr(0, end);
    const auto status = header.substr(0, header.find("\r\n"));
    const auto code = parse_number<int>(status.substr(std::min<std::size_t>(9, status.size())).substr(0, 3));
    if (!code || *code < 100 || *code > 599)
        return no_proxy("the answer is not HTTP");
    if (*code < 200) {
        unread_.erase(0, end + kEnd.size());
        return ++interim_ > kMostInterim ? no_proxy("the answer is not HTTP") : next();
    }
    if (*code < 300)
        return up(end + kEnd.size());

    const auto shown = std::string(status.substr(0, 200));
    if (*code == 407) {
        if (proxy_.user.empty())
            return fail(FaultKind::prohibited, "login needed: " + shown);
        const auto wanted = other_login(header);
        return fail(FaultKind::prohibited, (wanted.empty() ? "login refused: " + shown
                                                           : "login refused: the proxy takes only " + wanted +
                                                                 ", not Basic: " + shown));
    }
    auto refusal = by_squid(field(header, "X-Squid-Error"));
    if (refusal.words.empty())
        refusal = by_code(*code);
    return fail(refusal.kind, std::string(refusal.words) + shown);
}

} // namespace smtpprobe
