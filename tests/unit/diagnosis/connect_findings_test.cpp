// SPDX-License-Identifier: Apache-2.0
// Why a connection cannot be made: what is named as the cause, and how surely.
#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>

#include "connect_facts.hpp"

using namespace smtpprobe;
using test::ConnectFacts;

namespace {

constexpr auto kHost = "5.0.9.25";
constexpr auto kHost6 = "2a05:9::25";

struct Situation {
    std::string_view name;
    ConnectFacts facts;
    std::string_view lead;
    Confidence confidence = Confidence::likely;
    std::string_view decided_by = {}; ///< a part of it
};

ConnectFacts silent() { return std::move(ConnectFacts().endpoint(kHost, "silent")); }
ConnectFacts all_ports_silent()
{
    return std::move(silent().ports(kHost, {"587 silent", "465 silent", "443 silent"}));
}
ConnectFacts only_25_silent()
{
    return std::move(silent().ports(kHost, {"587 silent", "465 refused", "443 open"}));
}
ConnectFacts refused() { return std::move(ConnectFacts().endpoint(kHost, "refused")); }
ConnectFacts rejected(const char* icmp)
{
    return std::move(ConnectFacts().own("192.168.1.7").endpoint(kHost, icmp));
}

// The same three, so that a row reads as one line.
ConnectFacts with(ConnectFacts facts, const std::function<void(ConnectFacts&)>& more)
{
    more(facts);
    return facts;
}

void dns_from(ConnectFacts& facts, const char* server)
{
    facts.builder().lookup("example.com", RecordType::mx, LookupOutcome::found);
    facts.builder().facts.lookups.back().server = server;
}

std::vector<Situation> theirs()
{
    using F = ConnectFacts&;
    return {
        {"host down or firewalled whole",
         with(all_ports_silent(), [](F f) { f.controls({"open", "open", "open"}); }), "connect.host-silent",
         Confidence::likely, "3 of 3 controls answer"},
        {"one of three controls is enough to clear us",
         with(all_ports_silent(), [](F f) { f.controls({"silent", "open", "silent"}); }),
         "connect.host-silent"},
        {"port 25 alone is dropped",
         with(only_25_silent(), [](F f) { f.controls({"open", "open", "open"}); }), "connect.filtered-there",
         Confidence::sure, "port 443 of the same host answers; 3 of 3 controls answer"},
        {"a refusal shows life as well",
         with(silent().ports(kHost, {"587 refused", "443 silent"}),
              [](F f) { f.controls({"open", "open"}); }),
         "connect.filtered-there", Confidence::sure, "port 587 of the same host is refused"},
        {"nothing listens",
         with(refused().ports(kHost, {"587 refused", "443 open"}), [](F f) { f.controls({"open"}); }),
         "connect.nothing-listens", Confidence::sure, "port 443"},
        {"nothing listens on any port", refused().ports(kHost, {"25 refused", "587 refused", "443 refused"}),
         "connect.nothing-listens"},
        {"refused once, then not", refused().ports(kHost, {"25 open", "587 refused"}),
         "connect.refused-at-times", Confidence::sure},
        {"refused sooner than the host can",
         with(ConnectFacts().endpoint(kHost, "refused after 2").ports(kHost, {"443 open after 40"}),
              [](F f) {
                  f.controls({"open", "open"})
                      .trace(kHost, 25, {"1 silent", "2 refused after 2"})
                      .trace(kHost, 443, {"1 silent", "2 connected after 41"});
              }),
         "connect.refused-by-firewall", Confidence::likely, "sooner than the host's answer on port 443"},
        {"a busy moment, as the trace shows",
         with(ConnectFacts().endpoint(kHost, "refused after 2").ports(kHost, {"443 open after 40"}),
              [](F f) {
                  f.trace(kHost, 25, {"1 silent", "2 refused after 2"})
                      .trace(kHost, 443, {"1 silent", "2 connected after 3"});
              }),
         "connect.nothing-listens", Confidence::sure},
        {"a busy moment here makes other answers late, and a second refusal too",
         ConnectFacts()
             .endpoint(kHost, "refused after 1")
             .ports(kHost, {"25 refused after 45", "587 refused after 41", "443 open after 47"}),
         "connect.nothing-listens", Confidence::sure},
        {"a host nearby that refuses a little sooner",
         ConnectFacts().endpoint(kHost, "refused after 1").ports(kHost, {"443 open after 4"}),
         "connect.nothing-listens", Confidence::sure},
        {"firewall says prohibited",
         with(rejected("icmp 5.0.9.1 3 13").ports(kHost, {"443 open"}),
              [](F f) { f.controls({"open", "open", "open"}); }),
         "connect.rejected-there", Confidence::sure, "ICMP from 5.0.9.1"},
        {"the host's own firewall says port unreachable",
         rejected("icmp 5.0.9.25 3 3").ports(kHost, {"443 silent"}), "connect.rejected-there",
         Confidence::sure},
        {"prohibited, by whom is not known, others work",
         with(rejected("icmp 5.0.5.1 3 10").ports(kHost, {"443 silent"}),
              [](F f) { f.controls({"open", "open"}); }),
         "connect.rejected-there", Confidence::likely, "2 of 2 controls"},
        {"prohibited on the way, nobody else asked",
         rejected("icmp 5.0.5.1 3 13").ports(kHost, {"443 silent"}), "connect.rejected-on-the-way",
         Confidence::guess},
        {"its router finds nobody",
         with(rejected("icmp 5.0.9.1 3 1").ports(kHost, {"443 icmp 5.0.9.1 3 1"}),
              [](F f) { f.controls({"open", "open"}); }),
         "connect.host-down", Confidence::sure, "ICMP from 5.0.9.1"},
        {"a router far from it says that nobody is there",
         with(rejected("icmp 5.0.3.1 3 1").ports(kHost, {"443 icmp 5.0.3.1 3 1"}),
              [](F f) { f.controls({"open", "open"}); }),
         "connect.host-down", Confidence::likely, "ICMP from 5.0.3.1"},
        {"a host in another network of ours is down",
         with(ConnectFacts().own("192.168.1.7").endpoint("192.168.2.9", "icmp 192.168.1.1 3 1"),
              [](F f) { f.ports("192.168.2.9", {"443 icmp 192.168.1.1 3 1"}); }),
         "connect.host-down", Confidence::likely},
        {"the port alone is dropped, but the trace ends at the provider",
         with(only_25_silent().own("192.168.1.7").controls({"open", "open"}),
              [](F f) {
                  f.trace(kHost, 25, {"1 expired 192.168.1.1", "2 expired 5.0.2.1", "3 silent", "4 silent"})
                      .trace(kHost, 443,
                             {"1 expired 192.168.1.1", "2 expired 5.0.2.1", "3 expired 5.0.3.1",
                              "4 expired 5.0.4.1", "5 expired 5.0.9.1", "6 connected"});
              }),
         "connect.filtered-there", Confidence::likely},
        {"something nearer than the host answers on 443",
         with(only_25_silent().own("192.168.1.7").controls({"open", "open"}),
              [](F f) {
                  f.trace(kHost, 25,
                          {"1 expired 192.168.1.1", "2 expired 5.0.2.1", "3 expired 5.0.9.1", "4 silent"})
                      .trace(kHost, 443, {"1 expired 192.168.1.1", "2 connected"});
              }),
         "connect.filtered-there", Confidence::likely},
        {"host unreachable, says a firewall: another port answers",
         with(rejected("icmp 5.0.9.1 3 1").ports(kHost, {"443 open"}),
              [](F f) { f.controls({"open", "open"}); }),
         "connect.rejected-there", Confidence::sure},
        {"no route to their network",
         with(rejected("icmp 5.0.3.1 3 0").ports(kHost, {"443 icmp 5.0.3.1 3 0"}),
              [](F f) { f.controls({"open", "open"}); }),
         "connect.no-route-there", Confidence::sure},
        {"a circle of routers",
         with(rejected("icmp 5.0.3.1 11 0").ports(kHost, {"443 icmp 5.0.3.1 11 0"}),
              [](F f) { f.controls({"open", "open"}); }),
         "connect.routing-loop", Confidence::sure},
        {"the trace is refused before the host, near them",
         with(ConnectFacts().endpoint(kHost, "refused after 2").ports(kHost, {"443 open after 40"}),
              [](F f) {
                  f.own("192.168.1.7")
                      .trace(kHost, 25,
                             {"1 expired 192.168.1.1", "2 expired 5.0.2.1", "3 expired 7.0.3.1", "4 refused"})
                      .trace(kHost, 443,
                             {"1 expired 192.168.1.1", "2 expired 5.0.2.1", "3 expired 7.0.3.1",
                              "4 expired 8.0.3.1", "5 expired 8.0.4.1", "6 connected"});
              }),
         "connect.refused-by-firewall", Confidence::sure, "hop 4"},
        {"over IPv6: address unreachable",
         with(ConnectFacts().endpoint(kHost6, "icmp 2a05:9::1 1 3").ports(kHost6, {"443 icmp 2a05:9::1 1 3"}),
              [](F f) { f.controls({"open", "open"}, Family::ipv6); }),
         "connect.host-down", Confidence::sure},
        {"over IPv6: policy",
         ConnectFacts().endpoint(kHost6, "icmp 2a05:9::1 1 5").ports(kHost6, {"443 silent"}),
         "connect.rejected-there", Confidence::sure},
        {"a neighbour that is off",
         with(ConnectFacts().own("10.0.0.5").endpoint("10.0.0.9", "icmp 10.0.0.5 3 1 after 3060"),
              [](F f) { f.ports("10.0.0.9", {"443 icmp 10.0.0.5 3 1 after 3060"}).controls({"open"}); }),
         "connect.neighbour-silent", Confidence::sure},
    };
}

std::vector<Situation> ours()
{
    using F = ConnectFacts&;
    const auto blocked = [](F f) { f.controls({"silent", "silent", "silent"}); };
    return {
        {"provider drops 25", with(only_25_silent(), blocked), "probe.port-25-blocked-here", Confidence::sure,
         "0 of 3 controls answer, port 443 of the same host answers"},
        {"provider drops 25, the host has no other port",
         with(all_ports_silent(),
              [](F f) {
                  f.controls({"silent", "silent", "silent"})
                      .controls({"open", "open", "open"}, Family::ipv4, 587);
              }),
         "probe.port-25-blocked-here", Confidence::sure},
        {"provider resets 25",
         with(refused().ports(kHost, {"443 open"}),
              [](F f) { f.controls({"refused", "refused", "refused"}); }),
         "probe.port-25-blocked-here", Confidence::sure},
        {"provider rejects 25",
         with(rejected("icmp 5.0.2.1 3 13").ports(kHost, {"443 open"}),
              [](F f) { f.controls({"icmp 5.0.2.1 3 13", "icmp 5.0.2.1 3 13"}); }),
         "probe.port-25-blocked-here", Confidence::sure},
        {"own router rejects 25",
         with(rejected("icmp 192.168.1.1 3 13").ports(kHost, {"443 open"}),
              [](F f) { f.controls({"icmp 192.168.1.1 3 13", "icmp 192.168.1.1 3 13"}); }),
         "connect.blocked-in-your-network", Confidence::likely, "your own network"},
        {"own router resets 25 for this host, the trace tells",
         with(ConnectFacts().endpoint(kHost, "refused after 1").ports(kHost, {"443 open after 40"}),
              [](F f) {
                  f.own("192.168.1.7")
                      .trace(kHost, 25, {"1 expired 192.168.1.1", "2 refused"})
                      .trace(kHost, 443,
                             {"1 expired 192.168.1.1", "2 expired 192.168.0.1", "3 expired 5.0.2.1",
                              "4 connected"});
              }),
         "connect.blocked-in-your-network"},
        {"own machine drops its own packets", ConnectFacts().endpoint(kHost, "forbidden after 3500"),
         "connect.forbidden-here", Confidence::sure},
        {"own machine rejects", rejected("icmp 192.168.1.7 3 13").ports(kHost, {"443 open"}),
         "connect.forbidden-here", Confidence::sure, "this machine itself"},
        {"the system forbids it", ConnectFacts().endpoint(kHost, "forbidden after 0"),
         "connect.forbidden-here", Confidence::sure},
        {"blackhole route", ConnectFacts().endpoint(kHost, "blackhole after 0"), "connect.dead-route-here",
         Confidence::sure},
        {"unreachable route", ConnectFacts().endpoint(kHost, "unreachable after 0"),
         "connect.dead-route-here"},
        {"gateway is off, and a name server in our own network answers",
         with(ConnectFacts().own("192.168.1.7").endpoint(kHost, "icmp 192.168.1.7 3 1 after 3060"),
              [](F f) { dns_from(f, "192.168.1.53:53"); }),
         "connect.network-dead-here", Confidence::sure, "the gateway's address"},
        {"the gateway of one route is off, the others work",
         with(ConnectFacts().own("192.168.1.7").endpoint(kHost, "icmp 192.168.1.7 3 1 after 3060"),
              [](F f) { dns_from(f, "9.9.9.9:53"); }),
         "connect.gateway-silent", Confidence::sure, "the gateway's address"},
        {"own router says that nobody is there, far away",
         with(rejected("icmp 192.168.1.1 3 1").ports(kHost, {"443 icmp 192.168.1.1 3 1"}),
              [](F f) { f.controls({"open", "open", "open"}); }),
         "connect.router-has-no-way", Confidence::likely, "ICMP from 192.168.1.1; 3 of 3"},
        {"own router has no route there",
         with(rejected("icmp 192.168.1.1 3 0").ports(kHost, {"443 icmp 192.168.1.1 3 0"}),
              [](F f) { f.controls({"open", "open", "open"}); }),
         "connect.router-has-no-way", Confidence::likely},
        {"refused by this machine or its router: far sooner than anybody else answers",
         with(ConnectFacts()
                  .endpoint(kHost, "refused after 0")
                  .ports(kHost, {"25 refused after 0", "443 open after 20"}),
              [](F f) { f.controls({"refused after 0", "refused after 0", "refused after 0"}); }),
         "connect.blocked-in-your-network", Confidence::likely, "within 1 ms"},
        {"refused by our own router, as the trace shows, whatever is asked for",
         with(ConnectFacts()
                  .own("192.168.1.7")
                  .endpoint(kHost, "refused after 2")
                  .ports(kHost, {"443 open after 40"}),
              [](F f) {
                  f.controls({"refused after 2", "refused after 2"})
                      .trace(kHost, 25, {"1 expired 192.168.1.1", "2 refused"})
                      .trace(kHost, 443,
                             {"1 expired 192.168.1.1", "2 expired 192.168.0.1", "3 expired 5.0.2.1",
                              "4 connected"});
              }),
         "connect.blocked-in-your-network", Confidence::likely, "hop 2"},
        {"only the web gets out",
         with(all_ports_silent(),
              [](F f) {
                  f.controls({"silent", "silent", "silent"})
                      .controls({"silent", "silent", "silent"}, Family::ipv4, 587)
                      .controls({"open"}, Family::ipv4, 443);
              }),
         "connect.only-web-gets-out", Confidence::likely, "on port 587 0 of 3; port 443 works"},
        {"one control, whose 25 is as silent and whose 587 answers",
         with(all_ports_silent(), [](F f) { f.controls({"silent"}).controls({"open"}, Family::ipv4, 587); }),
         "probe.port-25-blocked-here", Confidence::likely, "0 of 1 controls"},
        {"IPv6 silent here, and at a control",
         with(ConnectFacts()
                  .endpoint(kHost6, "silent", "mx1.example.com")
                  .endpoint("5.0.1.25", "open")
                  .ports(kHost6, {"443 silent"}),
              [](F f) { f.controls({"silent"}, Family::ipv6); }),
         "connect.family-broken-here", Confidence::likely, "a control, which does not answer either"},
        {"gateway is off",
         ConnectFacts().own("192.168.1.7").endpoint(kHost, "icmp 192.168.1.7 3 1 after 3060"),
         "connect.network-dead-here", Confidence::sure},
        {"nothing answers at all",
         with(all_ports_silent(),
              [](F f) {
                  f.controls({"silent", "silent", "silent"})
                      .controls({"silent", "silent", "silent"}, Family::ipv4, 587);
              }),
         "connect.network-dead-here", Confidence::likely, "0 of 6 controls answer, on any port"},
        {"not even names",
         with(all_ports_silent(),
              [](F f) {
                  f.control_lookup("smtp.gmail.com", RecordType::a, "")
                      .control_lookup("smtp.mail.me.com", RecordType::a, "");
              }),
         "connect.network-dead-here"},
        {"router has no way out",
         with(rejected("icmp 192.168.1.1 3 0").ports(kHost, {"443 icmp 192.168.1.1 3 0"}),
              [](F f) {
                  f.controls({"icmp 192.168.1.1 3 0", "icmp 192.168.1.1 3 0"})
                      .controls({"icmp 192.168.1.1 3 0"}, Family::ipv4, 587);
              }),
         "connect.no-way-out", Confidence::sure},
        {"only IPv6 there, none here",
         with(ConnectFacts().untried(kHost6, NotTried::no_local_family),
              [](F f) { f.controls({"open", "open"}); }),
         "connect.family-missing-here", Confidence::sure},
        {"IPv6 of three networks dead, IPv4 works",
         ConnectFacts()
             .endpoint("2a05:1::25", "silent", "mx1.example.com")
             .endpoint("5.0.1.25", "open")
             .endpoint("2a05:2::25", "silent", "mx2.example.com")
             .endpoint("5.0.2.25", "open")
             .ports("2a05:1::25", {"443 silent"})
             .ports("2a05:2::25", {"443 silent"}),
         "connect.family-broken-here", Confidence::guess, "IPv4 works"},
    };
}

std::vector<Situation> by_trace()
{
    return {
        {"no controls: the trace ends at the provider",
         only_25_silent()
             .own("192.168.1.7")
             .trace(kHost, 25, {"1 expired 192.168.1.1", "2 expired 5.0.2.1", "3 silent", "4 silent"})
             .trace(kHost, 443,
                    {"1 expired 192.168.1.1", "2 expired 5.0.2.1", "3 expired 5.0.3.1", "4 expired 5.0.4.1",
                     "5 expired 5.0.9.1", "6 connected"}),
         "probe.port-25-blocked-here", Confidence::likely, "the trace"},
        {"no controls: the trace ends near them",
         only_25_silent()
             .own("192.168.1.7")
             .trace(kHost, 25,
                    {"1 expired 192.168.1.1", "2 expired 5.0.2.1", "3 expired 5.0.3.1", "4 expired 5.0.4.1",
                     "5 expired 5.0.9.1", "6 silent", "7 silent"})
             .trace(kHost, 443,
                    {"1 expired 192.168.1.1", "2 expired 5.0.2.1", "3 expired 5.0.3.1", "4 expired 5.0.4.1",
                     "5 expired 5.0.9.1", "6 connected"}),
         "connect.filtered-there", Confidence::likely, "the trace"},
        {"no controls: the trace ends at the first of our own routers",
         only_25_silent()
             .own("192.168.1.7")
             .trace(kHost, 25, {"1 expired 192.168.1.1", "2 silent"})
             .trace(kHost, 443,
                    {"1 expired 192.168.1.1", "2 expired 192.168.0.1", "3 expired 5.0.2.1", "4 connected"}),
         "connect.blocked-in-your-network", Confidence::likely, "the trace"},
        {"no controls, and no router speaks", only_25_silent().trace(kHost, 25, {"1 silent", "2 silent"}),
         "connect.filtered-somewhere", Confidence::guess},
        {"controls dead: the trace says whose rule it is",
         only_25_silent()
             .own("192.168.1.7")
             .controls({"silent", "silent"})
             .trace(kHost, 25, {"1 expired 192.168.1.1", "2 silent"})
             .trace(kHost, 443,
                    {"1 expired 192.168.1.1", "2 expired 192.168.0.1", "3 expired 5.0.2.1", "4 connected"}),
         "connect.blocked-in-your-network"},
        {"no controls: not even the first router hears them",
         only_25_silent()
             .own("10.1.2.3")
             .trace(kHost, 25, {"1 silent", "2 silent"})
             .trace(kHost, 443, {"1 expired 10.1.2.1", "2 expired 5.0.2.1", "3 connected"}),
         "probe.port-25-blocked-here", Confidence::likely, "the trace"},
    };
}

void check(const Situation& situation)
{
    INFO(situation.name);
    const auto diagnosis = diagnose(situation.facts.facts());
    REQUIRE_FALSE(diagnosis.findings.empty());
    const auto& lead = diagnosis.findings.front();
    INFO(diagnosis.headline << "\n" << lead.seen << "\n" << lead.decided_by);
    CHECK(lead.id == situation.lead);
    CHECK(lead.confidence == situation.confidence);
    CHECK(lead.decided_by.find(situation.decided_by) != std::string::npos);
    CHECK_FALSE(lead.expected.empty());
    for (const auto& finding : diagnosis.findings)
        if (finding.id.starts_with("fault.connect."))
            CHECK_FALSE(finding.part_of.empty());
}

} // namespace

TEST_CASE("Faults on their side are told from each other by other ports, other hosts and ICMP")
{
    for (const auto& situation : theirs())
        check(situation);
}

TEST_CASE("Faults on our side are told from theirs by controls")
{
    for (const auto& situation : ours())
        check(situation);
}

TEST_CASE("A trace says whose filter it is where no controls were asked")
{
    for (const auto& situation : by_trace())
        check(situation);
}

TEST_CASE("Where nobody but the host was asked, nobody is blamed for its silence")
{
    const auto alone = diagnose(all_ports_silent().facts());
    CHECK(alone.findings.front().id == "connect.host-silent");
    CHECK(alone.findings.front().confidence == Confidence::guess);
    CHECK(alone.who == Actor::unknown);
}

TEST_CASE("One family dead: a control over it says whose fault that is, and without one nobody knows")
{
    const auto dual = [](const char* six) {
        return std::move(ConnectFacts()
                             .endpoint(kHost6, six, "mx1.example.com")
                             .endpoint("5.0.1.25", "open")
                             .ports(kHost6, {"443 silent"}));
    };
    const auto nobody_asked = diagnose(dual("silent").facts());
    CHECK(nobody_asked.findings.front().id == "route.one-family-dead");
    CHECK(nobody_asked.findings.front().confidence == Confidence::guess);
    CHECK(nobody_asked.who == Actor::unknown);

    const auto control_works = diagnose(dual("silent").controls({"open"}, Family::ipv6).facts());
    CHECK(control_works.findings.front().id == "route.one-family-dead");
    CHECK(control_works.findings.front().confidence == Confidence::sure);
    CHECK(control_works.findings.front().decided_by.find("a control") != std::string::npos);
    CHECK(control_works.who == Actor::recipient_admin);

    // A refusal comes from there, so there is a way.
    CHECK(diagnose(dual("refused").facts()).who == Actor::recipient_admin);
}

TEST_CASE("Two networks dead over IPv6 may be one operator's, or we")
{
    const auto diagnosis = diagnose(ConnectFacts()
                                        .endpoint("2a05:1::25", "silent", "mx1.example.com")
                                        .endpoint("5.0.1.25", "open")
                                        .endpoint("2a05:2::25", "silent", "mx2.example.com")
                                        .ports("2a05:1::25", {"443 silent"})
                                        .ports("2a05:2::25", {"443 silent"})
                                        .facts());
    CHECK(diagnosis.findings.front().id == "connect.family-broken-here");
    CHECK(diagnosis.findings.front().confidence == Confidence::guess);
    CHECK(diagnosis.who == Actor::unknown);
}
