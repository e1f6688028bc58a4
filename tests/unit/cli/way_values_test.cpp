// SPDX-License-Identifier: Apache-2.0
#include "cli/way_values.hpp"

#include <catch2/catch.hpp>

using namespace smtpprobe;

TEST_CASE("a proxy is named by a URL")
{
    const auto socks = parse_proxy("socks5://proxy.example");
    REQUIRE(socks);
    CHECK(socks->kind == ProxyKind::socks5);
    CHECK(socks->host == "proxy.example");
    CHECK(socks->port == 1080);
    CHECK_FALSE(socks->address);
    const auto http = parse_proxy("http://someone@[2001:db8::9]:3128/");
    REQUIRE(http);
    CHECK(http->kind == ProxyKind::http_connect);
    CHECK(http->user == "someone");
    CHECK(http->address == IpAddress::parse("2001:db8::9"));
    CHECK(http->port == 3128);
    CHECK(parse_proxy("http://192.0.2.9")->port == 8080);
}

TEST_CASE("a proxy that is none is told, and a password in it is not repeated")
{
    CHECK(
        parse_proxy("proxy.example:1080").error() ==
        "\"proxy.example:1080\" is no proxy; say socks5://proxy.example:1080 or http://user@192.0.2.9:3128");
    CHECK_FALSE(parse_proxy("socks4://h"));
    CHECK_FALSE(parse_proxy("socks5://"));
    CHECK_FALSE(parse_proxy("socks5://@h"));
    CHECK_FALSE(parse_proxy("socks5://unix:/x"));
    CHECK_FALSE(parse_proxy("http://h/path"));
    const auto with_password = parse_proxy("socks5://user:secret@h");
    REQUIRE_FALSE(with_password);
    CHECK(with_password.error().find("secret") == std::string::npos);
}

TEST_CASE("addresses with and without a port")
{
    CHECK(parse_address_and_port("192.0.2.1")->port == 0);
    CHECK(parse_address_and_port("192.0.2.1:40000")->port == 40000);
    CHECK(parse_address_and_port("2001:db8::1")->address == IpAddress::parse("2001:db8::1"));
    CHECK_FALSE(parse_address_and_port("mx.example.com"));
    CHECK_FALSE(parse_address_and_port("user@[192.0.2.1]"));
}

TEST_CASE("attributes of XCLIENT and XFORWARD are those that Postfix knows")
{
    CHECK(*parse_xclient("addr=192.0.2.1") == "ADDR=192.0.2.1");
    CHECK(*parse_xclient("LOGIN=a=b") == "LOGIN=a=b");
    CHECK(*parse_xforward("source=REMOTE") == "SOURCE=REMOTE");
    CHECK_FALSE(parse_xclient("SOURCE=REMOTE"));
    CHECK_FALSE(parse_xforward("LOGIN=x"));
    CHECK_FALSE(parse_xclient("ADDR"));
    CHECK_FALSE(parse_xclient("NAME="));
    CHECK_FALSE(parse_xclient("NAME=x\r\nMAIL"));
}

TEST_CASE("sockets, commands and interfaces")
{
    CHECK(parse_socket_target("/run/lmtp")->path == "/run/lmtp");
    CHECK_FALSE(parse_socket_target("mx.example.com"));
    CHECK(parse_command_target("exim4 -bs")->kind == TargetKind::process);
    CHECK_FALSE(parse_command_target("sh -c 'x"));
    CHECK(*parse_interface("eth0") == "eth0");
    CHECK_FALSE(parse_interface("a name with blanks"));
    CHECK(*parse_proxy_header("v2") == 2);
    CHECK_FALSE(parse_proxy_header("3"));
    CHECK_FALSE(variable_with_password("SMTPPROBE_NO_SUCH_VARIABLE"));
    CHECK_FALSE(password_of_file("/nonexistent/file"));
}
