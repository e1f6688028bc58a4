// SPDX-License-Identifier: Apache-2.0
// The examples of RFC 7208 itself: section 7.4 (macros) and appendix A.
#include <catch2/catch.hpp>

#include <string>

#include "policy/spf_macro.hpp"
#include "unit/policy/small_dns.hpp"

namespace smtpprobe {
namespace {

using test::query;
using test::run;
using test::SmallDns;

constexpr std::string_view kHosts = R"(
example.com MX mail-a.example.com
_ MX mail-b.example.com
_ A 192.0.2.10
_ A 192.0.2.11
amy.example.com A 192.0.2.65
bob.example.com A 192.0.2.66
mail-a.example.com A 192.0.2.129
mail-b.example.com A 192.0.2.130
example.org MX mail-c.example.org
mail-c.example.org A 192.0.2.140
10.2.0.192.in-addr.arpa PTR example.com
11.2.0.192.in-addr.arpa PTR example.com
65.2.0.192.in-addr.arpa PTR amy.example.com
66.2.0.192.in-addr.arpa PTR bob.example.com
129.2.0.192.in-addr.arpa PTR mail-a.example.com
130.2.0.192.in-addr.arpa PTR mail-b.example.com
140.2.0.192.in-addr.arpa PTR mail-c.example.org
4.0.0.10.in-addr.arpa PTR bob.example.com
)";

PolicyResult result(const std::string& records, std::string_view address,
                    std::string_view sender = "jack@example.com")
{
    return run(SmallDns(std::string(kHosts) + records), query(sender, address)).check.result;
}

} // namespace

TEST_CASE("macros expand as in the examples of RFC 7208 section 7.4")
{
    MacroValues values;
    values.sender = "strong-bad@email.example.com";
    values.domain = "email.example.com";
    values.helo = "mx.example.org";
    values.address = IpAddress::parse("192.0.2.3").value();
    values.validated = "mx.example.org";
    struct Row {
        const char* text;
        const char* expanded;
    };
    const Row rows[] = {
        {"%{s}", "strong-bad@email.example.com"},
        {"%{o}", "email.example.com"},
        {"%{d}", "email.example.com"},
        {"%{d4}", "email.example.com"},
        {"%{d3}", "email.example.com"},
        {"%{d2}", "example.com"},
        {"%{d1}", "com"},
        {"%{dr}", "com.example.email"},
        {"%{d2r}", "example.email"},
        {"%{l}", "strong-bad"},
        {"%{l-}", "strong.bad"},
        {"%{lr}", "strong-bad"},
        {"%{lr-}", "bad.strong"},
        {"%{l1r-}", "strong"},
        {"%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"},
        {"%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"},
        {"%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"},
        {"%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"},
        {"%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"},
        // Beyond the RFC's own.
        {"%{p2}.%{h1}", "example.org.org"},
        {"%%%_%-", "% %20"},
        {"%{S}", "strong-bad%40email.example.com"},
        {"%{D2R}", "example.email"},
        {"%{d99999999999999999999}", "email.example.com"},
        {"%{l.-}", "strong.bad"},
        {"", ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const auto parts = parse_macros(row.text, MacroUse::name);
        REQUIRE(parts);
        CHECK(expand_macros(*parts, values) == row.expanded);
    }
    values.address = IpAddress::parse("2001:db8::cb01").value();
    CHECK(expand_macros(parse_macros("%{ir}.%{v}._spf.%{d2}", MacroUse::name).value(), values) ==
          "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com");
}

TEST_CASE("a name that grows too long loses labels from the left, as RFC 7208 section 7.3 says")
{
    MacroValues values;
    values.domain = "example.com";
    for (int i = 0; i < 60; ++i)
        values.sender += "abcd.";
    values.sender += "z@example.com";
    const auto name = expand_domain("%{l}.%{d}", values);
    REQUIRE(name);
    CHECK(name->size() <= 253);
    CHECK(name->size() > 248);
    CHECK(name->starts_with("abcd."));
    CHECK(name->ends_with("abcd.z.example.com"));
    values.sender = std::string(300, 'a') + "@example.com";
    CHECK(expand_domain("%{l}", values) == std::nullopt);
    CHECK(expand_domain("%{l}.%{d}", values) == "example.com");
}

TEST_CASE("macros that the RFC does not know are errors")
{
    for (const auto* text : {"%", "%{", "%{}", "%{x}", "%(d)", "%{d0}", "%{d00}", "%{d2x}", "%{r}", "%{c}",
                             "%{t}", "%a", "%{d.r}", "a b", "caf\xc3\xa9", "%{-}", "%{dr2}", "%{drr}"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_macros(text, MacroUse::name));
    }
    CHECK(parse_macros("%{c} of %{r} at %{t}", MacroUse::explanation));
}

TEST_CASE("the simple examples of RFC 7208 appendix A.1 give what it says")
{
    using enum PolicyResult;
    struct Row {
        const char* record;
        const char* address;
        PolicyResult result;
    };
    const Row rows[] = {
        {"v=spf1 +all", "203.0.113.9", pass},
        {"v=spf1 a -all", "192.0.2.10", pass},
        {"v=spf1 a -all", "192.0.2.11", pass},
        {"v=spf1 a -all", "192.0.2.12", fail},
        {"v=spf1 a:example.org -all", "192.0.2.10", fail},
        {"v=spf1 mx -all", "192.0.2.129", pass},
        {"v=spf1 mx -all", "192.0.2.130", pass},
        {"v=spf1 mx -all", "192.0.2.140", fail},
        {"v=spf1 mx:example.org -all", "192.0.2.140", pass},
        {"v=spf1 mx mx:example.org -all", "192.0.2.129", pass},
        {"v=spf1 mx mx:example.org -all", "192.0.2.140", pass},
        {"v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.131", pass},
        {"v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.143", pass},
        {"v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.144", fail},
        {"v=spf1 ptr -all", "192.0.2.65", pass},
        {"v=spf1 ptr -all", "192.0.2.140", fail},
        {"v=spf1 ptr -all", "10.0.0.4", fail},
        {"v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.65", fail},
        {"v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.129", pass},
    };
    for (const auto& row : rows) {
        CAPTURE(row.record, row.address);
        CHECK(result("example.com TXT " + std::string(row.record), row.address) == row.result);
    }
}

TEST_CASE("records that lead to others, as in RFC 7208 appendix A.2")
{
    const std::string records = R"(
example.org TXT v=spf1 include:example.com include:example.net -all
la.example.org TXT v=spf1 redirect=example.org
example.com TXT v=spf1 mx -all
example.net TXT v=spf1 ip4:198.51.100.0/24 -all
)";
    CHECK(result(records, "192.0.2.129", "a@example.org") == PolicyResult::pass);
    CHECK(result(records, "198.51.100.9", "a@la.example.org") == PolicyResult::pass);
    CHECK(result(records, "192.0.2.140", "a@la.example.org") == PolicyResult::fail);
}

TEST_CASE("records for each user and each address, as in RFC 7208 appendix A.3 and A.4")
{
    const std::string users = R"(
example.com TXT v=spf1 mx include:mobile-users._spf.%{d} include:remote-users._spf.%{d} -all
mobile-users._spf.example.com TXT v=spf1 exists:%{l1r+}.%{d}
mary.mobile-users._spf.example.com A 127.0.0.2
remote-users._spf.example.com TXT v=spf1 exists:%{ir}.%{l1r+}.%{d}
15.15.168.192.joel.remote-users._spf.example.com A 127.0.0.2
)";
    CHECK(result(users, "203.0.113.4", "mary+phone@example.com") == PolicyResult::pass);
    CHECK(result(users, "192.168.15.15", "joel@example.com") == PolicyResult::pass);
    CHECK(result(users, "192.168.15.16", "joel@example.com") == PolicyResult::fail);

    const std::string lists = R"(
example.com TXT v=spf1 -include:ip4._spf.%{d} -include:ptr._spf.%{d} +all
ip4._spf.example.com TXT v=spf1 -ip4:192.0.2.0/24 +all
ptr._spf.example.com TXT v=spf1 -ptr:example.com +all
)";
    CHECK(result(lists, "192.0.2.65") == PolicyResult::pass);
    CHECK(result(lists, "192.0.2.99") == PolicyResult::fail);
    CHECK(result(lists, "198.51.100.1") == PolicyResult::fail);
}

} // namespace smtpprobe
