// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "smtpprobe/names.hpp"

namespace smtpprobe {

enum class Family : std::uint8_t { ipv4, ipv6 };

template <> struct Names<Family> {
    static constexpr std::string_view all[] = {"ipv4", "ipv6"};
    static constexpr Family last = Family::ipv6;
};

/// What an address is set aside for (the IANA special-purpose registries, RFC 6890).
enum class AddressScope : std::uint8_t {
    global,
    unspecified,   ///< 0.0.0.0/8, ::
    loopback,      ///< 127.0.0.0/8, ::1
    link_local,    ///< 169.254.0.0/16, fe80::/10
    multicast,     ///< 224.0.0.0/4, ff00::/8, and the broadcast address
    private_use,   ///< RFC 1918, fc00::/7
    shared,        ///< 100.64.0.0/10, carrier NAT
    documentation, ///< 192.0.2/24, 198.51.100/24, 203.0.113/24, 2001:db8::/32
    reserved,      ///< 198.18/15, 240/4, 192.0.0/24, and what no one can own
};

template <> struct Names<AddressScope> {
    static constexpr std::string_view all[] = {"global",     "unspecified",   "loopback",
                                               "link-local", "multicast",     "private",
                                               "shared",     "documentation", "reserved"};
    static constexpr AddressScope last = AddressScope::reserved;
};

/// An IPv4 or IPv6 address as a value. IPv4-mapped IPv6 text (`::ffff:192.0.2.1`) stays IPv6.
class IpAddress {
public:
    /// 0.0.0.0
    constexpr IpAddress() = default;
    static IpAddress v4(std::array<std::uint8_t, 4> bytes);
    static IpAddress v6(std::array<std::uint8_t, 16> bytes, std::uint32_t interface = 0);

    /// Strict text forms: dotted quad without leading zeros, RFC 4291 for IPv6, `%interface` after a
    /// link-local address (a name or a number). No brackets.
    static std::optional<IpAddress> parse(std::string_view text);

    Family family() const { return family_; }
    /// The first 4 bytes count for IPv4. Network order.
    const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
    /// The interface's index of a link-local IPv6 address, else 0.
    std::uint32_t interface() const { return interface_; }

    /// Canonical text (RFC 5952).
    std::string text() const;
    /// As it stands in SMTP and in `[address]` targets: `192.0.2.1`, `IPv6:2001:db8::1`
    /// (RFC 5321 4.1.3), without brackets.
    std::string smtp_literal() const;
    /// The name whose PTR record names this address.
    std::string reverse_name() const;
    AddressScope scope() const;

    friend bool operator==(const IpAddress&, const IpAddress&) = default;
    friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

private:
    Family family_ = Family::ipv4;
    std::array<std::uint8_t, 16> bytes_{};
    std::uint32_t interface_ = 0;
};

} // namespace smtpprobe
