// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <string>

#include "dns/system_servers.hpp"

using namespace smtpprobe;

namespace {

std::string servers_of(const char* resolv_conf)
{
    std::string text;
    for (const auto& server : parse_resolv_conf(resolv_conf))
        text += server.address.text() + ":" + std::to_string(server.port) + " ";
    return text;
}

constexpr const char* kHosts = "127.0.0.1\tlocalhost\n"
                               "# 192.0.2.9 mx.example.com\n"
                               "192.0.2.1 mx.example.com mx # the first\r\n"
                               "192.0.2.1 MX.Example.COM.\n"
                               "192.0.2.2   mx.example.com\n"
                               "2001:db8::1 mx.example.com\n"
                               "nonsense mx.example.com\n"
                               "192.0.2.3\n";

std::string addresses_of(const char* name, RecordType type, const char* hosts = kHosts)
{
    const auto lookup = find_in_hosts_file(hosts, {name, type});
    std::string text(smtpprobe::name(lookup.outcome));
    for (const auto& record : lookup.records)
        text += " " + record.address.text();
    return text;
}

} // namespace

TEST_CASE("name servers are read from resolv.conf as libc does")
{
    CHECK(servers_of("nameserver 192.0.2.1\n") == "192.0.2.1:53 ");
    CHECK(servers_of("# nameserver 192.0.2.9\n; nameserver 192.0.2.8\nsearch example.com\n"
                     "nameserver\t2001:db8::1\r\n  nameserver 192.0.2.2 # two\noptions edns0") ==
          "2001:db8::1:53 192.0.2.2:53 ");
    CHECK(servers_of(
              "nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\nnameserver 192.0.2.4\n") ==
          "192.0.2.1:53 192.0.2.2:53 192.0.2.3:53 ");
    CHECK(servers_of("").empty());
    CHECK(servers_of("nameserver\nnameserver ns.example.com\nnameserverx 192.0.2.1\n").empty());
}

TEST_CASE("a hosts file gives all addresses of a name, by family")
{
    CHECK(addresses_of("mx.example.com", RecordType::a) == "found 192.0.2.1 192.0.2.2");
    CHECK(addresses_of("mx.example.com", RecordType::aaaa) == "found 2001:db8::1");
    CHECK(addresses_of("mx", RecordType::a) == "found 192.0.2.1");
    CHECK(addresses_of("mx", RecordType::aaaa) == "no-records");
    CHECK(addresses_of("mx.example.com", RecordType::mx) == "no-records");
    CHECK(addresses_of("192.0.2.3", RecordType::a) == "no-records");
    CHECK(find_in_hosts_file(kHosts, {"mx", RecordType::a}).from_hosts_file);
    CHECK_FALSE(find_in_hosts_file(kHosts, {"other", RecordType::a}).from_hosts_file);
}

TEST_CASE("localhost is loopback even where the hosts file forgets it")
{
    CHECK(addresses_of("localhost", RecordType::a) == "found 127.0.0.1");
    CHECK(addresses_of("localhost", RecordType::aaaa) == "no-records"); // the file has it, without IPv6
    CHECK(addresses_of("localhost", RecordType::a, "") == "found 127.0.0.1");
    CHECK(addresses_of("LOCALHOST", RecordType::aaaa, "") == "found ::1");
    CHECK(addresses_of("a.localhost", RecordType::a, "") == "found 127.0.0.1");
    CHECK(addresses_of("notlocalhost", RecordType::a, "") == "no-records");
}

TEST_CASE("a file that is not there reads as empty")
{
    CHECK(read_small_file("/nonexistent/resolv.conf").empty());
    CHECK(read_small_file("/").empty());
    CHECK_FALSE(read_small_file("/proc/self/status").empty());
}
