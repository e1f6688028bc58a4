// SPDX-License-Identifier: Apache-2.0
#include "net/socket_address.hpp"

#include <catch2/catch.hpp>

#include <netinet/in.h>

using namespace smtpprobe;

TEST_CASE("an address comes back from the form of the socket calls")
{
    for (const char* text : {"192.0.2.1", "127.0.0.1", "2001:db8::1", "::"}) {
        CAPTURE(text);
        const auto address = *IpAddress::parse(text);
        CHECK(ip_address(socket_address(address, 25)) == address);
    }
}

TEST_CASE("a link-local address keeps its interface")
{
    std::array<std::uint8_t, 16> bytes{};
    bytes[0] = 0xfe;
    bytes[1] = 0x80;
    bytes[15] = 1;
    const auto address = IpAddress::v6(bytes, 7);
    const auto made = socket_address(address, 25);
    CHECK(reinterpret_cast<const sockaddr_in6*>(made.get())->sin6_scope_id == 7);
    CHECK(reinterpret_cast<const sockaddr_in6*>(made.get())->sin6_port == htons(25));
    CHECK(ip_address(made) == address);
}
