// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "diagnosis/generic_name.hpp"

using namespace smtpprobe;

namespace {

bool generic(const char* name, const char* address)
{
    return generic_by(name, IpAddress::parse(address).value()).has_value();
}

} // namespace

TEST_CASE("Names made for every address of a range are recognised")
{
    struct Row {
        const char* name;
        const char* address;
    };
    // As large providers write them; the addresses are changed along.
    constexpr Row kRows[] = {
        {"c-73-158-20-9.hsd1.ca.comcast.example", "73.158.20.9"},
        {"p5b0f1234.dip0.t-ipconnect.example", "91.15.18.52"},
        {"203-0-113-9.dyn.example.net", "203.0.113.9"},
        {"host-203.0.113.9.example.net", "203.0.113.9"},
        {"9.113.0.203.static.example.net", "203.0.113.9"},
        {"static.9.113.0.203.clients.example.com", "203.0.113.9"},
        {"ec2-203-0-113-9.compute-1.amazonaws.example", "203.0.113.9"},
        {"vps203000113009.example.com", "203.0.113.9"},
        {"cb007109.skybroadband.example", "203.0.113.9"},
        {"host81-148-3-7.range81-148.example.com", "81.148.3.7"},
        {"dsl-113-0-203.example.net", "203.0.113.9"},
        {"pool-96-241-5-6.washdc.fios.example.net", "96.241.5.6"},
        {"cable-12.example.net", "203.0.113.9"},
        {"dhcp.example.co.uk", "203.0.113.9"},
        {"2001-db8-0-0-0-0-0-9.example.net", "2001:db8::9"},
        {"20010db8000000000000000000000009.ipv6.example.net", "2001:db8::9"},
        {"2001-db8-a-b-c-d-e-f.example.net", "2001:db8:a:b:c:d:e:f"},
    };
    for (const auto& row : kRows) {
        INFO(row.name);
        CHECK(generic(row.name, row.address));
    }
}

TEST_CASE("Names of mail servers are left alone")
{
    struct Row {
        const char* name;
        const char* address;
    };
    constexpr Row kRows[] = {
        {"mail.example.com", "203.0.113.9"},
        {"mail-wr1-f41.google.example", "209.85.221.41"},
        {"a8-29.smtp-out.amazonses.example", "54.240.8.29"},
        {"mx203-0-113-9.mail.example.com", "203.0.113.9"}, // a provider that names its senders so
        {"outbound.mail.cable.example", "203.0.113.9"},    // the provider's own domain
        {"cable.example", "203.0.113.9"},
        {"mail.dyn.example", "203.0.113.9"},
        {"srv9.example.com", "203.0.113.9"},
        {"nat-smtp.example.com", "203.0.113.9"},
        {"mta1.example.com", "2001:db8::1"},
        {"host1.example.com", "1.1.1.1"},
        {"example.com", "203.0.113.9"},
        {"", "203.0.113.9"},
        {".", "203.0.113.9"},
        {"...", "2001:db8::1"},
    };
    for (const auto& row : kRows) {
        INFO(row.name);
        CHECK_FALSE(generic(row.name, row.address));
    }
}

TEST_CASE("It is said what gives a name away")
{
    const auto address = IpAddress::parse("203.0.113.9").value();
    CHECK(generic_by("203-0-113-9.example.net", address) == "holds the address's numbers");
    CHECK(generic_by("x.DSL.example.net", address) == "says `dsl`");
}
