// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/seen_address.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

/// A server's line is short; whoever writes more is not read to its end.
constexpr std::size_t kReadLimit = 2000;

bool is_part(char c) { return is_alnum(c) || c == '.' || c == ':'; }

/// Could a connection come to a server from there?
bool can_be_ours(const IpAddress& address)
{
    switch (address.scope()) {
    case AddressScope::global:
    case AddressScope::private_use:
    case AddressScope::shared:
    case AddressScope::documentation: return true;
    case AddressScope::loopback: // more likely the answer of a block list, `127.0.0.2`
    case AddressScope::unspecified:
    case AddressScope::link_local:
    case AddressScope::multicast:
    case AddressScope::reserved: return false;
    }
    return false;
}

/// The first address in the text that is good for it.
template <class Good> std::optional<IpAddress> first_address(std::string_view text, Good good)
{
    text = text.substr(0, kReadLimit);
    for (std::size_t at = 0; at < text.size();) {
        if (!is_part(text[at])) {
            ++at;
            continue;
        }
        auto end = at;
        while (end < text.size() && is_part(text[end]))
            ++end;
        auto word = text.substr(at, end - at);
        at = end;
        if (starts_with_ignoring_case(word, "IPv6:"))
            word.remove_prefix(5);
        while (!word.empty() && (word.back() == '.' || (word.back() == ':' && !word.ends_with("::"))))
            word.remove_suffix(1);
        // Four numbers with dots are also how versions are written, but those seldom have four parts.
        const auto address = IpAddress::parse(word);
        if (address && good(*address))
            return address;
    }
    return std::nullopt;
}

bool is_inner(const IpAddress& address)
{
    return address.scope() == AddressScope::private_use || address.scope() == AddressScope::shared;
}

/// Over the Internet nobody comes from a private address. Ours is known by our end of the connection, where
/// a tunnel leads to the server.
bool is_of_their_network(const Session& session, const IpAddress& address)
{
    if (!is_inner(address) || session.endpoint.address.scope() != AddressScope::global)
        return false;
    return std::none_of(session.transcript.begin(), session.transcript.end(), [&](const Event& event) {
        const auto* connected = std::get_if<Connected>(&event.what);
        return connected != nullptr && connected->local == address;
    });
}

} // namespace

std::optional<IpAddress> address_in(std::string_view text, const IpAddress& except)
{
    return first_address(text,
                         [&](const IpAddress& address) { return address != except && can_be_ours(address); });
}

std::optional<IpAddress> inner_address(const Session& session, const Received& refusal)
{
    return first_address(refusal.reply.words(),
                         [&](const IpAddress& address) { return is_of_their_network(session, address); });
}

std::optional<IpAddress> seen_address(const Session& session)
{
    std::optional<IpAddress> in_hello;
    std::optional<IpAddress> in_refusal;
    const auto ours = [&](std::string_view text) {
        return first_address(text, [&](const IpAddress& address) {
            return address != session.endpoint.address && can_be_ours(address) &&
                   !is_of_their_network(session, address);
        });
    };
    for (const auto& event : session.transcript) {
        const auto* received = std::get_if<Received>(&event.what);
        if (received == nullptr)
            continue;
        const bool hello = received->step == Step::ehlo || received->step == Step::helo;
        const auto& reply = received->reply;
        if (hello && reply.positive())
            in_hello = ours(reply.lines().front());
        else if (reply.code_class() >= 4 && !in_refusal)
            in_refusal = ours(reply.words());
    }
    // What it refuses is what it judged.
    return in_refusal ? in_refusal : in_hello;
}

} // namespace smtpprobe
