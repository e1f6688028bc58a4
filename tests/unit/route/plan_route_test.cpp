// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <algorithm>

#include "route_table.hpp"

using namespace smtpprobe;
using test::RouteRow;

namespace {

const RouteRow kMxRows[] = {
    {"one MX with both families, IPv6 first", "example.com", "", R"(
        example.com MX 10 mx.example.com
        mx.example.com A 9.9.9.1
        mx.example.com AAAA 2620:fe::1)",
     "mx; mx.example.com [2620:fe::1]:25 10; mx.example.com [9.9.9.1]:25 10"},
    {"preference decides, not the order of the answer", "example.com", "", R"(
        example.com MX 20 a.example.com
        example.com MX 10 b.example.com
        a.example.com A 9.9.9.1
        b.example.com A 9.9.9.2)",
     "mx; b.example.com [9.9.9.2]:25 10; a.example.com [9.9.9.1]:25 20"},
    {"hosts of one preference stand by name", "example.com", "", R"(
        example.com MX 10 c.example.com
        example.com MX 10 a.example.com
        example.com MX 10 b.example.com
        a.example.com A 9.9.9.1
        b.example.com A 9.9.9.2
        c.example.com A 9.9.9.3)",
     "mx; a.example.com [9.9.9.1]:25 10; b.example.com [9.9.9.2]:25 10; c.example.com [9.9.9.3]:25 10"},
    {"addresses of one host stand by value, as numbers", "example.com", "", R"(
        example.com MX 10 mx.example.com
        mx.example.com A 9.9.9.10
        mx.example.com A 9.9.9.2)",
     "mx; mx.example.com [9.9.9.2]:25 10; mx.example.com [9.9.9.10]:25 10"},
    {"the same address twice in one answer counts once", "example.com", "", R"(
        example.com MX 10 mx.example.com
        mx.example.com A 9.9.9.1
        mx.example.com A 9.9.9.1)",
     "mx; mx.example.com [9.9.9.1]:25 10"},
    {"an MX host elsewhere", "example.com", "", R"(
        example.com MX 5 mx.example.net
        mx.example.net A 9.9.9.1)",
     "mx; mx.example.net [9.9.9.1]:25 5"},
    {"a mailbox takes its domain's route", "user@example.com", "", R"(
        example.com MX 10 mx.example.com
        mx.example.com A 9.9.9.1)",
     "mx; mx.example.com [9.9.9.1]:25 10"},
    {"names of MX records compare in lower case", "example.com", "", R"(
        example.com MX 10 MX.Example.COM
        mx.example.com A 9.9.9.1)",
     "mx; mx.example.com [9.9.9.1]:25 10"},
    {"the domain's addresses do not matter beside an MX", "example.com", "", R"(
        example.com MX 10 mx.example.com
        example.com A 9.9.9.9
        mx.example.com A 9.9.9.1)",
     "mx; mx.example.com [9.9.9.1]:25 10"},
    {"the domain may be its own MX", "example.com", "", R"(
        example.com MX 10 example.com
        example.com A 9.9.9.9)",
     "mx; example.com [9.9.9.9]:25 10"},
    {"preference 0 is a preference", "example.com", "", R"(
        example.com MX 0 mx.example.com
        mx.example.com A 9.9.9.1)",
     "mx; mx.example.com [9.9.9.1]:25 0"},
};

const RouteRow kNoMxRows[] = {
    {"no MX: the domain's addresses", "example.com", "",
     "example.com A 9.9.9.9\n example.com AAAA 2620:fe::9",
     "implicit-mx; example.com [2620:fe::9]:25 0; example.com [9.9.9.9]:25 0; implicit-mx: example.com"},
    {"no MX and no address", "example.com", "", "example.com TXT x", "none"},
    {"no such domain", "example.com", "", "", "none"},
    {"a failed MX lookup never leads to the addresses", "example.com", "",
     "example.com MX SERVFAIL\n example.com A 9.9.9.9",
     "none; mx-lookup-failed: example.com -> server-failure"},
    {"nor does a silent name server", "example.com", "", "example.com MX TIMEOUT\n example.com A 9.9.9.9",
     "none; mx-lookup-failed: example.com -> timed-out"},
    {"no MX, and one family's lookup fails: the other is used", "example.com", "",
     "example.com AAAA SERVFAIL\n example.com A 9.9.9.9",
     "implicit-mx; example.com [9.9.9.9]:25 0; implicit-mx: example.com"},
    {"no MX, and the address lookups fail", "example.com", "",
     "example.com AAAA SERVFAIL\n example.com A SERVFAIL", "none"},
    {"null MX: takes no mail", "example.com", "", "example.com MX 0 .\n example.com A 9.9.9.9", "null-mx"},
    {"null MX with another preference", "example.com", "", "example.com MX 10 .",
     "null-mx; null-mx-with-preference: example.com -> 10"},
    {"two null MX are one", "example.com", "", "example.com MX 0 .\n example.com MX 0 .", "null-mx"},
    {"null MX beside others: the others are used", "example.com", "", R"(
        example.com MX 0 .
        example.com MX 10 mx.example.com
        mx.example.com A 9.9.9.1)",
     "mx; mx.example.com [9.9.9.1]:25 10; null-mx-with-others: example.com"},
};

const RouteRow kHostRows[] = {
    {"an MX host that is an alias is used", "example.com", "", R"(
        example.com MX 10 mx.example.com
        mx.example.com CNAME real.example.net
        real.example.net A 9.9.9.1)",
     "mx; mx.example.com [9.9.9.1]:25 10; mx-is-alias: mx.example.com -> real.example.net"},
    {"an alias chain is told by its end", "example.com", "", R"(
        example.com MX 10 mx.example.com
        mx.example.com CNAME a.example.net
        a.example.net CNAME b.example.net
        b.example.net A 9.9.9.1)",
     "mx; mx.example.com [9.9.9.1]:25 10; mx-is-alias: mx.example.com -> b.example.net"},
    {"an alias to a missing name", "example.com", "", R"(
        example.com MX 10 mx.example.com
        mx.example.com CNAME gone.example.net)",
     "mx; mx-alias-dangling: mx.example.com -> gone.example.net"},
    {"an alias to a name without address", "example.com", "", R"(
        example.com MX 10 mx.example.com
        mx.example.com CNAME text.example.net
        text.example.net TXT x)",
     "mx; mx-alias-dangling: mx.example.com -> text.example.net"},
    {"an alias loop", "example.com", "", R"(
        example.com MX 10 a.example.com
        a.example.com CNAME b.example.com
        b.example.com CNAME a.example.com)",
     "mx; mx-alias-dangling: a.example.com -> a.example.com"},
    {"a missing host does not keep others from being tried", "example.com", "", R"(
        example.com MX 10 gone.example.com
        example.com MX 20 mx.example.com
        mx.example.com A 9.9.9.1)",
     "mx; mx.example.com [9.9.9.1]:25 20; mx-host-missing: gone.example.com"},
    {"all hosts missing: the domain's addresses are no way out", "example.com", "", R"(
        example.com MX 10 gone.example.net
        example.com A 9.9.9.9)",
     "mx; mx-host-missing: gone.example.net"},
    {"a host without address", "example.com", "", "example.com MX 10 mx.example.com\n mx.example.com TXT x",
     "mx; mx-host-without-address: mx.example.com"},
    {"a host whose lookups fail", "example.com", "", R"(
        example.com MX 10 mx.example.com
        mx.example.com A SERVFAIL
        mx.example.com AAAA SERVFAIL)",
     "mx; mx-host-lookup-failed: mx.example.com -> server-failure"},
    {"a host with one failed lookup and nothing in the other", "example.com", "",
     "example.com MX 10 mx.example.com\n mx.example.com A TIMEOUT\n mx.example.com TXT x",
     "mx; mx-host-lookup-failed: mx.example.com -> timed-out"},
    {"a host with one failed lookup and an address", "example.com", "", R"(
        example.com MX 10 mx.example.com
        mx.example.com AAAA SERVFAIL
        mx.example.com A 9.9.9.1)",
     "mx; mx.example.com [9.9.9.1]:25 10"},
    {"an IPv4 address for a name is not tried", "example.com", "", "example.com MX 10 9.9.9.1",
     "mx; mx-is-address-text: 9.9.9.1 -> 9.9.9.1"},
    {"an IPv6 address for a name is not tried", "example.com", "", "example.com MX 10 2620:fe::1",
     "mx; mx-is-address-text: 2620:fe::1 -> 2620:fe::1"},
    {"an address text inside the zone", "example.com", "", "example.com MX 10 9.9.9.1.example.com",
     "mx; mx-is-address-text: 9.9.9.1.example.com -> 9.9.9.1; mx-host-missing: 9.9.9.1.example.com"},
    {"a doubled name shows what was meant", "example.com", "", "example.com MX 10 mx.example.com.example.com",
     "mx; mx-name-doubled: mx.example.com.example.com -> mx.example.com; "
     "mx-host-missing: mx.example.com.example.com"},
    {"the doubled domain itself", "example.com", "", "example.com MX 10 example.com.example.com",
     "mx; mx-name-doubled: example.com.example.com -> example.com; mx-host-missing: example.com.example.com"},
    {"the zone above doubled", "sub.example.com", "", "sub.example.com MX 10 mx.example.com.example.com",
     "mx; mx-name-doubled: mx.example.com.example.com -> mx.example.com; "
     "mx-host-missing: mx.example.com.example.com"},
    {"a doubled name that a wildcard answers is tried", "example.com", "", R"(
        example.com MX 10 mx.example.com.example.com
        mx.example.com.example.com A 9.9.9.1)",
     "mx; mx.example.com.example.com [9.9.9.1]:25 10; mx-name-doubled: mx.example.com.example.com -> "
     "mx.example.com"},
    {"a provider's name with the zone behind it", "example.com", "",
     "example.com MX 10 mx.provider.net.example.com",
     "mx; mx-name-doubled: mx.provider.net.example.com -> mx.provider.net; "
     "mx-host-missing: mx.provider.net.example.com"},
    {"such a name that exists is as it should be", "example.com", "", R"(
        example.com MX 10 mx.net.example.com
        mx.net.example.com A 9.9.9.1)",
     "mx; mx.net.example.com [9.9.9.1]:25 10"},
    {"an underscore is noted and tried", "example.com", "",
     "example.com MX 10 my_mx.example.com\n my_mx.example.com A 9.9.9.1",
     "mx; my_mx.example.com [9.9.9.1]:25 10; mx-name-invalid: my_mx.example.com"},
    {"what is no host name is not even looked up", "example.com", "", "example.com MX 10 mx\\032.example.com",
     "mx; mx-name-invalid: mx\\032.example.com"},
    {"an empty label is not looked up", "example.com", "", "example.com MX 10 mx..example.com",
     "mx; mx-name-invalid: mx..example.com"},
    {"one host twice: the lower preference counts", "example.com", "", R"(
        example.com MX 20 mx.example.com
        example.com MX 10 mx.example.com
        mx.example.com A 9.9.9.1)",
     "mx; mx.example.com [9.9.9.1]:25 10; mx-duplicate: mx.example.com -> 20"},
    {"one address behind two hosts is tried once", "example.com", "", R"(
        example.com MX 10 a.example.com
        example.com MX 20 b.example.com
        a.example.com A 9.9.9.1
        b.example.com A 9.9.9.1)",
     "mx; a.example.com [9.9.9.1]:25 10; address-duplicate: b.example.com -> 9.9.9.1"},
    {"the domain is an alias", "example.com", "", R"(
        example.com CNAME other.example.net
        other.example.net MX 10 mx.example.net
        mx.example.net A 9.9.9.1)",
     "mx; mx.example.net [9.9.9.1]:25 10; domain-is-alias: example.com -> other.example.net"},
    {"the domain is an alias without MX", "example.com", "", R"(
        example.com CNAME other.example.net
        other.example.net A 9.9.9.1)",
     "implicit-mx; example.com [9.9.9.1]:25 0; domain-is-alias: example.com -> other.example.net; "
     "implicit-mx: example.com"},
};

const RouteRow kScopeRows[] = {
    {"loopback is noted and not tried", "example.com", "",
     "example.com MX 10 mx.example.com\n mx.example.com A 127.0.0.1",
     "mx; address-loopback: mx.example.com -> 127.0.0.1"},
    {"an MX named localhost", "example.com", "",
     "example.com MX 10 localhost\n localhost A 127.0.0.1\n localhost AAAA ::1",
     "mx; address-loopback: localhost -> ::1; address-loopback: localhost -> 127.0.0.1"},
    {"loopback by implicit MX is not tried either", "example.com", "", "example.com A 127.0.0.1",
     "implicit-mx; implicit-mx: example.com; address-loopback: example.com -> 127.0.0.1"},
    {"--allow-loopback tries it and says nothing", "example.com", "loopback",
     "example.com MX 10 mx.example.com\n mx.example.com A 127.0.0.1", "mx; mx.example.com [127.0.0.1]:25 10"},
    {"--allow-loopback still tells of private addresses", "example.com", "loopback",
     "example.com MX 10 mx.example.com\n mx.example.com A 10.0.0.1",
     "mx; mx.example.com [10.0.0.1]:25 10; address-private: mx.example.com -> 10.0.0.1"},
    {"loopback in IPv6 clothes", "example.com", "",
     "example.com MX 10 mx.example.com\n mx.example.com AAAA ::ffff:127.0.0.1",
     "mx; address-loopback: mx.example.com -> ::ffff:127.0.0.1"},
    {"0.0.0.0", "example.com", "", "example.com MX 10 mx.example.com\n mx.example.com A 0.0.0.0",
     "mx; address-unspecified: mx.example.com -> 0.0.0.0"},
    {"link-local", "example.com", "", "example.com MX 10 mx.example.com\n mx.example.com A 169.254.1.1",
     "mx; address-link-local: mx.example.com -> 169.254.1.1"},
    {"multicast", "example.com", "", "example.com MX 10 mx.example.com\n mx.example.com AAAA ff02::1",
     "mx; address-multicast: mx.example.com -> ff02::1"},
    {"private addresses are tried", "example.com", "",
     "example.com MX 10 mx.example.com\n mx.example.com A 192.168.1.1",
     "mx; mx.example.com [192.168.1.1]:25 10; address-private: mx.example.com -> 192.168.1.1"},
    {"carrier NAT addresses are tried", "example.com", "",
     "example.com MX 10 mx.example.com\n mx.example.com A 100.64.0.1",
     "mx; mx.example.com [100.64.0.1]:25 10; address-shared: mx.example.com -> 100.64.0.1"},
    {"documentation addresses are tried", "example.com", "",
     "example.com MX 10 mx.example.com\n mx.example.com A 192.0.2.1",
     "mx; mx.example.com [192.0.2.1]:25 10; address-documentation: mx.example.com -> 192.0.2.1"},
    {"reserved addresses are tried", "example.com", "",
     "example.com MX 10 mx.example.com\n mx.example.com A 240.0.0.1",
     "mx; mx.example.com [240.0.0.1]:25 10; address-reserved: mx.example.com -> 240.0.0.1"},
    {"a good address beside a bad one", "example.com", "", R"(
        example.com MX 10 mx.example.com
        mx.example.com A 127.0.0.1
        mx.example.com A 9.9.9.1)",
     "mx; mx.example.com [9.9.9.1]:25 10; address-loopback: mx.example.com -> 127.0.0.1"},
};

const RouteRow kOptionRows[] = {
    {"-4 leaves IPv6 out", "example.com", "-4", R"(
        example.com MX 10 mx.example.com
        mx.example.com A 9.9.9.1
        mx.example.com AAAA 2620:fe::1)",
     "mx; mx.example.com [9.9.9.1]:25 10"},
    {"-6 leaves IPv4 out", "example.com", "-6", R"(
        example.com MX 10 mx.example.com
        mx.example.com A 9.9.9.1
        mx.example.com AAAA 2620:fe::1)",
     "mx; mx.example.com [2620:fe::1]:25 10"},
    {"-6 with a host of IPv4 alone", "example.com", "-6",
     "example.com MX 10 mx.example.com\n mx.example.com A 9.9.9.1",
     "mx; mx-host-without-address: mx.example.com -> AAAA"},
    {"--no-mx makes a domain a host", "example.com", "no-mx",
     "example.com MX 10 mx.example.com\n example.com A 9.9.9.9", "host; example.com [9.9.9.9]:25 0"},
    {"--mx makes a host a domain", "example.com:587", "mx",
     "example.com MX 10 mx.example.com\n mx.example.com A 9.9.9.1", "mx; mx.example.com [9.9.9.1]:587 10"},
    {"a host with a port", "mx.example.com:587", "", "mx.example.com A 9.9.9.1",
     "host; mx.example.com [9.9.9.1]:587 0"},
    {"port 465 means TLS at once", "mx.example.com:465", "", "mx.example.com A 9.9.9.1",
     "host; mx.example.com [9.9.9.1]:465 0 implicit"},
    {"smtps:// means TLS at once", "smtps://mx.example.com", "", "mx.example.com A 9.9.9.1",
     "host; mx.example.com [9.9.9.1]:465 0 implicit"},
    {"--tls decides over the scheme and the port", "smtps://mx.example.com", "tls=none",
     "mx.example.com A 9.9.9.1", "host; mx.example.com [9.9.9.1]:465 0 none"},
    {"--tls implicit brings its port", "mx.example.com.", "tls=implicit no-mx", "mx.example.com A 9.9.9.1",
     "host; mx.example.com [9.9.9.1]:465 0 implicit"},
    {"--port decides over the URL", "smtp://mx.example.com", "port=2525", "mx.example.com A 9.9.9.1",
     "host; mx.example.com [9.9.9.1]:2525 0"},
    {"LMTP has a port of its own", "lmtp://mx.example.com", "", "mx.example.com A 9.9.9.1",
     "host; mx.example.com [9.9.9.1]:24 0 lmtp"},
    {"a host that is loopback was named by the user", "localhost:25", "", "localhost A 127.0.0.1",
     "host; localhost [127.0.0.1]:25 0"},
    {"a host with a private address", "mx.example.com:25", "", "mx.example.com A 10.0.0.1",
     "host; mx.example.com [10.0.0.1]:25 0; address-private: mx.example.com -> 10.0.0.1"},
    {"a host that does not exist", "mx.example.com:25", "", "", "none"},
    {"a mailbox at a machine nearby", "user@localhost", "", "localhost A 127.0.0.1",
     "host; localhost [127.0.0.1]:25 0"},
    {"an address", "[9.9.9.1]", "", "", "address;  [9.9.9.1]:25 0"},
    {"an address with a port", "[2620:fe::1]:465", "", "", "address;  [2620:fe::1]:465 0 implicit"},
    {"an address is named by the user, whatever its scope", "127.0.0.1", "", "",
     "address;  [127.0.0.1]:25 0"},
    {"a mailbox at an address", "user@[9.9.9.1]", "-6", "", "address;  [9.9.9.1]:25 0"},
};

template <std::size_t N> void check_rows(const RouteRow (&rows)[N])
{
    for (const auto& row : rows) {
        INFO(row.what);
        CHECK(test::route_text(row) == row.route);
    }
}

} // namespace

TEST_CASE("MX records become a route") { check_rows(kMxRows); }
TEST_CASE("a domain without usable MX records has an implicit, a null or no route") { check_rows(kNoMxRows); }
TEST_CASE("odd MX hosts are noted, and tried where senders would") { check_rows(kHostRows); }
TEST_CASE("addresses that are not for everybody are noted, some not tried") { check_rows(kScopeRows); }
TEST_CASE("options and the target's form decide on port, TLS, family and MX") { check_rows(kOptionRows); }

TEST_CASE("no answer's order changes a route")
{
    const RouteRow row{"", "example.com", "", R"(
        example.com MX 10 a.example.com
        example.com MX 10 b.example.com
        example.com MX 10 a.example.com
        a.example.com A 9.9.9.1
        a.example.com A 9.9.9.2
        b.example.com A 9.9.9.2)",
                       ""};
    auto lookups = test::ask_everything(row);
    const auto target = *parse_target(row.target);
    const auto route = plan_route(target, {}, lookups);
    for (auto& lookup : lookups)
        std::reverse(lookup.records.begin(), lookup.records.end());
    std::reverse(lookups.begin(), lookups.end());
    CHECK(plan_route(target, {}, lookups) == route);
}

TEST_CASE("the questions of a domain go out in two rounds")
{
    const auto target = *parse_target("example.com");
    const auto first = questions(target, {}, {});
    CHECK(test::questions_text(first) == "MX example.com, AAAA example.com, A example.com");
    Settings only_ipv4;
    only_ipv4.families = Families::ipv4_only;
    CHECK(test::questions_text(questions(target, only_ipv4, {})) == "MX example.com, A example.com");

    const RouteRow row{"", "example.com", "",
                       "example.com MX 10 b.example.com\n example.com MX 5 a.example.com", ""};
    const auto known = test::answer_all(first, row.zone);
    const auto second = questions(target, {}, known);
    CHECK(test::questions_text(second) ==
          "AAAA a.example.com, A a.example.com, AAAA b.example.com, A b.example.com");
    auto all = test::answer_all(second, row.zone);
    all.insert(all.end(), known.begin(), known.end());
    CHECK(questions(target, {}, all).empty());
}

TEST_CASE("of a name with a forgotten final dot, the name that was meant is looked up too")
{
    const auto target = *parse_target("example.com");
    const std::string doubled = "example.com MX 10 mx.example.com.example.com";
    const std::vector<Question> mx{{"example.com", RecordType::mx}};
    Settings only_ipv4;
    only_ipv4.families = Families::ipv4_only;
    CHECK(test::questions_text(questions(target, only_ipv4, test::answer_all(mx, doubled))) ==
          "A mx.example.com.example.com, A mx.example.com");

    const std::string appended = "example.com MX 10 mx.provider.net.example.com";
    auto known = test::answer_all(mx, appended);
    const auto hosts = questions(target, only_ipv4, known);
    CHECK(test::questions_text(hosts) == "A mx.provider.net.example.com");
    const auto missing = test::answer_all(hosts, appended);
    known.insert(known.end(), missing.begin(), missing.end());
    CHECK(test::questions_text(questions(target, only_ipv4, known)) == "A mx.provider.net");
}

TEST_CASE("a null MX, a missing domain and a failed lookup ask nothing more")
{
    const auto target = *parse_target("example.com");
    for (const char* zone : {"example.com MX 0 .", "", "example.com MX SERVFAIL"}) {
        INFO(zone);
        const std::vector<Question> mx{{"example.com", RecordType::mx}};
        CHECK(questions(target, {}, test::answer_all(mx, zone)).empty());
    }
}

TEST_CASE("an address asks nothing, a host its addresses, and nothing after its hosts file's answer")
{
    CHECK(questions(*parse_target("192.0.2.1"), {}, {}).empty());
    const auto host = *parse_target("mx.example.com:25");
    CHECK(test::questions_text(questions(host, {}, {})) == "AAAA mx.example.com, A mx.example.com");
    auto known = test::answer_all({{"mx.example.com", RecordType::a}}, "mx.example.com A 9.9.9.1");
    CHECK(test::questions_text(questions(host, {}, known)) == "AAAA mx.example.com");
    known.front().from_hosts_file = true;
    CHECK(questions(host, {}, known).empty());
}

TEST_CASE("of dozens of MX hosts the most preferred are looked up, and a note counts them all")
{
    std::string zone;
    for (int i = 0; i < 60; ++i) {
        const auto host = "mx" + std::to_string(i) + ".example.com";
        zone += "example.com MX " + std::to_string(100 - i) + " " + host + "\n" + host + " A 9.9.9." +
                std::to_string(i) + "\n";
    }
    const RouteRow row{"", "example.com", "", zone, ""};
    const auto route = plan_route(*parse_target("example.com"), {}, test::ask_everything(row));
    CHECK(route.hosts.size() == kMaxRouteHosts);
    CHECK(route.endpoints.size() == kMaxRouteHosts);
    CHECK(route.hosts.front().name == "mx59.example.com");
    REQUIRE(route.notes.size() == 1);
    CHECK(route.notes[0] == RouteNote{RouteNoteKind::too_many_hosts, "example.com", "60"});
}

TEST_CASE("of a host's many addresses only so many are tried")
{
    std::string zone = "example.com MX 10 mx.example.com\n";
    for (int i = 0; i < 40; ++i)
        zone += "mx.example.com A 9.9.9." + std::to_string(i) + "\n";
    const RouteRow row{"", "example.com", "", zone, ""};
    const auto route = plan_route(*parse_target("example.com"), {}, test::ask_everything(row));
    CHECK(route.hosts.at(0).addresses.size() == 40);
    CHECK(route.endpoints.size() == kMaxHostAddresses);
}

TEST_CASE("a plan is made from no lookup at all, too")
{
    for (const char* text : {"example.com", "user@example.com", "mx.example.com:25", "[192.0.2.1]"}) {
        const auto route = plan_route(*parse_target(text), {}, {});
        CHECK(route.endpoints.size() == (text[0] == '[' ? 1 : 0));
    }
    const auto mx = test::answer_all({{"example.com", RecordType::mx}}, "example.com MX 10 mx.example.com");
    const auto route = plan_route(*parse_target("example.com"), {}, mx);
    REQUIRE(route.notes.size() == 1);
    CHECK(route.notes[0].kind == RouteNoteKind::mx_host_lookup_failed);
}
