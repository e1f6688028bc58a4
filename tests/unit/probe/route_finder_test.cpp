// SPDX-License-Identifier: Apache-2.0
// Answers that the route can do without do not hold it up.
#include "probe/route_finder.hpp"

#include <algorithm>
#include <memory>
#include <string>

#include <catch2/catch.hpp>

#include "lab/dns_server.hpp"
#include "support/run_on_loop.hpp"

using namespace smtpprobe;
using namespace std::chrono_literals;

namespace {

/// A name server that knows example.com, its mail host and their addresses.
struct Domain {
    asio::io_context loop;
    DnsServer dns{loop.get_executor()};
    Facts facts;
    std::unique_ptr<RouteFinder> finder;

    Domain()
    {
        facts.settings.name_servers = {dns.listen().value()};
        facts.target = parse_target("example.com").value();
        dns.add({mx_record("example.com", 10, "mx.example.com"), address_record("example.com", "192.0.2.1"),
                 address_record("mx.example.com", "192.0.2.2"),
                 address_record("mx.example.com", "2001:db8::2")});
    }

    void find(Duration grace = 10ms)
    {
        finder = std::make_unique<RouteFinder>(loop.get_executor(), RouteFinder::Clock::now(), grace);
        run_on(loop, found());
    }

    asio::awaitable<bool> found()
    {
        std::function<void(std::size_t)> nobody = [](std::size_t) {};
        co_await finder->find(facts, std::move(nobody));
        co_return true;
    }

    const Lookup* lookup(const std::string& name, RecordType type) const
    {
        const auto found = std::find_if(facts.lookups.begin(), facts.lookups.end(), [&](const Lookup& other) {
            return other.name == name && other.type == type;
        });
        return found == facts.lookups.end() ? nullptr : &*found;
    }

    std::string endpoints() const
    {
        std::string text;
        for (const auto& endpoint : facts.route.endpoints)
            text += (text.empty() ? "" : " ") + endpoint.address.text();
        return text;
    }
};

} // namespace

TEST_CASE("Where the MX gives hosts, nobody waits for the domain's own addresses")
{
    Domain domain;
    domain.dns.trouble("example.com", DnsTrouble::silence, RecordType::a);
    domain.dns.trouble("example.com", DnsTrouble::silence, RecordType::aaaa);
    domain.find(1h);
    CHECK(domain.endpoints() == "2001:db8::2 192.0.2.2");
    CHECK(domain.lookup("example.com", RecordType::a) == nullptr);
    CHECK(domain.lookup("example.com", RecordType::aaaa) == nullptr);
}

TEST_CASE("A host's unanswered AAAA is left after a while where its A is there, and stands in the facts")
{
    Domain domain;
    domain.dns.trouble("", DnsTrouble::silence, RecordType::aaaa);
    domain.find();
    CHECK(domain.endpoints() == "192.0.2.2");
    const auto* left = domain.lookup("mx.example.com", RecordType::aaaa);
    REQUIRE(left);
    CHECK(left->failure == LookupFailure::timed_out);
    CHECK(left->took < 2500ms);
}

TEST_CASE("A late answer takes the place of the unanswered one")
{
    Domain domain;
    domain.dns.trouble("mx.example.com", DnsTrouble::silence, RecordType::aaaa);
    domain.find();
    domain.dns.trouble("mx.example.com", DnsTrouble::none, RecordType::aaaa);
    domain.loop.restart();
    while (domain.lookup("mx.example.com", RecordType::aaaa)->outcome != LookupOutcome::found)
        domain.loop.run_one();
    CHECK(std::count_if(domain.facts.lookups.begin(), domain.facts.lookups.end(), [](const Lookup& lookup) {
              return lookup.name == "mx.example.com" && lookup.type == RecordType::aaaa;
          }) == 1);
    CHECK(
        std::is_sorted(domain.facts.lookups.begin(), domain.facts.lookups.end(),
                       [](const Lookup& one, const Lookup& other) { return one.asked_at < other.asked_at; }));
}

TEST_CASE("Without MX the addresses are awaited, one family long and the other briefly")
{
    Domain domain;
    domain.facts.target = parse_target("mx.example.com").value();
    domain.dns.trouble("mx.example.com", DnsTrouble::silence, RecordType::aaaa);
    domain.find();
    CHECK(domain.facts.route.kind == RouteKind::implicit_mx);
    CHECK(domain.endpoints() == "192.0.2.2");
}

TEST_CASE("What comes when the finder is gone is nobody's")
{
    Domain domain;
    domain.dns.trouble("mx.example.com", DnsTrouble::silence, RecordType::aaaa);
    domain.find();
    const auto before = domain.facts.lookups;
    domain.finder.reset();
    domain.loop.restart();
    domain.loop.poll(); // what was asked was cancelled, and says so
    CHECK(domain.facts.lookups == before);
}
