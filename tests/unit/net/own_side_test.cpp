// SPDX-License-Identifier: Apache-2.0
#include <cerrno>

#include <catch2/catch.hpp>

#include "net/clock_state.hpp"
#include "net/icmp.hpp"
#include "net/own_addresses.hpp"
#include "net/tcp_connect.hpp"

using namespace smtpprobe;

namespace {

IpAddress address(const char* text) { return *IpAddress::parse(text); }

IcmpError error_of(const char* from, int type, int code)
{
    return {address(from), static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(code)};
}

} // namespace

TEST_CASE("this machine talks to itself from the address that it talks to")
{
    CHECK(source_towards(address("127.0.0.1")) == address("127.0.0.1"));
    CHECK(source_towards(address("::1")) == address("::1"));
    CHECK(is_own_address(address("127.0.0.1")));
    CHECK(is_own_address(address("127.45.6.7")));
    CHECK(is_own_address(address("::1")));
}

TEST_CASE("an address that nobody can have is not ours")
{
    CHECK_FALSE(is_own_address(address("192.0.2.1")));
    CHECK_FALSE(is_own_address(address("2001:db8::1")));
    CHECK_FALSE(is_own_address(address("0.0.0.0")));
    CHECK_FALSE(is_own_address(address("::")));
}

TEST_CASE("own addresses are one a family at most, and our own")
{
    const auto own = own_addresses();
    CHECK(own.size() <= 2);
    for (const auto& one : own)
        CHECK(is_own_address(one));
    if (own.size() > 1)
        CHECK(own[0].family() != own[1].family());
}

TEST_CASE("the clock's state is asked of a system that tells it")
{
    // Either answer is right, and so is none; but asking changes nothing.
    CHECK(clock_synchronised() == clock_synchronised());
}

TEST_CASE("ICMP's codes say who forbids what")
{
    const auto v4 = [](int type, int code) { return error_of("192.0.2.1", type, code); };
    const auto v6 = [](int type, int code) { return error_of("2001:db8::1", type, code); };
    CHECK(is_time_exceeded(v4(11, 0)));
    CHECK_FALSE(is_time_exceeded(v4(11, 1))); // reassembly
    CHECK(is_time_exceeded(v6(3, 0)));
    CHECK_FALSE(is_time_exceeded(v4(3, 0)));
    CHECK_FALSE(is_time_exceeded(v6(11, 0)));
    CHECK(is_port_unreachable(v4(3, 3)));
    CHECK(is_port_unreachable(v6(1, 4)));
    CHECK_FALSE(is_port_unreachable(v4(1, 4)));
    for (const int code : {9, 10, 13})
        CHECK(is_prohibited(v4(3, code)));
    for (const int code : {0, 1, 3})
        CHECK_FALSE(is_prohibited(v4(3, code)));
    for (const int code : {1, 5, 6})
        CHECK(is_prohibited(v6(1, code)));
    for (const int code : {0, 3, 4})
        CHECK_FALSE(is_prohibited(v6(1, code)));
}
