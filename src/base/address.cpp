// SPDX-License-Identifier: Apache-2.0
#include "smtpprobe/address.hpp"

#include <algorithm>

#include <arpa/inet.h>
#include <net/if.h>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

struct Block {
    std::uint8_t prefix[16];
    int bits;
    AddressScope scope;
};

// IANA's special-purpose registries; the first match counts, so narrower blocks come first.
constexpr Block kIpv4Blocks[] = {
    {{255, 255, 255, 255}, 32, AddressScope::multicast},
    {{0}, 8, AddressScope::unspecified},
    {{10}, 8, AddressScope::private_use},
    {{100, 64}, 10, AddressScope::shared},
    {{127}, 8, AddressScope::loopback},
    {{169, 254}, 16, AddressScope::link_local},
    {{172, 16}, 12, AddressScope::private_use},
    {{192, 0, 0}, 24, AddressScope::reserved},
    {{192, 0, 2}, 24, AddressScope::documentation},
    {{192, 168}, 16, AddressScope::private_use},
    {{198, 18}, 15, AddressScope::reserved},
    {{198, 51, 100}, 24, AddressScope::documentation},
    {{203, 0, 113}, 24, AddressScope::documentation},
    {{224}, 4, AddressScope::multicast},
    {{240}, 4, AddressScope::reserved},
};

constexpr Block kIpv6Blocks[] = {
    {{0}, 128, AddressScope::unspecified},
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, AddressScope::loopback},
    {{0x01, 0x00}, 64, AddressScope::reserved}, // discard-only
    {{0x20, 0x01, 0x0d, 0xb8}, 32, AddressScope::documentation},
    {{0x3f, 0xff}, 20, AddressScope::documentation}, // RFC 9637
    {{0xfc}, 7, AddressScope::private_use},
    {{0xfe, 0x80}, 10, AddressScope::link_local},
    {{0xfe, 0xc0}, 10, AddressScope::private_use}, // site-local of old
    {{0xff}, 8, AddressScope::multicast},
};

constexpr std::uint8_t kMappedPrefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool within(const std::uint8_t* bytes, const Block& block)
{
    for (int bit = 0; bit < block.bits; bit += 8) {
        const int left = std::min(8, block.bits - bit);
        const auto mask = static_cast<std::uint8_t>(0xff << (8 - left));
        if ((bytes[bit / 8] & mask) != (block.prefix[bit / 8] & mask))
            return false;
    }
    return true;
}

template <std::size_t N> AddressScope scope_in(const Block (&blocks)[N], const std::uint8_t* bytes)
{
    for (const auto& block : blocks)
        if (within(bytes, block))
            return block.scope;
    return AddressScope::global;
}

} // namespace

IpAddress IpAddress::v4(std::array<std::uint8_t, 4> bytes)
{
    IpAddress address;
    std::copy(bytes.begin(), bytes.end(), address.bytes_.begin());
    return address;
}

IpAddress IpAddress::v6(std::array<std::uint8_t, 16> bytes, std::uint32_t interface)
{
    IpAddress address;
    address.family_ = Family::ipv6;
    address.bytes_ = bytes;
    address.interface_ = interface;
    return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text)
{
    IpAddress address;
    if (text.find('\0') != std::string_view::npos) // inet_pton would not see what comes behind it
        return std::nullopt;
    const std::string plain(text.substr(0, text.find('%')));
    if (inet_pton(AF_INET, plain.c_str(), address.bytes_.data()) == 1 && plain.size() == text.size())
        return address;
    if (inet_pton(AF_INET6, plain.c_str(), address.bytes_.data()) != 1)
        return std::nullopt;
    address.family_ = Family::ipv6;
    if (plain.size() == text.size())
        return address;

    const std::string interface(text.substr(plain.size() + 1));
    if (address.scope() != AddressScope::link_local || interface.empty())
        return std::nullopt;
    const auto number = parse_number<std::uint32_t>(interface);
    address.interface_ = number ? *number : if_nametoindex(interface.c_str());
    if (address.interface_ == 0)
        return std::nullopt;
    return address;
}

std::string IpAddress::text() const
{
    char buffer[INET6_ADDRSTRLEN] = {};
    inet_ntop(family_ == Family::ipv4 ? AF_INET : AF_INET6, bytes_.data(), buffer, sizeof buffer);
    std::string text = buffer;
    if (interface_ != 0) {
        char name[IF_NAMESIZE] = {};
        text += '%';
        text += if_indextoname(interface_, name) ? std::string(name) : std::to_string(interface_);
    }
    return text;
}

std::string IpAddress::smtp_literal() const
{
    if (family_ == Family::ipv4)
        return text();
    const auto whole = text();
    return "IPv6:" + whole.substr(0, whole.find('%'));
}

std::string IpAddress::reverse_name() const
{
    std::string name;
    if (family_ == Family::ipv4) {
        for (std::size_t i = 4; i-- > 0;)
            name += std::to_string(bytes_[i]) + '.';
        return name + "in-addr.arpa";
    }
    constexpr char digits[] = "0123456789abcdef";
    for (std::size_t i = 16; i-- > 0;) {
        name += digits[bytes_[i] & 15];
        name += '.';
        name += digits[bytes_[i] >> 4];
        name += '.';
    }
    return name + "ip6.arpa";
}

AddressScope IpAddress::scope() const
{
    if (family_ == Family::ipv4)
        return scope_in(kIpv4Blocks, bytes_.data());
    // An IPv4-mapped address is reached over IPv4: what counts is the address within.
    if (std::equal(std::begin(kMappedPrefix), std::end(kMappedPrefix), bytes_.begin()))
        return scope_in(kIpv4Blocks, bytes_.data() + 12);
    return scope_in(kIpv6Blocks, bytes_.data());
}

} // namespace smtpprobe
