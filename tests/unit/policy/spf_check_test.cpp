// SPDX-License-Identifier: Apache-2.0
// check_host() row by row: what DNS holds, who sends, what comes of it.
#include <catch2/catch.hpp>

#include <string>

#include "unit/policy/small_dns.hpp"

namespace smtpprobe {
namespace {

using test::query;
using test::run;
using test::SmallDns;
using enum PolicyResult;

struct Row {
    const char* name;
    const char* dns;
    PolicyResult result;
    const char* address = "192.0.2.1";
    const char* sender = "user@e.com";
    const char* helo = "mx.e.com";
};

const Row kBeginning[] = {
    {"no record at all", "e.com A 192.0.2.1", none},
    {"no such domain", "other.com A 192.0.2.1", none},
    {"a TXT record that is not SPF", "e.com TXT google-site-verification=1", none},
    {"a version that only begins like it", "e.com TXT v=spf10 -all", none},
    {"another version", "e.com TXT v=spf2.0/pra -all", none},
    {"the version alone", "e.com TXT v=spf1", neutral},
    {"case does not matter", "e.com TXT V=SPF1 IP4:192.0.2.1 -ALL", pass},
    {"several spaces", "e.com TXT v=spf1   ip4:192.0.2.1   -all  ", pass},
    {"a tab is no space", "e.com TXT v=spf1 ip4:192.0.2.1\t-all", permerror},
    {"two records", "e.com TXT v=spf1 -all\n_ TXT v=spf1 +all", permerror},
    {"one record beside others", "e.com TXT foo\n_ TXT v=spf1 +all\n_ TXT bar", pass},
    {"the lookup fails", "e.com FAIL TXT", temperror},
    {"a domain of one label", "localhost TXT v=spf1 +all", none, "192.0.2.1", "user@localhost"},
    {"an empty label", "a..com TXT v=spf1 +all", none, "192.0.2.1", "user@a..com"},
    {"an address literal as domain", "[192.0.2.1] TXT v=spf1 +all", none, "192.0.2.1", "", "[192.0.2.1]"},
    {"the null sender is postmaster of the EHLO name",
     "mx.e.com TXT v=spf1 exists:%{l}.%{o} -all\npostmaster.mx.e.com A 127.0.0.1", pass, "192.0.2.1", ""},
    {"a sender without local part", "e.com TXT v=spf1 exists:%{l}.y.com -all\npostmaster.y.com A 127.0.0.1",
     pass, "192.0.2.1", "@e.com"},
    {"the domain in upper case", "e.com TXT v=spf1 +all", pass, "192.0.2.1", "User@E.COM"},
    {"IPv4 in IPv6", "e.com TXT v=spf1 ip4:192.0.2.1 -all", pass, "::ffff:192.0.2.1"},
};

const Row kTerms[] = {
    {"fail", "e.com TXT v=spf1 -all", fail},
    {"softfail", "e.com TXT v=spf1 ~all", softfail},
    {"neutral", "e.com TXT v=spf1 ?all", neutral},
    {"all without sign passes", "e.com TXT v=spf1 all", pass},
    {"the first match decides", "e.com TXT v=spf1 ?ip4:192.0.2.1 ip4:192.0.2.1 -all", neutral},
    {"nothing matches", "e.com TXT v=spf1 ip4:192.0.2.2", neutral},
    {"all with an argument", "e.com TXT v=spf1 -all:e.com", permerror},
    {"all with a prefix", "e.com TXT v=spf1 -all/8", permerror},
    {"all with a dot", "e.com TXT v=spf1 -all.", permerror},
    {"an unknown mechanism", "e.com TXT v=spf1 +all moo", permerror},
    {"an unknown mechanism with argument", "e.com TXT v=spf1 moo:e.com +all", permerror},
    {"two signs", "e.com TXT v=spf1 +-all", permerror},
    {"a sign alone", "e.com TXT v=spf1 - all", permerror},
    {"an error behind a match", "e.com TXT v=spf1 ip4:192.0.2.1 ip4:1.2.3", permerror},
    {"bytes beyond ASCII", "e.com TXT v=spf1 a:caf\xc3\xa9.com -all", permerror},
    {"ip4 with a prefix", "e.com TXT v=spf1 ip4:192.0.0.0/16 -all", pass},
    {"ip4, network bits beside it", "e.com TXT v=spf1 ip4:192.0.2.200/25 -all", fail},
    {"ip4 /32", "e.com TXT v=spf1 ip4:192.0.2.1/32 -all", pass},
    {"ip4 /31", "e.com TXT v=spf1 ip4:192.0.2.0/31 -all", pass},
    {"ip4 /0", "e.com TXT v=spf1 ip4:1.1.1.1/0 -all", pass},
    {"ip4 /33", "e.com TXT v=spf1 ip4:192.0.2.1/33 +all", permerror},
    {"ip4 /032", "e.com TXT v=spf1 ip4:192.0.2.1/032 +all", permerror},
    {"ip4 with an empty prefix", "e.com TXT v=spf1 ip4:192.0.2.1/ +all", permerror},
    {"ip4 with two slashes", "e.com TXT v=spf1 ip4:192.0.2.1//32 +all", permerror},
    {"ip4 of three parts", "e.com TXT v=spf1 ip4:192.0.2 +all", permerror},
    {"ip4 without address", "e.com TXT v=spf1 ip4 +all", permerror},
    {"ip4 with a port", "e.com TXT v=spf1 ip4:192.0.2.1:25 +all", permerror},
    {"ip4 of an IPv6 address", "e.com TXT v=spf1 ip4:2001:db8::1 +all", permerror},
    {"ip4 does not match IPv6", "e.com TXT v=spf1 ip4:0.0.0.0/0 -all", fail, "2001:db8::1"},
    {"ip6", "e.com TXT v=spf1 ip6:2001:db8::/32 -all", pass, "2001:db8:1::1"},
    {"ip6 without prefix", "e.com TXT v=spf1 ip6:2001:db8::1 -all", pass, "2001:db8::1"},
    {"ip6, an odd prefix", "e.com TXT v=spf1 ip6:2001:db8:8000::/33 -all", fail, "2001:db8:1::1"},
    {"ip6 /0", "e.com TXT v=spf1 ip6:::/0 -all", pass, "2001:db8::1"},
    {"ip6 /129", "e.com TXT v=spf1 ip6:::1/129 +all", permerror},
    {"ip6 with an IPv4 address inside", "e.com TXT v=spf1 ip6:::ffff:192.0.2.1 -all", fail},
    {"ip6 with an interface", "e.com TXT v=spf1 ip6:fe80::1%1 -all", permerror},
    {"ip6 does not match IPv4", "e.com TXT v=spf1 ip6:::/0 -all", fail},
    {"a", "e.com TXT v=spf1 a -all\n_ A 192.0.2.1", pass},
    {"a of another", "e.com TXT v=spf1 a:b.com -all\nb.com A 192.0.2.1", pass},
    {"a with prefixes of both families", "e.com TXT v=spf1 a/24//64 -all\n_ AAAA 2001:db8::9", pass,
     "2001:db8::1"},
    {"a with the prefix of the other family", "e.com TXT v=spf1 a/24 -all\n_ AAAA 2001:db8::9", fail,
     "2001:db8::1"},
    {"a with an IPv6 prefix alone", "e.com TXT v=spf1 a//64 -all\n_ AAAA 2001:db8::9", pass, "2001:db8::1"},
    {"a //129", "e.com TXT v=spf1 a//129 +all", permerror},
    {"a /24 /24", "e.com TXT v=spf1 a/24/24 +all", permerror},
    {"a with nothing behind the colon", "e.com TXT v=spf1 a: +all", permerror},
    {"a with a prefix behind the colon", "e.com TXT v=spf1 a:/24 +all", permerror},
    {"a of an address", "e.com TXT v=spf1 a:192.0.2.1 -all", permerror},
    {"a of a top-level domain", "e.com TXT v=spf1 a:museum -all", permerror},
    {"a of a name that ends in digits", "e.com TXT v=spf1 a:b.123 -all", permerror},
    {"a of a name that ends in a dash", "e.com TXT v=spf1 a:b.com- -all", permerror},
    {"a of a name with a dash in its end", "e.com TXT v=spf1 a:b.xn--com -all\nb.xn--com A 192.0.2.1", pass},
    {"a of a name with a final dot", "e.com TXT v=spf1 a:b.com. -all\nb.com A 192.0.2.1", pass},
    {"a with a port", "e.com TXT v=spf1 a:b.com:25 -all", permerror},
    {"a of an odd but legal name", "e.com TXT v=spf1 a:x:y/z.b.com -all\nx:y/z.b.com A 192.0.2.1", pass},
    {"a without answer", "e.com TXT v=spf1 a:none.com -all", fail},
    {"a that fails to be looked up", "e.com TXT v=spf1 a:b.com -all\nb.com FAIL A", temperror},
    {"a match before a failing lookup", "e.com TXT v=spf1 ip4:192.0.2.1 a:b.com -all\nb.com FAIL A", pass},
    {"mx", "e.com TXT v=spf1 mx -all\n_ MX m.e.com\nm.e.com A 192.0.2.1", pass},
    {"mx by prefix", "e.com TXT v=spf1 mx/24 -all\n_ MX m.e.com\nm.e.com A 192.0.2.9", pass},
    {"mx is not the domain's address", "e.com TXT v=spf1 mx -all\n_ A 192.0.2.1", fail},
    {"mx and the null MX", "e.com TXT v=spf1 mx -all\n_ MX", fail},
    {"mx whose hosts fail", "e.com TXT v=spf1 mx -all\n_ MX m.e.com\nm.e.com FAIL A", temperror},
    {"exists", "e.com TXT v=spf1 exists:%{i}.b.com -all\n192.0.2.1.b.com A 127.0.0.2", pass},
    {"exists asks for A also over IPv6", "e.com TXT v=spf1 exists:b.com -all\nb.com A 127.0.0.2", pass,
     "2001:db8::1"},
    {"exists with AAAA alone", "e.com TXT v=spf1 exists:b.com -all\nb.com AAAA ::1", fail, "2001:db8::1"},
    {"exists without domain", "e.com TXT v=spf1 exists +all", permerror},
    {"exists with a prefix", "e.com TXT v=spf1 exists:b.com/24 +all", permerror},
    {"ptr", "e.com TXT v=spf1 ptr -all\n1.2.0.192.in-addr.arpa PTR h.e.com\nh.e.com A 192.0.2.1", pass},
    {"ptr of another domain",
     "e.com TXT v=spf1 ptr:b.com -all\n1.2.0.192.in-addr.arpa PTR h.B.com\nh.b.com A 192.0.2.1", pass},
    {"ptr that nothing confirms",
     "e.com TXT v=spf1 ptr -all\n1.2.0.192.in-addr.arpa PTR h.e.com\nh.e.com A 192.0.2.2", fail},
    {"ptr of a name that only ends alike",
     "e.com TXT v=spf1 ptr -all\n1.2.0.192.in-addr.arpa PTR he.com\nhe.com A 192.0.2.1", fail},
    {"ptr whose lookup fails does not match", "e.com TXT v=spf1 ptr -all\n1.2.0.192.in-addr.arpa FAIL PTR",
     fail},
    {"ptr of which one name fails",
     "e.com TXT v=spf1 ptr -all\n1.2.0.192.in-addr.arpa PTR x.e.com\n_ PTR h.e.com\nx.e.com FAIL A\nh.e.com "
     "A 192.0.2.1",
     pass},
    {"ptr with nothing behind the colon", "e.com TXT v=spf1 ptr: +all", permerror},
};

const Row kOthers[] = {
    {"include that passes", "e.com TXT v=spf1 include:b.com -all\nb.com TXT v=spf1 ip4:192.0.2.1 -all", pass},
    {"include that fails does not match", "e.com TXT v=spf1 include:b.com ~all\nb.com TXT v=spf1 -all",
     softfail},
    {"the sign is that of include", "e.com TXT v=spf1 ?include:b.com -all\nb.com TXT v=spf1 +all", neutral},
    {"include of a domain without record", "e.com TXT v=spf1 include:b.com +all\nb.com A 192.0.2.1",
     permerror},
    {"include of no domain", "e.com TXT v=spf1 include:b.com +all", permerror},
    {"include of two records", "e.com TXT v=spf1 include:b.com +all\nb.com TXT v=spf1\n_ TXT v=spf1",
     permerror},
    {"include whose lookup fails", "e.com TXT v=spf1 include:b.com +all\nb.com FAIL TXT", temperror},
    {"include that is not reached", "e.com TXT v=spf1 ip4:192.0.2.1 include:b.com +all", pass},
    {"include without domain", "e.com TXT v=spf1 include +all", permerror},
    {"include with a prefix", "e.com TXT v=spf1 include:b.com/24 +all\nb.com TXT v=spf1", permerror},
    {"include of itself", "e.com TXT v=spf1 include:e.com +all", permerror},
    {"include in a circle", "e.com TXT v=spf1 include:b.com +all\nb.com TXT v=spf1 include:e.com", permerror},
    {"the record's domain within an include",
     "e.com TXT v=spf1 include:b.com -all\nb.com TXT v=spf1 a:x.%{d}\nx.b.com A 192.0.2.1", pass},
    {"the sender's domain within an include",
     "e.com TXT v=spf1 include:b.com -all\nb.com TXT v=spf1 a:x.%{o}\nx.e.com A 192.0.2.1", pass},
    {"redirect", "e.com TXT v=spf1 redirect=b.com\nb.com TXT v=spf1 -all", fail},
    {"redirect is last wherever it stands",
     "e.com TXT v=spf1 redirect=b.com ip4:192.0.2.1\nb.com TXT v=spf1 -all", pass},
    {"redirect beside all is ignored", "e.com TXT v=spf1 redirect=b.com ?all\nb.com TXT v=spf1 -all",
     neutral},
    {"redirect to no record", "e.com TXT v=spf1 redirect=b.com", permerror},
    {"redirect to itself", "e.com TXT v=spf1 redirect=e.com", permerror},
    {"redirect whose lookup fails", "e.com TXT v=spf1 redirect=b.com\nb.com FAIL TXT", temperror},
    {"redirect twice", "e.com TXT v=spf1 redirect=b.com redirect=b.com\nb.com TXT v=spf1 +all", permerror},
    {"redirect to nothing", "e.com TXT v=spf1 redirect= +all", permerror},
    {"redirect within an include",
     "e.com TXT v=spf1 include:b.com -all\nb.com TXT v=spf1 redirect=c.com\nc.com TXT v=spf1 +all", pass},
    {"a redirect with a colon", "e.com TXT v=spf1 redirect:b.com\nb.com TXT v=spf1 +all", permerror},
    {"an unknown modifier", "e.com TXT v=spf1 moo.cow-far_out=man:dog/cat ip4:192.0.2.1 -all", pass},
    {"an unknown modifier without value", "e.com TXT v=spf1 moo= +all", pass},
    {"an unknown modifier with a bad macro", "e.com TXT v=spf1 moo=%{x} +all", permerror},
    {"a modifier with a sign", "e.com TXT v=spf1 -moo=1 +all", permerror},
    {"a modifier of a bad name", "e.com TXT v=spf1 m@o=1 +all", permerror},
    {"exp twice", "e.com TXT v=spf1 exp=b.com exp=b.com +all", permerror},
    {"exp without domain", "e.com TXT v=spf1 exp= +all", permerror},
    {"include= is a modifier that nobody knows", "e.com TXT v=spf1 include=b.com -all\nb.com TXT v=spf1 +all",
     fail},
    {"%{h}", "e.com TXT v=spf1 a:%{h} -all\nmx.e.com A 192.0.2.1", pass},
    {"%{p}, confirmed",
     "e.com TXT v=spf1 exists:%{p}.b.com -all\n1.2.0.192.in-addr.arpa PTR z.net\n_ PTR h.e.com\nz.net A "
     "192.0.2.1\nh.e.com A 192.0.2.1\nh.e.com.b.com A 127.0.0.1",
     pass},
    {"%{p}, unknown", "e.com TXT v=spf1 exists:%{p}.b.com -all\nunknown.b.com A 127.0.0.1", pass},
    {"%{v} of IPv6", "e.com TXT v=spf1 exists:%{v}.b.com -all\nip6.b.com A 127.0.0.1", pass, "2001:db8::1"},
    {"a domain that is no name once expanded", "e.com TXT v=spf1 a:%{l}.b.com -all", fail, "192.0.2.1",
     "a..b@e.com"},
};

void check(const Row& row)
{
    INFO(row.name);
    const auto checked = run(SmallDns(row.dns), query(row.sender, row.address, row.helo));
    CHECK(name(checked.check.result) == name(row.result));
    // Whatever the records say, asking is bounded.
    CHECK(checked.questions < 100);
}

} // namespace

TEST_CASE("whose record counts, and whether there is one")
{
    for (const auto& row : kBeginning)
        check(row);
}

TEST_CASE("each mechanism matches what RFC 7208 section 5 says, and is read as its grammar says")
{
    for (const auto& row : kTerms)
        check(row);
}

TEST_CASE("include, modifiers and macros lead where RFC 7208 says")
{
    for (const auto& row : kOthers)
        check(row);
}

} // namespace smtpprobe
