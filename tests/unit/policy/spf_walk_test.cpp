// SPDX-License-Identifier: Apache-2.0
// Without an address the records are only looked at: every flaw is found, and nothing matches.
#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "unit/policy/small_dns.hpp"

namespace smtpprobe {
namespace {

using test::query;
using test::run;
using test::SmallDns;
using enum PolicyResult;
using Flaw = PolicyFlaw;

PolicyCheck walk(const std::string& dns)
{
    return run(SmallDns(dns), query("postmaster@e.com", "0.0.0.0")).check;
}

struct Row {
    const char* name;
    std::string dns;
    PolicyResult result;
    std::vector<PolicyNote> notes;
};

const Row kRows[] = {
    {"no record", "e.com A 192.0.2.1", none, {}},
    {"a good one",
     "e.com TXT v=spf1 mx ip4:192.0.2.0/24 include:b.com -all\n_ MX m.e.com\nb.com TXT v=spf1 ip4:10.0.0.1 "
     "~all",
     neutral,
     {}},
    {"two records",
     "e.com TXT v=spf1 -all\n_ TXT v=spf1 ~all",
     permerror,
     {{Flaw::several_records, "e.com", "2 records"}}},
    {"two in an included domain",
     "e.com TXT v=spf1 include:b.com -all\nb.com TXT v=spf1 -all\n_ TXT v=spf1 ~all",
     permerror,
     {{Flaw::several_records, "b.com", "2 records"}}},
    {"all errors, and what else is there",
     "e.com TXT v=spf1 ip4:192.0.2 moo ptr +all",
     permerror,
     {{Flaw::syntax, "e.com", "ip4:192.0.2: no IPv4 address"},
      {Flaw::syntax, "e.com", "moo: no such mechanism"},
      {Flaw::uses_ptr, "e.com", "ptr"},
      {Flaw::passes_all, "e.com", "+all"}}},
    {"everybody by address",
     "e.com TXT v=spf1 ip4:0.0.0.0/0 ip6:::/0 -all",
     neutral,
     {{Flaw::passes_all, "e.com", "ip4:0.0.0.0/0"}, {Flaw::passes_all, "e.com", "ip6:::/0"}}},
    {"everybody by an include",
     "e.com TXT v=spf1 include:b.com -all\nb.com TXT v=spf1 all",
     neutral,
     {{Flaw::passes_all, "b.com", "all"}}},
    {"no end", "e.com TXT v=spf1 ip4:192.0.2.1", neutral, {{Flaw::no_all, "e.com", ""}}},
    {"an included record needs no end",
     "e.com TXT v=spf1 include:b.com -all\nb.com TXT v=spf1 ip4:10.0.0.1",
     neutral,
     {}},
    {"a redirect's target needs one",
     "e.com TXT v=spf1 redirect=b.com\nb.com TXT v=spf1 ip4:10.0.0.1",
     neutral,
     {{Flaw::no_all, "b.com", ""}}},
    {"behind all",
     "e.com TXT v=spf1 -all a:b.com redirect=c.com",
     neutral,
     {{Flaw::behind_all, "e.com", "a:b.com"}, {Flaw::behind_all, "e.com", "redirect=c.com"}}},
    {"an include of nothing",
     "e.com TXT v=spf1 include:b.com include:c.com -all\nc.com TXT x",
     permerror,
     {{Flaw::include_without, "e.com", "include:b.com"}, {Flaw::include_without, "e.com", "include:c.com"}}},
    {"a redirect to nothing",
     "e.com TXT v=spf1 redirect=b.com",
     permerror,
     {{Flaw::redirect_without, "e.com", "redirect=b.com"}}},
    {"a loop",
     "e.com TXT v=spf1 include:b.com -all\nb.com TXT v=spf1 include:c.com\nc.com TXT v=spf1 include:b.com",
     permerror,
     {{Flaw::loop, "c.com", "include:b.com"}}},
    {"a redirect to itself",
     "e.com TXT v=spf1 redirect=e.com",
     permerror,
     {{Flaw::loop, "e.com", "redirect=e.com"}}},
    {"three without answer",
     "e.com TXT v=spf1 a:x.com a:y.com mx:z.com -all",
     permerror,
     {{Flaw::too_many_voids, "e.com", "MX of z.com: no-such-domain"}}},
    {"IPv6 alone is an answer",
     "e.com TXT v=spf1 a:x.com a:y.com a:z.com -all\nx.com AAAA ::2\ny.com AAAA ::2\nz.com AAAA ::2",
     neutral,
     {}},
    {"a failing lookup",
     "e.com TXT v=spf1 a:x.com include:y.com -all\nx.com FAIL AAAA\ny.com FAIL TXT",
     temperror,
     {{Flaw::lookup_failed, "e.com", "AAAA of x.com: timed-out"},
      {Flaw::lookup_failed, "e.com", "TXT of y.com: timed-out"}}},
    {"the record itself cannot be looked up",
     "e.com FAIL TXT",
     temperror,
     {{Flaw::lookup_failed, "e.com", "TXT of e.com: timed-out"}}},
    {"a misspelt include",
     "e.com TXT v=spf1 include=b.com -all",
     neutral,
     {{Flaw::ignored_term, "e.com", "include=b.com"}}},
    {"names that depend on the client are not asked for",
     "e.com TXT v=spf1 include:%{ir}.%{v}.b.com exists:%{l}.b.com -all",
     neutral,
     {}},
    {"names that depend on the domain are",
     "e.com TXT v=spf1 include:%{d}.b.com -all\ne.com.b.com TXT v=spf1 ptr",
     neutral,
     {{Flaw::uses_ptr, "e.com.b.com", "ptr"}}},
};

} // namespace

TEST_CASE("a walk finds the flaws of all records, and where they stand")
{
    for (const auto& row : kRows) {
        INFO(row.name);
        const auto check = walk(row.dns);
        CHECK(name(check.result) == name(row.result));
        for (const auto& note : check.notes)
            UNSCOPED_INFO(name(note.flaw) << " | " << note.domain << " | " << note.detail);
        CHECK(check.notes == row.notes);
        CHECK(check.matched.empty());
    }
}

TEST_CASE("a walk counts on beyond the limit, and ends all the same")
{
    std::string dns = "e.com TXT v=spf1";
    for (int i = 0; i < 14; ++i)
        dns += " include:i" + std::to_string(i) + ".com";
    dns += " -all\n";
    for (int i = 0; i < 14; ++i)
        dns += "i" + std::to_string(i) + ".com TXT v=spf1 ip4:10.0.0.1 -all\n";
    const auto fourteen = walk(dns);
    CHECK(fourteen.lookups == 14);
    CHECK(fourteen.result == permerror);
    REQUIRE(fourteen.notes.size() == 1);
    CHECK(fourteen.notes[0].flaw == Flaw::too_many_lookups);
    CHECK(fourteen.notes[0].detail == "include:i10.com");

    // Each leads to two more, without end.
    std::string tree;
    for (int i = 0; i < 200; ++i)
        tree += (i == 0 ? "e" : "t" + std::to_string(i)) + ".com TXT v=spf1 include:t" +
                std::to_string(2 * i + 1) + ".com include:t" + std::to_string(2 * i + 2) + ".com a:a" +
                std::to_string(i) + ".com -all\n";
    const auto endless = run(SmallDns(tree), query("postmaster@e.com", "0.0.0.0"));
    CHECK(endless.check.lookups == SpfCheck::kMaxWalkedTerms);
    CHECK(endless.questions <= SpfCheck::kMaxQuestions);
    CHECK(endless.check.notes.size() <= 40);
}

TEST_CASE("a long record is noted")
{
    std::string dns = "e.com TXT v=spf1";
    for (int i = 0; i < 40; ++i)
        dns += " ip4:192.0.2." + std::to_string(i);
    const auto check = walk(dns + " -all");
    REQUIRE(check.notes.size() == 1);
    CHECK(check.notes[0].flaw == Flaw::long_record);
}

TEST_CASE("questions that do not depend on each other are asked at once")
{
    const auto checked =
        run(SmallDns("e.com TXT v=spf1 a:a.com a:b.com mx:c.com include:d.com -all\nd.com TXT v=spf1 -all"),
            query("postmaster@e.com", "0.0.0.0"));
    CHECK(checked.questions == 7);
    CHECK(checked.rounds == 2);
}

TEST_CASE("answers to what was not asked are ignored")
{
    SpfCheck check(query("user@e.com", "192.0.2.1"));
    check.next();
    Lookup other;
    other.name = "x.com";
    other.type = RecordType::txt;
    check.heard(other);
    const auto step = check.next();
    REQUIRE(std::holds_alternative<SpfCheck::Questions>(step));
    CHECK(std::get<SpfCheck::Questions>(step).front().name == "e.com");
}

} // namespace smtpprobe
