// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "smtpprobe/route.hpp"

using namespace smtpprobe;

TEST_CASE("an endpoint is written as host, address and port, and is safe to print")
{
    Endpoint endpoint;
    endpoint.host = "mx.example.com";
    endpoint.address = *IpAddress::parse("192.0.2.1");
    CHECK(endpoint.text() == "mx.example.com [192.0.2.1]:25");
    endpoint.address = *IpAddress::parse("2001:db8::1");
    endpoint.port = 587;
    CHECK(endpoint.text() == "mx.example.com [2001:db8::1]:587");
    endpoint.host = "";
    CHECK(endpoint.text() == "[2001:db8::1]:587");
    endpoint.host = "\x1b[2J.example.com";
    CHECK(endpoint.text() == "\\x1b[2J.example.com [2001:db8::1]:587");
}
