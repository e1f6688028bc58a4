// SPDX-License-Identifier: Apache-2.0
// The limits of RFC 7208 section 4.6.4, what explains a fail, and what else a check tells.
#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

#include "unit/policy/small_dns.hpp"

namespace smtpprobe {
namespace {

using test::query;
using test::run;
using test::SmallDns;
using enum PolicyResult;

PolicyCheck check(const std::string& dns, std::string_view address = "192.0.2.1")
{
    return run(SmallDns(dns), query("user@e.com", address)).check;
}

std::string times(int count, const std::string& text)
{
    std::string all;
    for (int i = 0; i < count; ++i) {
        auto one = text;
        for (auto at = one.find('#'); at != std::string::npos; at = one.find('#'))
            one.replace(at, 1, std::to_string(i));
        all += one;
    }
    return all;
}

bool notes(const PolicyCheck& check, PolicyFlaw flaw)
{
    return std::any_of(check.notes.begin(), check.notes.end(),
                       [&](const PolicyNote& note) { return note.flaw == flaw; });
}

} // namespace

TEST_CASE("ten terms may ask DNS, and the eleventh is an error")
{
    const auto records = times(12, "h#.e.com A 192.0.2.9\n");
    const auto ten = check("e.com TXT v=spf1" + times(10, " a:h#.e.com") + " -all\n" + records);
    CHECK(ten.result == fail);
    CHECK(ten.lookups == 10);
    CHECK(ten.notes.empty());
    const auto eleven = check("e.com TXT v=spf1" + times(11, " a:h#.e.com") + " -all\n" + records);
    CHECK(eleven.result == permerror);
    REQUIRE(notes(eleven, PolicyFlaw::too_many_lookups));
    CHECK(eleven.notes.front().detail == "a:h10.e.com");
    SECTION("also where they are spread over includes and a redirect")
    {
        const std::string spread = "e.com TXT v=spf1 include:b.com a:h0.e.com a:h1.e.com redirect=c.com\n"
                                   "b.com TXT v=spf1 a:h2.e.com a:h3.e.com mx ptr -all\nb.com MX h4.e.com\n"
                                   "1.2.0.192.in-addr.arpa PTR h9.e.com\n" +
                                   records;
        CHECK(check(spread + "c.com TXT v=spf1 exists:no.c.com a:h5.e.com -all\nno.c.com TXT x").result ==
              fail);
        CHECK(check(spread + "c.com TXT v=spf1 a:h5.e.com a:h6.e.com a:h7.e.com -all").result == permerror);
    }
    SECTION("a match before the limit decides")
    {
        CHECK(check("e.com TXT v=spf1 ip4:192.0.2.1" + times(11, " a:h#.e.com") + " -all").result == pass);
    }
    SECTION("all, ip4, ip6 and exp do not count")
    {
        const auto free = check("e.com TXT v=spf1" + times(10, " a:h#.e.com") + times(30, " ip4:10.0.0.#") +
                                " exp=x.e.com -all\nx.e.com TXT No.\n" + records);
        CHECK(free.result == fail);
        CHECK(free.explained == "No.");
    }
}

TEST_CASE("two lookups may have no answer, and the third is an error")
{
    CHECK(check("e.com TXT v=spf1 a:n0.com mx:n1.com -all").result == fail);
    const auto three = check("e.com TXT v=spf1 a:n0.com mx:n1.com exists:n2.com -all");
    CHECK(three.result == permerror);
    CHECK(three.voids == 3);
    CHECK(notes(three, PolicyFlaw::too_many_voids));
    SECTION("hosts of an MX without address of the client's family are one void, not one each")
    {
        const auto six =
            check("e.com TXT v=spf1 mx -all\n" + times(5, "e.com MX h#.e.com\nh#.e.com A 192.0.2.9\n"),
                  "2001:db8::1");
        CHECK(six.result == fail);
        CHECK(six.voids == 1);
    }
    SECTION("an address without PTR counts once")
    {
        CHECK(check("e.com TXT v=spf1 ptr a:n0.com -all").voids == 2);
    }
}

TEST_CASE("an MX with more than ten hosts is an error, and of more than ten PTR names the rest is ignored")
{
    const auto hosts = [](int count) { return times(count, "e.com MX h#.e.com\nh#.e.com A 192.0.2.9\n"); };
    CHECK(check("e.com TXT v=spf1 mx -all\n" + hosts(10)).result == fail);
    const auto eleven = check("e.com TXT v=spf1 mx -all\n" + hosts(11));
    CHECK(eleven.result == permerror);
    CHECK(notes(eleven, PolicyFlaw::too_many_mx));

    const auto names = [](int before) {
        return times(before, "1.2.0.192.in-addr.arpa PTR n#.net\n") +
               "1.2.0.192.in-addr.arpa PTR h.e.com\nh.e.com A 192.0.2.1\n";
    };
    CHECK(check("e.com TXT v=spf1 ptr -all\n" + names(9)).result == pass);
    CHECK(check("e.com TXT v=spf1 ptr -all\n" + names(10)).result == fail);
}

TEST_CASE("what a domain says to a fail is told, and nothing where it cannot be read")
{
    const std::string record = "e.com TXT v=spf1 exp=x.e.com -all\n";
    CHECK(check(record + "x.e.com TXT %{i} is not one of %{d}'s. See %{S}, %{c} %{r}").explained ==
          "192.0.2.1 is not one of e.com's. See user%40e.com, 192.0.2.1 unknown");
    CHECK(check(record).explained.empty());
    CHECK(check(record + "x.e.com TXT one\n_ TXT two").explained.empty());
    CHECK(check(record + "x.e.com TXT %{x}").explained.empty());
    CHECK(check(record + "x.e.com TXT caf\xc3\xa9").explained.empty());
    CHECK(check(record + "x.e.com FAIL TXT").result == fail);
    SECTION("of an include it is that of the record which includes")
    {
        const auto told =
            check("e.com TXT v=spf1 -include:b.com exp=x.e.com ?all\nb.com TXT v=spf1 +all exp=y.e.com\n"
                  "x.e.com TXT outer\ny.e.com TXT inner");
        CHECK(told.result == fail);
        CHECK(told.explained == "outer");
    }
    SECTION("of a redirect it is that of the target")
    {
        CHECK(check("e.com TXT v=spf1 exp=x.e.com redirect=b.com\nb.com TXT v=spf1 -all exp=y.e.com\n"
                    "x.e.com TXT outer\ny.e.com TXT inner %{d}")
                  .explained == "inner b.com");
        CHECK(check("e.com TXT v=spf1 exp=x.e.com redirect=b.com\nb.com TXT v=spf1 -all\nx.e.com TXT outer")
                  .explained.empty());
    }
    SECTION("only a fail is explained")
    {
        CHECK(check("e.com TXT v=spf1 exp=x.e.com ~all\nx.e.com TXT No.").explained.empty());
    }
}

TEST_CASE("a check tells which term decided, and in whose record")
{
    CHECK(check("e.com TXT v=spf1 ip4:192.0.2.0/24 -all").matched == "ip4:192.0.2.0/24 of e.com");
    CHECK(check("e.com TXT v=spf1 include:b.com -all\nb.com TXT v=spf1 +all").matched ==
          "include:b.com of e.com");
    CHECK(check("e.com TXT v=spf1 redirect=b.com\nb.com TXT v=spf1 ~all").matched == "~all of b.com");
    CHECK(check("e.com TXT v=spf1").matched.empty());
    CHECK(check("e.com TXT v=spf1 include:b.com\nb.com TXT v=spf1 -all").matched.empty());
    const auto seen = check("e.com TXT v=spf1 -all");
    CHECK(seen.record == "v=spf1 -all");
    CHECK(seen.domain == "e.com");
    CHECK(seen.sender == "user@e.com");
    const auto null_sender =
        run(SmallDns("mx.e.com TXT v=spf1 -all"), query("", "192.0.2.1", "mx.e.com")).check;
    CHECK(null_sender.sender == "postmaster@mx.e.com");
    CHECK(null_sender.domain == "mx.e.com");
}

TEST_CASE("the domain may be another than the sender's")
{
    auto asked = query("user@other.com", "192.0.2.1");
    asked.domain = "e.com";
    CHECK(run(SmallDns("e.com TXT v=spf1 exists:%{o}.e.com -all\nother.com.e.com A 127.0.0.1"), asked)
              .check.result == pass);
}

} // namespace smtpprobe
