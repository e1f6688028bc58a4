// SPDX-License-Identifier: Apache-2.0
#include "ways/proxy_header.hpp"

#include <catch2/catch.hpp>

using namespace smtpprobe;
using namespace std::string_literals;

namespace {

IpAddress address(std::string_view text) { return *IpAddress::parse(text); }

ProxyHeaderBytes made(const ProxyHeader& header)
{
    return proxy_header(header, address("198.51.100.9"), address("192.0.2.25"), 25);
}

} // namespace

TEST_CASE("version 1 is one line")
{
    ProxyHeader header;
    header.source = address("203.0.113.7");
    header.source_port = 1234;
    CHECK(made(header).bytes == "PROXY TCP4 203.0.113.7 192.0.2.25 1234 25\r\n");
    header.local = true;
    CHECK(made(header).bytes == "PROXY UNKNOWN\r\n");
}

TEST_CASE("without addresses of its own the header tells the connection's")
{
    CHECK(made({}).bytes == "PROXY TCP4 198.51.100.9 192.0.2.25 40000 25\r\n");
}

TEST_CASE("version 2 is what the specification draws")
{
    ProxyHeader header;
    header.version = 2;
    header.source = address("203.0.113.7");
    header.source_port = 1234;
    CHECK(made(header).bytes == "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xcb\0\x71\7\xc0\0\2\x19\x04\xd2\0\x19"s);
    CHECK(made(header).shown == "PROXY version 2: TCP4 203.0.113.7 192.0.2.25 1234 25");
    header.local = true;
    CHECK(made(header).bytes == "\r\n\r\n\0\r\nQUIT\n\x20\0\0\0"s);
}

TEST_CASE("IPv6 takes 36 octets")
{
    ProxyHeader header;
    header.version = 2;
    header.source = address("2001:db8::7");
    header.destination = address("2001:db8::25");
    const auto bytes = made(header).bytes;
    CHECK(bytes.size() == 16 + 36);
    CHECK(bytes.substr(12, 4) == "\x21\x21\0\x24"s);
    header.version = 1;
    CHECK(made(header).bytes == "PROXY TCP6 2001:db8::7 2001:db8::25 40000 25\r\n");
}

TEST_CASE("addresses of two families cannot be told")
{
    ProxyHeader header;
    header.source = address("2001:db8::7");
    CHECK(made(header).bytes == "PROXY UNKNOWN\r\n");
    header.version = 2;
    CHECK(made(header).shown == "PROXY version 2: LOCAL");
}
