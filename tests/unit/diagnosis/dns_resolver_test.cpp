// SPDX-License-Identifier: Apache-2.0
// Our own name server, told apart from the domain's.
#include <algorithm>

#include <catch2/catch.hpp>

#include "dns_facts.hpp"

using namespace smtpprobe;
using Row = test::DnsRow;
using test::facts_of;

namespace {

const Finding* find(const Diagnosis& diagnosis, std::string_view id)
{
    const auto found = std::find_if(diagnosis.findings.begin(), diagnosis.findings.end(),
                                    [&](const Finding& finding) { return finding.id == id; });
    return found == diagnosis.findings.end() ? nullptr : &*found;
}

} // namespace

TEST_CASE("Our own name server is told apart from the domain's")
{
    const auto all = [](const std::string& failure) {
        return std::vector<std::string>{"MX example.com = " + failure, "A example.com = " + failure,
                                        "AAAA example.com = " + failure, "check NS . = " + failure};
    };
    const auto row = GENERATE_COPY(
        Row{"dead", all("timeout"), "resolver.silent", Verdict::inconclusive, Outcome::unknown},
        Row{"closed",
            {"MX example.com = closed", "A example.com = closed"},
            "resolver.closed",
            Verdict::inconclusive,
            Outcome::unknown},
        Row{"none",
            {"MX example.com = none", "A example.com = none"},
            "resolver.none",
            Verdict::inconclusive,
            Outcome::unknown},
        Row{"no way",
            {"MX example.com = unreachable", "A example.com = unreachable"},
            "resolver.unreachable",
            Verdict::inconclusive,
            Outcome::unknown},
        Row{"refuses", all("refused"), "resolver.refuses", Verdict::inconclusive, Outcome::unknown},
        Row{"fails", all("servfail"), "resolver.fails", Verdict::inconclusive, Outcome::unknown},
        Row{"garbage", all("malformed"), "resolver.garbled", Verdict::inconclusive, Outcome::unknown},
        Row{"knows nothing", all("notimp"), "resolver.unusable", Verdict::inconclusive, Outcome::unknown},
        Row{"FORMERR", all("formerr"), "resolver.unusable", Verdict::inconclusive, Outcome::unknown},
        Row{"denies all", all("nxdomain"), "resolver.denies-all", Verdict::inconclusive, Outcome::unknown},
        Row{"lies",
            {"MX example.com = nxdomain", "check NS . = nodata",
             "check A smtpprobe-check.invalid = found 192.0.2.9"},
            "resolver.lies",
            Verdict::inconclusive,
            Outcome::unknown},
        Row{"drops MX",
            {"MX example.com = timeout", "A example.com = found 192.0.2.1", "check NS . = found ns.root ad",
             "check MX . = timeout"},
            "resolver.drops-types",
            Verdict::inconclusive,
            Outcome::unknown},
        Row{"lacks MX",
            {"MX example.com = notimp", "A example.com = found 192.0.2.1", "check NS . = found ns.root ad",
             "check MX . = notimp"},
            "resolver.lacks-types",
            Verdict::inconclusive,
            Outcome::unknown},
        Row{"no TCP",
            {"MX example.com = truncated", "A example.com = nodata", "check NS . = found ns.root ad",
             "tcp NS . = timeout"},
            "resolver.no-tcp",
            Verdict::inconclusive,
            Outcome::unknown});
    test::check(row);
}

TEST_CASE("A resolver that answers about the root is not blamed for the domain")
{
    for (const auto* failure : {"timeout", "refused", "servfail", "malformed", "notimp", "formerr"}) {
        const auto diagnosis =
            diagnose(facts_of({"MX example.com = " + std::string(failure),
                               "A example.com = " + std::string(failure), "check NS . = found ns.root ad"}));
        INFO(failure);
        CHECK(diagnosis.findings.front().id.find("resolver.") == std::string::npos);
    }
    CHECK(diagnose(facts_of({"MX example.com = nxdomain", "A example.com = nxdomain",
                             "check NS . = found ns.root ad"}))
              .findings.front()
              .id == "dns.mx.no-such-domain");
}

TEST_CASE("A resolver for internal zones denies the root, and is believed about what it knows")
{
    const auto diagnosis = diagnose(facts_of({"MX mail.corp = nxdomain", "A mail.corp = nxdomain",
                                              "check NS . = nxdomain", "check NS corp = found ns.corp"}));
    CHECK(find(diagnosis, "resolver.denies-all") == nullptr);
}

TEST_CASE("Without the check of the root nothing is said of the resolver but what needs none")
{
    CHECK(diagnose(facts_of({"MX example.com = timeout", "A example.com = timeout"})).findings.front().id ==
          "dns.mx.timed-out");
    CHECK(diagnose(facts_of({"MX example.com = servfail"})).findings.front().id == "dns.mx.server-failure");
}

TEST_CASE("What the resolver alone denies, it hides")
{
    const std::vector<std::string> denied = {
        "MX example.com = nxdomain", "A example.com = nxdomain", "check NS . = found ns.root ad",
        "delegation NS com = found a.gtld.net", "address A a.gtld.net = found 192.0.2.1"};
    const auto with = [&](const char* line) {
        auto lines = denied;
        lines.emplace_back(line);
        return lines;
    };
    const auto refers =
        with("delegation@192.0.2.1 NS example.com = nodata refers ns.example.com/198.51.100.1");
    test::check({"the parent says who serves it", refers, "resolver.filters", Verdict::inconclusive,
                 Outcome::unknown});
    CHECK(diagnose(facts_of(refers)).findings.front().confidence == Confidence::likely);
    auto found = refers;
    found.emplace_back("authoritative@198.51.100.1 MX example.com = found mx.example.com aa");
    test::check({"its server answers", found, "resolver.filters", Verdict::inconclusive, Outcome::unknown});
    CHECK(diagnose(facts_of(found)).findings.front().confidence == Confidence::sure);
    auto absent = refers;
    absent.emplace_back("authoritative@198.51.100.1 MX example.com = nxdomain aa");
    for (const auto& lines : {absent, with("delegation@192.0.2.1 NS example.com = nxdomain aa"), denied})
        CHECK(diagnose(facts_of(lines)).findings.front().id == "dns.mx.no-such-domain");
    test::check({"it says so itself",
                 {"MX example.com = nxdomain ede 17", "A example.com = nxdomain ede 17",
                  "check NS . = found ns.root ad"},
                 "resolver.filters",
                 Verdict::inconclusive,
                 Outcome::unknown});
}

namespace {

/// A host whose connection is refused, and a resolver that gives this address to what cannot exist.
test::FactsBuilder lied_to(const char* invented, std::initializer_list<const char*> events)
{
    test::FactsBuilder builder("example.com");
    builder.mx("mx.example.com").talk("9.0.0.25", events);
    const auto lookups = facts_of({"MX example.com = found mx.example.com",
                                   "A mx.example.com = found 9.0.0.25", "check NS . = found ns.root ad",
                                   "check A smtpprobe-check.invalid = found " + std::string(invented)});
    builder.facts.lookups = lookups.lookups;
    builder.facts.experiments = lookups.experiments;
    return builder;
}

} // namespace

TEST_CASE("A resolver that replaces only what does not exist is a note beside the real fault")
{
    const auto elsewhere = diagnose(lied_to("203.0.113.80", {"broken connect refused"}).facts);
    CHECK(elsewhere.findings.front().id == "fault.connect.refused");
    CHECK(elsewhere.verdict == Verdict::unreachable);
    REQUIRE(find(elsewhere, "resolver.lies") != nullptr);
    CHECK(find(elsewhere, "resolver.lies")->severity == Severity::note);

    const auto there = diagnose(lied_to("9.0.0.26", {"broken connect refused"}).facts);
    CHECK(there.findings.front().id == "resolver.lies");
    CHECK(there.verdict == Verdict::inconclusive);

    // Whoever proves its name is not invented.
    auto proving = lied_to("9.0.0.25", {"connected", "greeting 220 mx", "ehlo 250 mx.example.com|STARTTLS",
                                        "starttls 220 go", "tls trusted matches valid",
                                        "ehlo 250 mx.example.com", "mail 550 5.7.1 no"});
    CHECK(diagnose(proving.facts).findings.front().id == "resolver.lies");
    for (auto& event : proving.facts.sessions.front().transcript)
        if (auto* secured = std::get_if<Secured>(&event.what))
            secured->tls.name_checked = "mx.example.com";
    const auto proven = diagnose(proving.facts);
    CHECK(proven.findings.front().id != "resolver.lies");
    CHECK(proven.verdict == Verdict::refuses);
}
