// SPDX-License-Identifier: Apache-2.0
// Whose fault it is that a name cannot be looked up: our resolver's, DNSSEC's, or the zone's servers'.
#include <algorithm>

#include <catch2/catch.hpp>

#include "dns_facts.hpp"

using namespace smtpprobe;
using Row = test::DnsRow;
using test::check;
using test::facts_of;

namespace {

constexpr std::uint32_t kNow = 60U * 60 * 24 * 365 * 56; // as FactsBuilder has it
constexpr std::uint32_t kDay = 60U * 60 * 24;

const Finding* find(const Diagnosis& diagnosis, std::string_view id)
{
    const auto found = std::find_if(diagnosis.findings.begin(), diagnosis.findings.end(),
                                    [&](const Finding& finding) { return finding.id == id; });
    return found == diagnosis.findings.end() ? nullptr : &*found;
}

/// Facts where the resolver works and refuses just this, and the zone has these servers with these states.
std::vector<std::string> zone_with(const std::vector<std::string>& servers)
{
    std::vector<std::string> lines = {"MX example.com = servfail",
                                      "A example.com = servfail",
                                      "check NS . = found ns.root ad",
                                      "unchecked MX example.com = servfail",
                                      "delegation NS com = found a.gtld.net",
                                      "address A a.gtld.net = found 192.0.2.1"};
    std::string referral = "delegation@192.0.2.1 NS example.com = nodata";
    for (std::size_t i = 0; i < servers.size(); ++i) {
        const auto number = std::to_string(i + 1);
        if (servers[i] == "-") {
            referral += " refers ns" + number + ".example.net";
            lines.push_back("address A ns" + number + ".example.net = nodata");
            lines.push_back("address AAAA ns" + number + ".example.net = nodata");
            continue;
        }
        referral += " refers ns" + number + ".example.com/198.51.100." + number;
        lines.push_back("authoritative@198.51.100." + number + " MX example.com = " + servers[i]);
    }
    lines.push_back(referral);
    return lines;
}

std::vector<std::string> signed_with(const std::string& signatures, const std::vector<std::string>& more)
{
    std::vector<std::string> lines = {"MX example.com = servfail", "check NS . = found ns.root ad",
                                      "unchecked MX example.com = found mx.example.com" + signatures,
                                      "delegation NS example.com = found ns.example.com"};
    lines.insert(lines.end(), more.begin(), more.end());
    return lines;
}

std::string signature(std::uint32_t begins, std::uint32_t ends, unsigned covered = 15)
{
    return " sig " + test::signature_hex(covered, begins, ends);
}

const std::string kHolds = signature(kNow - kDay, kNow + kDay);
// A DNSKEY of tag 0x0101 + 0x030d + 0x1234, algorithm 13.
const std::string kKey = "0101030d1234";
const std::string kDsOfKey = "16420d02abcd";

} // namespace

TEST_CASE("The zone's name servers are told by what each of them does")
{
    const auto row = GENERATE(
        Row{"silent", zone_with({"timeout", "timeout"}), "zone.servers-silent", Verdict::unreachable,
            Outcome::problem},
        Row{"closed", zone_with({"closed"}), "zone.servers-closed", Verdict::unreachable, Outcome::problem},
        Row{"unreachable", zone_with({"unreachable"}), "zone.servers-unreachable", Verdict::unreachable,
            Outcome::problem},
        Row{"refuse", zone_with({"refused", "refused"}), "zone.servers-refuse", Verdict::unreachable,
            Outcome::problem},
        Row{"lame", zone_with({"nodata", "nodata"}), "zone.servers-lame", Verdict::unreachable,
            Outcome::problem},
        Row{"fail", zone_with({"servfail"}), "zone.servers-fail", Verdict::unreachable, Outcome::problem},
        Row{"FORMERR", zone_with({"formerr"}), "zone.servers-garbled", Verdict::unreachable,
            Outcome::problem},
        Row{"garbage", zone_with({"malformed"}), "zone.servers-garbled", Verdict::unreachable,
            Outcome::problem},
        Row{"no TCP", zone_with({"truncated"}), "zone.servers-no-tcp", Verdict::unreachable,
            Outcome::problem},
        Row{"no address", zone_with({"-", "-"}), "zone.servers-without-address", Verdict::unreachable,
            Outcome::problem},
        Row{"mixed", zone_with({"timeout", "refused", "-"}), "zone.servers-broken", Verdict::unreachable,
            Outcome::problem},
        Row{"circle", zone_with({"loop aa alias example.com"}), "dns.mx.cname-loop", Verdict::unreachable,
            Outcome::problem});
    check(row);
}

TEST_CASE("Every name server is named with what it did, and a silent one is put into the commands")
{
    const auto diagnosis = diagnose(facts_of(zone_with({"timeout", "refused", "-"})));
    const auto& lead = diagnosis.findings.front();
    CHECK(lead.seen == "zone example.com: ns1.example.com [198.51.100.1]: no answer; ns2.example.com "
                       "[198.51.100.2]: REFUSED; ns3.example.net: no address");
    CHECK(std::any_of(lead.fix.begin(), lead.fix.end(), [](const std::string& step) {
        return step.find("dig @198.51.100.1 example.com SOA") != std::string::npos;
    }));
}

TEST_CASE("Where the mail host's zone fails, the words say so")
{
    std::vector<std::string> lines;
    for (auto line : zone_with({"timeout"})) {
        for (auto at = line.find(" example.com"); at != std::string::npos;
             at = line.find(" example.com", at + 1))
            line.replace(at, 12, " example.net");
        if (line.starts_with("MX") || line.starts_with("unchecked MX") || line.starts_with("authoritative"))
            line.replace(line.find("MX"), 2, "A");
        lines.push_back(line.starts_with("delegation NS com") ? "delegation NS net = found a.gtld.net"
                                                              : line);
    }
    const auto diagnosis = diagnose(facts_of(lines));
    CHECK(diagnosis.findings.front().id == "zone.servers-silent");
    CHECK(diagnosis.findings.front().title == "None of the mail host's name servers answers");
}

TEST_CASE("Servers that answer us, and not the resolver, leave it with the resolver")
{
    check({"one of two", zone_with({"found mx.example.com aa"}), "resolver.fails-alone",
           Verdict::inconclusive, Outcome::unknown});
}

TEST_CASE("Where no server at all answers direct questions, we are less sure")
{
    auto lines = zone_with({"timeout"});
    const auto sure = diagnose(facts_of(lines));
    CHECK(sure.findings.front().confidence == Confidence::sure);
    for (auto& line : lines)
        if (line.starts_with("delegation@"))
            line = "delegation NS example.com = found ns1.example.com";
    lines.emplace_back("address A ns1.example.com = found 198.51.100.1");
    lines.emplace_back("delegation@192.0.2.1 NS example.com = timeout");
    const auto unsure = diagnose(facts_of(lines));
    CHECK(unsure.findings.front().id == "zone.servers-silent");
    CHECK(unsure.findings.front().confidence == Confidence::likely);
}

TEST_CASE("A host's alias that leads into a dead zone is followed there")
{
    auto lines = zone_with({"nodata aa alias www.example.net"});
    for (const auto* line :
         {"delegation NS net = found a.gtld.net",
          "delegation@192.0.2.1 NS www.example.net = nodata of example.net refers ns.example.net/203.0.113.1",
          "authoritative@203.0.113.1 MX www.example.net = timeout"})
        lines.emplace_back(line);
    const auto diagnosis = diagnose(facts_of(lines));
    CHECK(diagnosis.findings.front().id == "zone.servers-silent");
    CHECK(diagnosis.findings.front().seen.starts_with(
        "zone example.net: ns.example.net [203.0.113.1]: no answer"));
}

TEST_CASE("Why DNSSEC does not hold")
{
    const auto row = GENERATE_COPY(
        Row{"expired", signed_with(signature(kNow - 9 * kDay, kNow - kDay), {}), "dnssec.expired",
            Verdict::unreachable, Outcome::problem},
        Row{"one expired, one good", signed_with(signature(kNow - 9 * kDay, kNow - kDay) + kHolds, {}),
            "dnssec.bogus", Verdict::unreachable, Outcome::problem},
        Row{"key's signature expired",
            signed_with(kHolds, {"signatures DNSKEY example.com = found " + kKey +
                                 signature(kNow - 9 * kDay, kNow - kDay, 48)}),
            "dnssec.expired", Verdict::unreachable, Outcome::problem},
        Row{"begins later", signed_with(signature(kNow + kDay, kNow + 9 * kDay), {}), "dnssec.not-yet-valid",
            Verdict::unreachable, Outcome::problem},
        Row{"DS of another key",
            signed_with(kHolds, {"signatures DS example.com = found 12670d02abcd",
                                 "signatures DNSKEY example.com = found " + kKey}),
            "dnssec.ds-mismatch", Verdict::unreachable, Outcome::problem},
        Row{"DS of this key",
            signed_with(kHolds, {"signatures DS example.com = found " + kDsOfKey,
                                 "signatures DNSKEY example.com = found " + kKey}),
            "dnssec.bogus", Verdict::unreachable, Outcome::problem},
        Row{"DS and no key",
            signed_with("", {"signatures DS example.com = found 12670d02abcd",
                             "signatures DNSKEY example.com = nodata"}),
            "dnssec.not-signed", Verdict::unreachable, Outcome::problem},
        Row{"DS and no signature",
            signed_with("", {"signatures DS example.com = found " + kDsOfKey,
                             "signatures DNSKEY example.com = found " + kKey}),
            "dnssec.not-signed", Verdict::unreachable, Outcome::problem},
        Row{"nothing to see", signed_with(kHolds, {}), "dnssec.bogus", Verdict::unreachable,
            Outcome::problem});
    check(row);
}

TEST_CASE("SERVFAIL in a zone that is not signed is no matter of DNSSEC")
{
    const auto with = [](const std::vector<std::string>& more, const std::string& first = "servfail") {
        auto lines = signed_with("", {"signatures DS example.com = nodata"});
        lines.front() = "MX example.com = " + first;
        lines.insert(lines.end(), more.begin(), more.end());
        return diagnose(facts_of(lines));
    };
    for (const auto& finding : with({}).findings)
        CHECK_FALSE(finding.id.starts_with("dnssec."));
    // It was slow, and is there by now.
    const auto again = with({"check MX example.com = found mx.example.com"});
    CHECK(again.findings.front().id == "resolver.failed-once");
    CHECK(again.verdict == Verdict::inconclusive);
    CHECK(again.who == Actor::nobody_retry);
    // The resolver itself says that it is DNSSEC.
    CHECK(with({}, "servfail ede 6").findings.front().id == "dnssec.bogus");
}

TEST_CASE("Something that answers for all name servers proves nothing about the zone's")
{
    for (const auto* answer : {"refused", "nodata"}) {
        auto lines = zone_with({answer});
        for (auto& line : lines)
            if (line.starts_with("delegation@"))
                line = "delegation NS example.com = found ns1.example.com";
        lines.emplace_back("address A ns1.example.com = found 198.51.100.1");
        lines.emplace_back("delegation@192.0.2.1 NS example.com = " + std::string(answer));
        INFO(answer);
        check({answer, lines, "resolver.intercepted", Verdict::inconclusive, Outcome::unknown});
    }
}

TEST_CASE("Servers of a family that this machine has not are not called unreachable")
{
    auto facts = facts_of(zone_with({"unreachable"}));
    facts.own_addresses = {IpAddress::parse("2001:db8::7").value()};
    CHECK(find(diagnose(facts), "zone.servers-unreachable") == nullptr);
    facts.own_addresses.push_back(IpAddress::parse("192.0.2.7").value());
    CHECK(find(diagnose(facts), "zone.servers-unreachable") != nullptr);
}

TEST_CASE("The resolver's own word for it counts where nothing else tells")
{
    auto lines = signed_with(kHolds, {});
    lines[0] = "MX example.com = servfail ede 7";
    const auto diagnosis = diagnose(facts_of(lines));
    CHECK(diagnosis.findings.front().id == "dnssec.expired");
    CHECK(diagnosis.findings.front().seen.find("extended error 7") != std::string::npos);
}

TEST_CASE("A resolver that keeps forged answers to itself: a name server's own answer shows the flaw")
{
    auto lines = zone_with({"found mx.example.com aa"});
    lines.emplace_back("signatures DS example.com = found 12670d02abcd");
    lines.emplace_back("signatures@198.51.100.1 DNSKEY example.com = nodata aa");
    check({"unsigned", lines, "dnssec.not-signed", Verdict::unreachable, Outcome::problem});
}

namespace {

/// A domain whose mail flows, with these lookups.
test::FactsBuilder flowing(const std::vector<std::string>& lines)
{
    test::FactsBuilder builder("example.com");
    builder.mx("mx.example.com")
        .talk("8.8.8.8",
              {"connected", "greeting 220 mx.example.com", "ehlo 250 mx.example.com|STARTTLS",
               "starttls 220 go", "tls trusted matches valid", "ehlo 250 mx.example.com", "quit 221 bye"});
    auto facts = facts_of(lines);
    builder.facts.lookups = facts.lookups;
    builder.facts.experiments = facts.experiments;
    return builder;
}

} // namespace

TEST_CASE("Where mail flows all the same, trouble with DNS is a warning or a note")
{
    struct Flowing {
        const char* situation;
        std::vector<std::string> lines;
        const char* id;
        Severity severity;
    };
    const auto row = GENERATE(
        Flowing{"slow",
                {"MX example.com = found mx.example.com took 2", "check NS . = found ns.root ad took 2"},
                "resolver.slow",
                Severity::note},
        Flowing{"lossy",
                {"MX example.com = found mx.example.com took 3 tries 2",
                 "check NS . = found ns.root ad took 3 tries 2"},
                "resolver.lossy",
                Severity::note},
        Flowing{"no validation",
                {"MX example.com = nodata tries 2 took 3", "check NS . = found ns.root"},
                "resolver.not-validating",
                Severity::note},
        Flowing{"first server closed",
                {"MX example.com = found mx.example.com tries 2", "A mx.example.com = found 8.8.8.8 tries 2",
                 "check NS . = found ns.root ad"},
                "resolver.one-dead",
                Severity::warning},
        Flowing{"SERVFAIL once",
                {"MX example.com = found mx.example.com tries 2", "A mx.example.com = found 8.8.8.8",
                 "check NS . = found ns.root ad"},
                "resolver.lossy",
                Severity::note},
        Flowing{"drops AAAA",
                {"MX example.com = found mx.example.com", "A mx.example.com = found 8.8.8.8",
                 "AAAA mx.example.com = timeout", "check NS . = found ns.root ad", "check AAAA . = timeout"},
                "resolver.drops-types",
                Severity::warning},
        Flowing{"one server dead",
                {"MX example.com = found mx.example.com took 2", "check NS . = found ns.root ad",
                 "delegation NS com = found a.gtld.net", "address A a.gtld.net = found 192.0.2.1",
                 "delegation@192.0.2.1 NS example.com = nodata refers ns1.example.com/198.51.100.1 refers "
                 "ns2.example.com/198.51.100.2",
                 "authoritative@198.51.100.1 MX example.com = timeout",
                 "authoritative@198.51.100.2 MX example.com = found mx.example.com aa"},
                "zone.some-servers-dead",
                Severity::warning},
        Flowing{"one server without EDNS",
                {"MX example.com = found mx.example.com took 2", "check NS . = found ns.root ad",
                 "delegation NS com = found a.gtld.net", "address A a.gtld.net = found 192.0.2.1",
                 "delegation@192.0.2.1 NS example.com = nodata refers ns1.example.com/198.51.100.1",
                 "authoritative@198.51.100.1 MX example.com = found mx.example.com aa no-edns"},
                "zone.edns-refused",
                Severity::warning});
    const auto diagnosis = diagnose(flowing(row.lines).facts);
    INFO(row.situation << ": " << diagnosis.headline);
    const auto* finding = find(diagnosis, row.id);
    REQUIRE(finding != nullptr);
    CHECK(finding->severity == row.severity);
    CHECK(diagnosis.outcome == (row.severity == Severity::note ? Outcome::ok : Outcome::warning));
}

TEST_CASE("A domain in good order has nothing said about its DNS")
{
    const auto diagnosis =
        diagnose(flowing({"MX example.com = found mx.example.com", "A mx.example.com = found 8.8.8.8",
                          "check NS . = found ns.root ad", "check A smtpprobe-check.invalid = nxdomain"})
                     .facts);
    for (const auto& finding : diagnosis.findings)
        for (const std::string_view prefix : {"resolver.", "zone.", "dnssec."})
            CHECK_FALSE(finding.id.starts_with(prefix));
}

TEST_CASE("What servers put into names reaches no text and no command as it is")
{
    auto lines = zone_with({"timeout"});
    for (auto& line : lines)
        for (auto at = line.find("ns1.example.com"); at != std::string::npos;
             at = line.find("ns1.example.com", at))
            line.replace(at, 15, "$(reboot)\x1b[31m");
    const auto diagnosis = diagnose(facts_of(lines));
    for (const auto& finding : diagnosis.findings) {
        CHECK(finding.seen.find('\x1b') == std::string::npos);
        for (const auto& step : finding.fix)
            CHECK(step.find("reboot") == std::string::npos);
    }
}
