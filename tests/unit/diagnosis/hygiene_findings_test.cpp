// SPDX-License-Identifier: Apache-2.0
// What is said of a domain's own records and its hosts' names; and that it never leads before real trouble.
#include <catch2/catch.hpp>

#include <algorithm>
#include <iterator>

#include "unit/diagnosis/hygiene_facts.hpp"

namespace smtpprobe {
namespace {

using namespace test;

const Finding* found(const Diagnosis& diagnosis, std::string_view id)
{
    const auto at = std::find_if(diagnosis.findings.begin(), diagnosis.findings.end(),
                                 [&](const Finding& finding) { return finding.id == id; });
    return at == diagnosis.findings.end() ? nullptr : &*at;
}

} // namespace

TEST_CASE("flaws of SPF records weigh as mail suffers from them")
{
    struct Row {
        PolicyNote note;
        const char* id;
        Severity severity;
        const char* seen;
    };
    using Flaw = PolicyFlaw;
    const Row rows[] = {
        {{Flaw::several_records, "example.com", "2 records"},
         "spf.several-records",
         Severity::warning,
         "TXT of example.com: 2 records that begin with v=spf1"},
        {{Flaw::syntax, "b.net", "moo: no such mechanism"},
         "spf.syntax",
         Severity::warning,
         "`moo` (no such mechanism) in the record of b.net"},
        {{Flaw::too_many_lookups, "b.net", "a:c.net"},
         "spf.too-many-lookups",
         Severity::warning,
         "14 terms ask DNS; the eleventh is `a:c.net` in the record of b.net"},
        {{Flaw::too_many_voids, "b.net", "A of c.net: no-such-domain"},
         "spf.too-many-voids",
         Severity::warning,
         "3 lookups have no answer; the third is A of c.net: no-such-domain, in the record of b.net"},
        {{Flaw::include_without, "b.net", "include:c.net"},
         "spf.include-without-record",
         Severity::warning,
         "`include:c.net` in the record of b.net leads to no SPF record"},
        {{Flaw::redirect_without, "b.net", "redirect=c.net"},
         "spf.redirect-without-record",
         Severity::warning,
         "`redirect=c.net` in the record of b.net leads to no SPF record"},
        {{Flaw::loop, "b.net", "include:b.net"},
         "spf.loop",
         Severity::warning,
         "`include:b.net` in the record of b.net leads back to where it came from"},
        {{Flaw::passes_all, "b.net", "+all"},
         "spf.passes-all",
         Severity::warning,
         "`+all` in the record of b.net"},
        {{Flaw::no_all, "b.net", ""},
         "spf.no-all",
         Severity::note,
         "neither `all` nor `redirect=` in the record of b.net"},
        {{Flaw::uses_ptr, "example.com", "ptr"},
         "spf.uses-ptr",
         Severity::note,
         "`ptr` in the record of example.com; it reads: v=spf1 something"},
        {{Flaw::too_many_mx, "b.net", "mx: 12 hosts"},
         "spf.too-many-mx",
         Severity::warning,
         "`mx` (12 hosts) in the record of b.net"},
        {{Flaw::lookup_failed, "b.net", "TXT of c.net: timed-out"},
         "spf.lookup-failed",
         Severity::note,
         "TXT of c.net: timed-out, asked for in the record of b.net"},
        {{Flaw::behind_all, "b.net", "a:c.net"},
         "spf.behind-all",
         Severity::note,
         "`a:c.net` stands behind `all` in the record of b.net"},
        {{Flaw::long_record, "b.net", "612 octets"},
         "spf.long-record",
         Severity::note,
         "612 octets in the record of b.net"},
        {{Flaw::ignored_term, "b.net", "include=c\x1b.net"},
         "spf.ignored-term",
         Severity::warning,
         "`include=c\\x1b.net` in the record of b.net"},
    };
    CHECK(std::size(rows) == std::size(Names<Flaw>::all));
    for (const auto& row : rows) {
        CAPTURE(row.id);
        auto facts = healthy_domain();
        facts.experiment(Purpose::domain_policy, checked(PolicyResult::permerror, {row.note}, 14));
        const auto diagnosis = diagnose(facts.facts);
        const auto* finding = found(diagnosis, row.id);
        REQUIRE(finding != nullptr);
        CHECK(finding->severity == row.severity);
        CHECK(finding->seen == row.seen);
        CHECK_FALSE(finding->expected.empty());
        const bool warns = row.severity == Severity::warning;
        CHECK(diagnosis.outcome == (warns ? Outcome::warning : Outcome::ok));
        CHECK((diagnosis.findings.front().id == row.id) == warns);
    }
}

TEST_CASE("a domain without SPF and DMARC stays healthy")
{
    auto facts = healthy_domain();
    facts.experiment(Purpose::domain_policy, checked(PolicyResult::none))
        .experiment(Purpose::domain_dmarc, answer("_dmarc.example.com", RecordType::txt, {}))
        .experiment(Purpose::host_name, answer("1.2.0.192.in-addr.arpa", RecordType::ptr, {}));
    facts.lookup("mx.example.com", RecordType::aaaa, LookupOutcome::no_records);
    const auto diagnosis = diagnose(facts.facts);
    CHECK(diagnosis.outcome == Outcome::ok);
    CHECK(diagnosis.findings.front().id == "ok.accepts");
    for (const auto* id :
         {"spf.none", "dmarc.none", "hygiene.no-ptr", "hygiene.no-ipv6", "hygiene.single-mx"}) {
        CAPTURE(id);
        REQUIRE(found(diagnosis, id) != nullptr);
        CHECK(found(diagnosis, id)->severity == Severity::note);
    }
}

TEST_CASE("where mail does not flow, hygiene is a note and never leads")
{
    auto facts = healthy_mailbox("user@example.com", "rcpt user@example.com 550 5.1.1 no such user");
    facts.experiment(
        Purpose::domain_policy,
        checked(PolicyResult::permerror, {{PolicyFlaw::several_records, "example.com", "2 records"}}));
    const auto refused = diagnose(facts.facts);
    CHECK(refused.verdict == Verdict::refuses);
    CHECK(refused.findings.front().step == Step::rcpt);
    CHECK(found(refused, "spf.several-records")->severity == Severity::note);

    FactsBuilder stopped("example.com");
    stopped.mx("mx.example.com")
        .talk("192.0.2.1", {"connected", "broken greeting cancelled"})
        .experiment(
            Purpose::domain_policy,
            checked(PolicyResult::permerror, {{PolicyFlaw::loop, "example.com", "include:example.com"}}));
    CHECK(diagnose(stopped.facts).findings.front().id != "spf.loop");
}

TEST_CASE("flaws of DMARC records become findings, and warn where receivers do not use the record")
{
    struct Row {
        const char* record;
        const char* id;
        Severity severity;
    };
    const Row rows[] = {
        {"v=DMARC1; rua=mailto:a@example.com", "dmarc.no-policy", Severity::note},
        {"v=DMARC1", "dmarc.no-policy", Severity::warning},
        {"v=DMARC1; p=rejct", "dmarc.bad-policy", Severity::warning},
        {"v=DMARC1; rua=mailto:a@example.com; p=reject", "dmarc.policy-late", Severity::note},
        {"v=DMARC1; p=reject; pct=101; x=y", "dmarc.malformed", Severity::note},
        {"v=DMARC1; p=reject; rua=a@example.com", "dmarc.report-address", Severity::note},
        {"v=DMARC1; p=reject", "dmarc.no-reports", Severity::note},
        {"v=DMARC1; p=none; rua=mailto:a@example.com", "dmarc.only-watching", Severity::note},
        {"v=DMARC1; p=reject; pct=20; rua=mailto:a@example.com", "dmarc.part-only", Severity::note},
    };
    for (const auto& row : rows) {
        CAPTURE(row.record);
        auto facts = healthy_domain();
        facts.experiment(Purpose::domain_dmarc, answer("_dmarc.example.com", RecordType::txt, {row.record}));
        const auto diagnosis = diagnose(facts.facts);
        REQUIRE(found(diagnosis, row.id) != nullptr);
        CHECK(found(diagnosis, row.id)->severity == row.severity);
        CHECK(found(diagnosis, "dmarc.none") == nullptr);
    }
    auto two = healthy_domain();
    two.experiment(Purpose::domain_dmarc,
                   answer("_dmarc.example.com", RecordType::txt, {"v=DMARC1; p=none", "v=DMARC1; p=reject"}));
    CHECK(diagnose(two.facts).findings.front().id == "dmarc.several-records");
    SECTION("malformed parts are told together")
    {
        auto facts = healthy_domain();
        facts.experiment(Purpose::domain_dmarc, answer("_dmarc.example.com", RecordType::txt,
                                                       {"v=DMARC1; p=reject; pct=101; x=y; foo"}));
        CHECK(found(diagnose(facts.facts), "dmarc.malformed")->seen ==
              "TXT of _dmarc.example.com: pct=101, x=y, foo, in: v=DMARC1; p=reject; pct=101; x=y; foo");
    }
    SECTION("a record of the organisation serves its subdomain")
    {
        auto facts = greeted("lists.example.com", "greeting 220 mx.example.com ESMTP");
        facts.experiment(Purpose::domain_dmarc, answer("_dmarc.lists.example.com", RecordType::txt, {}));
        CHECK(found(diagnose(facts.facts), "dmarc.none") == nullptr); // the other one is not there yet
        facts.experiment(Purpose::domain_dmarc, answer("_dmarc.example.com", RecordType::txt,
                                                       {"v=DMARC1; p=reject; rua=mailto:a@example.com"}));
        CHECK(found(diagnose(facts.facts), "dmarc.none") == nullptr);
    }
    SECTION("reports that nobody agreed to take")
    {
        auto facts = healthy_domain();
        facts.experiment(Purpose::domain_dmarc, answer("_dmarc.example.com", RecordType::txt,
                                                       {"v=DMARC1; p=reject; rua=mailto:a@r.net"}));
        CHECK(found(diagnose(facts.facts), "dmarc.report-without-consent") == nullptr);
        auto agreed = facts;
        facts.experiment(Purpose::domain_dmarc,
                         answer("example.com._report._dmarc.r.net", RecordType::txt, {}));
        CHECK(found(diagnose(facts.facts), "dmarc.report-without-consent") != nullptr);
        agreed.experiment(Purpose::domain_dmarc,
                          answer("example.com._report._dmarc.r.net", RecordType::txt, {"v=DMARC1"}));
        CHECK(found(diagnose(agreed.facts), "dmarc.report-without-consent") == nullptr);
    }
}

TEST_CASE("names of hosts are held against each other")
{
    const auto with = [](std::initializer_list<Lookup> lookups,
                         const char* greeting = "greeting 220 mx.example.com ESMTP") {
        auto facts = greeted("example.com", greeting);
        facts.experiment(Purpose::domain_policy, checked(PolicyResult::neutral));
        for (const auto& lookup : lookups)
            facts.experiment(lookup.type == RecordType::ptr ? Purpose::host_name : Purpose::host_address,
                             lookup);
        return diagnose(facts.facts);
    };
    const auto reverse = "1.2.0.192.in-addr.arpa";
    const auto pointer = answer(reverse, RecordType::ptr, {"h.example.com"});

    const auto confirmed = with({pointer, answer("h.example.com", RecordType::a, {"192.0.2.1"})});
    CHECK(found(confirmed, "hygiene.no-ptr") == nullptr);
    CHECK(found(confirmed, "hygiene.ptr-unconfirmed") == nullptr);
    CHECK(found(with({answer(reverse, RecordType::ptr, {})}), "hygiene.no-ptr")->seen ==
          "PTR of 192.0.2.1: no such domain (NXDOMAIN)");
    CHECK(found(with({pointer, answer("h.example.com", RecordType::a, {"192.0.2.9"})}),
                "hygiene.ptr-unconfirmed")
              ->seen == "192.0.2.1 is named h.example.com, which has 192.0.2.9");
    CHECK(
        found(with({pointer, answer("h.example.com", RecordType::a, {})}), "hygiene.ptr-unconfirmed")->seen ==
        "192.0.2.1 is named h.example.com, which has no address of its kind");
    CHECK(found(with({pointer}), "hygiene.ptr-unconfirmed") == nullptr); // not known yet

    constexpr auto kOther = "greeting 220 other.example.net ESMTP";
    const auto a = [](std::initializer_list<const char*> addresses) {
        return answer("other.example.net", RecordType::a, addresses);
    };
    const auto aaaa = answer("other.example.net", RecordType::aaaa, {});
    CHECK(found(with({a({}), aaaa}, kOther), "hygiene.name-unresolved")->seen ==
          "names itself other.example.net: no such domain (NXDOMAIN)");
    CHECK(found(with({a({"192.0.2.9"}), aaaa}, kOther), "hygiene.name-elsewhere")->seen ==
          "names itself other.example.net, which has 192.0.2.9");
    CHECK(found(with({a({"192.0.2.1"}), aaaa}, kOther), "hygiene.name-elsewhere") == nullptr);
    CHECK(found(with({a({})}, kOther), "hygiene.name-unresolved") == nullptr); // AAAA is not known yet
}

TEST_CASE("times to live that are odd are noted, as far as the resolver tells")
{
    auto facts = healthy_domain();
    facts.experiment(Purpose::domain_policy, checked(PolicyResult::neutral));
    facts.lookup("example.com", RecordType::mx, LookupOutcome::found)
        .lookup("mx.example.com", RecordType::a, LookupOutcome::found);
    facts.facts.lookups[0].ttl = 604800;
    facts.facts.lookups[1].ttl = 0;
    auto diagnosis = diagnose(facts.facts);
    CHECK(found(diagnosis, "hygiene.ttl-long")->seen == "MX of example.com: TTL 604800");
    CHECK(found(diagnosis, "hygiene.ttl-zero")->seen == "A of mx.example.com: TTL 0");
    facts.facts.lookups[0].ttl = facts.facts.lookups[1].ttl = 3600;
    diagnosis = diagnose(facts.facts);
    CHECK(found(diagnosis, "hygiene.ttl-long") == nullptr);
    CHECK(found(diagnosis, "hygiene.ttl-zero") == nullptr);
}

TEST_CASE("a domain that refuses its postmaster is warned of")
{
    const auto with = [](const char* rcpt) {
        auto facts = healthy_mailbox();
        facts.experiment(Purpose::domain_policy, checked(PolicyResult::neutral))
            .trial(
                Purpose::postmaster, "192.0.2.1",
                {"connected", "greeting 220 mx.example.com", "ehlo 250 mx.example.com", "mail 250 ok", rcpt});
        return diagnose(facts.facts);
    };
    const auto refused = with("rcpt postmaster@example.com 550 5.1.1 no such user");
    CHECK(refused.outcome == Outcome::warning);
    CHECK(refused.findings.front().id == "hygiene.no-postmaster");
    CHECK(refused.findings.front().seen == "postmaster@example.com: 550 5.1.1 no such user");
    CHECK(with("rcpt postmaster@example.com 250 ok").outcome == Outcome::ok);
    CHECK(with("rcpt postmaster@example.com 450 4.2.0 greylisted").outcome == Outcome::ok);
}

} // namespace smtpprobe
