// SPDX-License-Identifier: Apache-2.0
// Which questions a failed or slow lookup calls for, round by round.
#include <algorithm>

#include <catch2/catch.hpp>

#include "diagnosis/trials.hpp"
#include "dns_facts.hpp"

using namespace smtpprobe;

namespace {

std::string text_of(const Trial& trial)
{
    const auto& lookup = std::get<TryLookup>(trial.what);
    std::string text(name(trial.purpose));
    if (lookup.server)
        text += "@" + lookup.server->address.text();
    text += " " + std::string(name(lookup.question.type)) + " " +
            (lookup.question.name.empty() ? "." : lookup.question.name);
    text += lookup.checking_disabled ? " CD" : "";
    text += lookup.over_tcp ? " TCP" : "";
    return text;
}

/// Without those that any trouble calls for.
std::string planned(const Facts& facts)
{
    Trials trials;
    plan_for_dns(facts, trials);
    std::string text;
    for (const auto& trial : trials)
        if (const auto one = text_of(trial);
            one != "resolver-check NS ." && one != "resolver-check A smtpprobe-check.invalid")
            text += (text.empty() ? "" : ", ") + one;
    return text;
}

std::size_t count(const Facts& facts)
{
    Trials trials;
    plan_for_dns(facts, trials);
    return trials.size();
}

} // namespace

TEST_CASE("A domain whose lookups are in order calls for no question")
{
    auto facts = test::dns_facts("example.com",
                                 {"MX example.com = found mx.example.com",
                                  "A mx.example.com = found 192.0.2.1", "AAAA mx.example.com = nodata"});
    facts.route.kind = RouteKind::mx;
    CHECK(count(facts) == 0);
}

TEST_CASE("Where nobody listens or nothing is reached there is nobody to ask")
{
    for (const auto* failure : {"closed", "unreachable", "none"})
        CHECK(count(test::dns_facts("example.com", {"MX example.com = " + std::string(failure),
                                                    "A example.com = " + std::string(failure)})) == 0);
}

TEST_CASE("SERVFAIL: once more without DNSSEC checks, and who serves the zone")
{
    CHECK(planned(test::dns_facts("example.com", {"MX example.com = servfail"})) ==
          "checking-disabled MX example.com CD, delegation NS example.com CD, delegation NS com CD");
}

TEST_CASE("Until the resolver has shown that it works, no server is asked directly")
{
    CHECK(planned(test::dns_facts("example.com",
                                  {"MX example.com = servfail", "unchecked MX example.com = servfail",
                                   "delegation NS example.com = servfail",
                                   "delegation NS com = found a.gtld.net", "check NS . = servfail"}))
              .find('@') == std::string::npos);
}

TEST_CASE("Where the answer comes unchecked, the signatures are asked for, and no server")
{
    CHECK(
        planned(test::dns_facts("example.com", {"MX example.com = servfail", "check NS . = found ns.root ad",
                                                "unchecked MX example.com = found mx.example.com sig " +
                                                    test::signature_hex(15, 1, 2)})) ==
        "checking-disabled MX example.com CD, delegation NS example.com CD, delegation NS com CD, "
        "resolver-check MX example.com, signatures DS example.com CD, signatures DNSKEY example.com CD");
}

TEST_CASE("Where the zone is not signed, an answer without checks calls for the servers all the same")
{
    const auto text = planned(test::dns_facts(
        "example.com", {"MX example.com = servfail", "check NS . = found ns.root",
                        "unchecked MX example.com = found mx.example.com",
                        "delegation NS example.com = found ns.example.com",
                        "delegation NS com = found a.gtld.net", "signatures DS example.com = nodata"}));
    CHECK(text.find("name-server-address A ns.example.com") != std::string::npos);
}

TEST_CASE(
    "A name that is denied, or at no address: the parent's servers are asked, and no more where they agree")
{
    for (const auto* answer : {"nxdomain", "found 0.0.0.0"}) {
        auto facts = test::dns_facts(
            "example.com", {"A example.com = " + std::string(answer), "check NS . = found ns.root",
                            "delegation NS example.com = nxdomain", "delegation NS com = found a.gtld.net",
                            "address A a.gtld.net = found 192.0.2.1"});
        INFO(answer);
        CHECK(planned(facts).find("delegation@192.0.2.1 NS example.com CD") != std::string::npos);
    }
    CHECK(count(test::dns_facts("example.com", {"A example.com = found 0.0.0.0"})) ==
          4); // the resolver, and NS
    const std::initializer_list<std::string_view> known = {
        "A example.com = nxdomain", "check NS . = found ns.root", "delegation NS com = found a.gtld.net",
        "address A a.gtld.net = found 192.0.2.1"};
    const auto answered = [&](std::string_view line) {
        auto facts = test::dns_facts("example.com", known);
        facts.experiments.push_back(test::dns_facts("example.com", {line}).experiments.front());
        return planned(facts);
    };
    CHECK(answered("delegation@192.0.2.1 NS example.com = nxdomain aa").find("authoritative") ==
          std::string::npos);
    CHECK(answered("delegation@192.0.2.1 NS example.com = nodata refers ns.example.com/198.51.100.1")
              .find("authoritative@198.51.100.1 A example.com") != std::string::npos);
    // An address without a name is in nobody's way.
    CHECK(planned(test::dns_facts("9.0.0.25",
                                  {"PTR 25.0.0.9.in-addr.arpa = nxdomain", "check NS . = found ns.root"}))
              .empty());
    // It says itself that it filters.
    CHECK(planned(test::dns_facts("example.com",
                                  {"A example.com = nxdomain ede 17", "check NS . = found ns.root"}))
              .empty());
}

TEST_CASE("A name server that cannot be reached over one family is asked over the other")
{
    auto facts = test::dns_facts(
        "example.com",
        {"MX example.com = servfail", "check NS . = found ns.root", "unchecked MX example.com = servfail",
         "delegation NS com = found a.gtld.net", "address A a.gtld.net = found 192.0.2.1",
         "delegation@192.0.2.1 NS example.com = nodata refers ns.example.com/198.51.100.1",
         "authoritative@198.51.100.1 MX example.com = unreachable"});
    CHECK(planned(facts).find("name-server-address AAAA ns.example.com") != std::string::npos);
    facts.experiments.push_back(
        test::dns_facts("example.com", {"address AAAA ns.example.com = found 2001:db8::53"})
            .experiments.front());
    CHECK(planned(facts).find("authoritative@2001:db8::53 MX example.com") != std::string::npos);
    facts.settings.families = Families::ipv4_only;
    CHECK(planned(facts).find("AAAA") == std::string::npos);
}

TEST_CASE("Otherwise the way leads over the parent's servers to those of the zone")
{
    const std::initializer_list<std::string_view> known = {
        "MX example.com = servfail", "check NS . = found ns.root", "unchecked MX example.com = servfail",
        "delegation NS example.com = servfail", "delegation NS com = found a.gtld.net b.gtld.net c.gtld.net"};
    auto facts = test::dns_facts("example.com", known);
    CHECK(planned(facts).ends_with("name-server-address A a.gtld.net, name-server-address A b.gtld.net"));

    const auto add = [&](std::string_view line) {
        const auto more = test::dns_facts("example.com", {line});
        facts.experiments.push_back(more.experiments.front());
    };
    add("address A a.gtld.net = found 192.0.2.1");
    CHECK(planned(facts).find("delegation@192.0.2.1 NS example.com CD") != std::string::npos);

    add("delegation@192.0.2.1 NS example.com = nodata refers ns1.example.com/198.51.100.1 refers "
        "ns2.example.net");
    CHECK(planned(facts).find("name-server-address A ns2.example.net") != std::string::npos);
    CHECK(planned(facts).find("name-server-address A ns1.example.com") == std::string::npos); // glue
    CHECK(planned(facts).find("authoritative@198.51.100.1 MX example.com CD") != std::string::npos);

    add("address A ns2.example.net = nodata");
    CHECK(planned(facts).find("name-server-address AAAA ns2.example.net") != std::string::npos);
}

TEST_CASE(
    "SERVFAIL after a wait comes from silent servers: these are asked without waiting for the other answer")
{
    for (const auto& [took, asked] : {std::pair("3", true), {"0", false}}) {
        const auto text = planned(test::dns_facts(
            "example.com", {"MX example.com = servfail took " + std::string(took),
                            "check NS . = found ns.root", "delegation NS com = found a.gtld.net"}));
        CHECK((text.find("name-server-address A a.gtld.net") != std::string::npos) == asked);
    }
}

TEST_CASE("A name server's address that cannot be right is not asked, unless that is allowed")
{
    for (const auto* address : {"127.0.0.1", "169.254.1.1", "224.0.0.1", "0.0.0.0"}) {
        auto facts = test::dns_facts(
            "example.com",
            {"MX example.com = timeout", "check NS . = found ns.root", "delegation NS com = found a.gtld.net",
             "address A a.gtld.net = found 192.0.2.1",
             "delegation@192.0.2.1 NS example.com = nodata refers ns1.example.com/" + std::string(address)});
        INFO(address);
        CHECK(planned(facts).find("authoritative@") == std::string::npos);
        facts.settings.allow_loopback = true;
        CHECK(planned(facts).find("authoritative@" + std::string(address)) != std::string::npos);
    }
}

TEST_CASE("However many name servers a zone has, six are asked")
{
    std::string referral = "delegation@192.0.2.1 NS example.com = nodata";
    for (int i = 1; i <= 40; ++i)
        referral += " refers ns" + std::to_string(i) + ".example.com/198.51.100." + std::to_string(i);
    const auto text =
        planned(test::dns_facts("example.com", {"MX example.com = timeout", "check NS . = found ns.root",
                                                "delegation NS com = found a.gtld.net",
                                                "address A a.gtld.net = found 192.0.2.1", referral}));
    std::size_t asked = 0;
    for (auto at = text.find("authoritative@"); at != std::string::npos;
         at = text.find("authoritative@", at + 1))
        ++asked;
    CHECK(asked == 6);
}

TEST_CASE("A type that is not answered is asked of the root as well; a truncated answer calls for TCP")
{
    CHECK(planned(
              test::dns_facts("example.com", {"MX example.com = timeout", "A example.com = found 192.0.2.1"}))
              .starts_with("resolver-check MX ."));
    CHECK(planned(test::dns_facts("example.com", {"MX example.com = truncated"}))
              .starts_with("over-tcp NS . TCP"));
}

TEST_CASE("Where MX records name hosts, the domain's own address is nobody's trouble")
{
    auto facts =
        test::dns_facts("example.com", {"MX example.com = found mx.example.com", "A example.com = servfail",
                                        "A mx.example.com = found 192.0.2.1"});
    facts.route.kind = RouteKind::mx;
    facts.route.hosts = {{"mx.example.com", 10, {}}};
    CHECK(planned(facts).empty());
}

TEST_CASE("A lookup that took long calls for the zone's servers, if the resolver itself is quick")
{
    const auto facts_with = [](std::string_view check) {
        auto facts = test::dns_facts("example.com", {"MX example.com = found mx.example.com took 3 tries 2",
                                                     "A mx.example.com = found 192.0.2.1", check});
        facts.route.kind = RouteKind::mx;
        return facts;
    };
    CHECK(planned(facts_with("check NS . = found ns.root")).starts_with("delegation NS example.com"));
    CHECK(planned(facts_with("check NS . = found ns.root took 3 tries 2")).empty());
}

TEST_CASE("What is planned is bounded, whatever the facts")
{
    // Planned again and again upon its own answers, as the engine does.
    auto facts = test::dns_facts("a.b.c.d.e.f.example.com",
                                 {"MX a.b.c.d.e.f.example.com = servfail", "A mx1.example.net = servfail",
                                  "A mx2.example.org = timeout", "A mx3.example.org = timeout"});
    std::vector<Trial> made;
    for (int round = 0; round < 50; ++round) {
        Trials trials;
        plan_for_dns(facts, trials);
        for (const auto& trial : trials) {
            if (std::find(made.begin(), made.end(), trial) != made.end())
                continue;
            made.push_back(trial);
            const auto& wanted = std::get<TryLookup>(trial.what);
            Lookup lookup;
            lookup.name = wanted.question.name;
            lookup.type = wanted.question.type;
            lookup.outcome = LookupOutcome::found;
            lookup.direct = wanted.server.has_value();
            lookup.server = wanted.server ? wanted.server->address.text() + ":53" : "";
            for (int i = 0; i < 60; ++i) { // everybody refers to dozens of others
                Record record;
                record.type = lookup.type;
                record.owner = lookup.name;
                record.name = "ns" + std::to_string(i) + "." + lookup.name;
                record.address = IpAddress::v4({198, 51, 100, static_cast<std::uint8_t>(made.size())});
                lookup.records.push_back(record);
                if (lookup.direct)
                    lookup.referral.push_back(record);
            }
            facts.experiments.push_back({trial.purpose, {}, {}, std::move(lookup)});
        }
    }
    CHECK(made.size() < 100);
}
