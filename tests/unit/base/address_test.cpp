// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <catch2/catch.hpp>

#include "smtpprobe/address.hpp"

using namespace smtpprobe;

namespace {

AddressScope scope_of(const char* text)
{
    const auto address = IpAddress::parse(text);
    REQUIRE(address);
    return address->scope();
}

} // namespace

TEST_CASE("Addresses are read strictly and printed canonically")
{
    CHECK(IpAddress::parse("192.0.2.1")->text() == "192.0.2.1");
    CHECK(IpAddress::parse("2001:DB8:0:0::1")->text() == "2001:db8::1");
    CHECK(IpAddress::parse("::ffff:192.0.2.1")->family() == Family::ipv6);
    for (const auto* bad : {"", "192.0.2", "192.0.2.01", "192.0.2.256", "192.0.2.1 ", " 192.0.2.1", "[::1]",
                            ":::", "2001:db8::1%", "192.0.2.1%1", "2001:db8::1%1", "1.2.3.4.5", "0x7f.1"}) {
        CAPTURE(bad);
        CHECK_FALSE(IpAddress::parse(bad));
    }
}

TEST_CASE("A link-local address keeps its interface")
{
    const auto by_number = IpAddress::parse("fe80::1%1");
    REQUIRE(by_number);
    CHECK(by_number->interface() == 1);
    CHECK(IpAddress::parse("fe80::1%no-such-interface") == std::nullopt);
    CHECK(IpAddress::parse(std::string("192.0.2.1\0rubbish", 17)) == std::nullopt);
    CHECK(by_number->smtp_literal() == "IPv6:fe80::1");
}

TEST_CASE("An address says what it is set aside for")
{
    CHECK(scope_of("8.8.8.8") == AddressScope::global);
    CHECK(scope_of("0.0.0.0") == AddressScope::unspecified);
    CHECK(scope_of("10.255.255.255") == AddressScope::private_use);
    CHECK(scope_of("11.0.0.0") == AddressScope::global);
    CHECK(scope_of("100.63.255.255") == AddressScope::global);
    CHECK(scope_of("100.64.0.0") == AddressScope::shared);
    CHECK(scope_of("100.127.255.255") == AddressScope::shared);
    CHECK(scope_of("100.128.0.0") == AddressScope::global);
    CHECK(scope_of("127.77.0.1") == AddressScope::loopback);
    CHECK(scope_of("169.254.1.1") == AddressScope::link_local);
    CHECK(scope_of("172.15.255.255") == AddressScope::global);
    CHECK(scope_of("172.31.255.255") == AddressScope::private_use);
    CHECK(scope_of("192.0.2.77") == AddressScope::documentation);
    CHECK(scope_of("192.168.0.1") == AddressScope::private_use);
    CHECK(scope_of("198.19.0.1") == AddressScope::reserved);
    CHECK(scope_of("239.1.1.1") == AddressScope::multicast);
    CHECK(scope_of("240.0.0.1") == AddressScope::reserved);
    CHECK(scope_of("255.255.255.255") == AddressScope::multicast);
    CHECK(scope_of("::") == AddressScope::unspecified);
    CHECK(scope_of("::1") == AddressScope::loopback);
    CHECK(scope_of("2001:4860:4860::8888") == AddressScope::global);
    CHECK(scope_of("2001:db8::1") == AddressScope::documentation);
    CHECK(scope_of("fd00::1") == AddressScope::private_use);
    CHECK(scope_of("fe80::1") == AddressScope::link_local);
    CHECK(scope_of("ff02::1") == AddressScope::multicast);
    CHECK(scope_of("::ffff:127.0.0.1") == AddressScope::loopback);
}

TEST_CASE("The name behind an address is asked for in reverse")
{
    CHECK(IpAddress::parse("192.0.2.1")->reverse_name() == "1.2.0.192.in-addr.arpa");
    CHECK(IpAddress::parse("2001:db8::567:89ab")->reverse_name() ==
          "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}
