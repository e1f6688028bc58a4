// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <string>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>

#include "dns_lab.hpp"

using namespace smtpprobe;
using test::DnsLab;

namespace {

Question question(std::string name, RecordType type) { return {std::move(name), type}; }

std::vector<std::string> names_of(const std::vector<Record>& records)
{
    std::vector<std::string> names;
    for (const auto& record : records)
        names.push_back(record.name);
    return names;
}

} // namespace

TEST_CASE("MX records are found with preference, host, TTL, and who said so")
{
    DnsLab lab;
    lab.server.add({mx_record("example.com", 10, "mx1.example.com", 120),
                    mx_record("example.com", 20, "mx2.example.com", 60)});
    const auto lookup = lab.ask("example.com", RecordType::mx);
    REQUIRE(lookup.outcome == LookupOutcome::found);
    REQUIRE(lookup.records.size() == 2);
    CHECK(lookup.records[0].preference == 10);
    CHECK(lookup.records[0].name == "mx1.example.com");
    CHECK(lookup.records[1].preference == 20);
    CHECK(lookup.ttl == 60);
    CHECK(lookup.server == "127.0.0.1:" + std::to_string(lab.address.port));
    CHECK(lookup.attempts == 1);
    CHECK_FALSE(lookup.authenticated);
    CHECK_FALSE(lookup.over_tcp);
    CHECK(lookup.failure == LookupFailure::none);
}

TEST_CASE("a query has an OPT record and the AD bit, and ids differ")
{
    DnsLab lab;
    std::vector<Question> many;
    for (int i = 0; i < 20; ++i)
        many.push_back(question("n" + std::to_string(i) + ".example.com", RecordType::a));
    lab.ask_all(many);
    std::vector<std::uint16_t> ids;
    for (const auto& seen : lab.server.seen()) {
        CHECK(seen.edns);
        CHECK(seen.authentic_data);
        CHECK_FALSE(seen.tcp);
        ids.push_back(seen.id);
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    CHECK(ids.size() > 15); // chance alone makes two of twenty equal once in 350 runs
}

TEST_CASE("every type that mail asks for is read")
{
    DnsLab lab;
    lab.server.add({address_record("example.com", "192.0.2.1"), address_record("example.com", "2001:db8::1"),
                    txt_record("example.com", std::string(300, 'x')),
                    ptr_record("192.0.2.1", "mx.example.com"), ptr_record("2001:db8::1", "mx6.example.com"),
                    cname_record("www.example.com", "example.com")});
    CHECK(lab.ask("example.com", RecordType::a).records.at(0).address.text() == "192.0.2.1");
    CHECK(lab.ask("example.com", RecordType::aaaa).records.at(0).address.text() == "2001:db8::1");
    CHECK(lab.ask("example.com", RecordType::txt).records.at(0).data == std::string(300, 'x'));
    CHECK(lab.ask("1.2.0.192.in-addr.arpa", RecordType::ptr).records.at(0).name == "mx.example.com");
    CHECK(lab.ask(IpAddress::parse("2001:db8::1")->reverse_name(), RecordType::ptr).records.at(0).name ==
          "mx6.example.com");
    const auto alias = lab.ask("www.example.com", RecordType::cname);
    CHECK(alias.records.at(0).name == "example.com");
    CHECK(alias.aliases.empty());
}

TEST_CASE("NXDOMAIN and NODATA are told apart, with the TTL of the SOA")
{
    DnsLab lab;
    lab.server.add(address_record("mx.example.com", "192.0.2.1"));
    const auto missing = lab.ask("missing.example.com", RecordType::mx);
    CHECK(missing.outcome == LookupOutcome::no_such_domain);
    CHECK(missing.rcode == 3);
    CHECK(missing.ttl == 60);
    const auto empty = lab.ask("mx.example.com", RecordType::mx);
    CHECK(empty.outcome == LookupOutcome::no_records);
    CHECK(empty.ttl == 60);
    CHECK(lab.ask("example.com", RecordType::a).outcome == LookupOutcome::no_records);
}

TEST_CASE("an answer without records and without SOA is NODATA")
{
    DnsLab lab;
    lab.server.trouble("example.com", DnsTrouble::empty_answer);
    CHECK(lab.ask("example.com", RecordType::mx).outcome == LookupOutcome::no_records);
}

TEST_CASE("every way in which a name server fails has its own name")
{
    struct Row {
        DnsTrouble trouble;
        LookupFailure failure;
        int rcode;
    };
    const auto row = GENERATE(Row{DnsTrouble::server_failure, LookupFailure::server_failure, 2},
                              Row{DnsTrouble::refused, LookupFailure::refused, 5},
                              Row{DnsTrouble::not_implemented, LookupFailure::not_implemented, 4},
                              Row{DnsTrouble::format_error, LookupFailure::format_error, 1},
                              Row{DnsTrouble::other_rcode, LookupFailure::other_rcode, 9},
                              Row{DnsTrouble::silence, LookupFailure::timed_out, 0},
                              Row{DnsTrouble::garbage, LookupFailure::malformed, 0},
                              Row{DnsTrouble::broken_answer, LookupFailure::malformed, 0},
                              Row{DnsTrouble::compression_loop, LookupFailure::malformed, 0},
                              Row{DnsTrouble::wrong_id, LookupFailure::malformed, 0},
                              Row{DnsTrouble::wrong_question, LookupFailure::malformed, 0},
                              Row{DnsTrouble::truncated_tcp_closed, LookupFailure::truncated, 0});
    DnsLab lab;
    lab.server.add(mx_record("example.com", 10, "mx.example.com"));
    lab.server.trouble("example.com", row.trouble);
    const auto lookup = lab.ask("example.com", RecordType::mx);
    INFO(static_cast<int>(row.trouble));
    CHECK(lookup.outcome == LookupOutcome::failed);
    CHECK(name(lookup.failure) == name(row.failure));
    CHECK(lookup.rcode == row.rcode);
    CHECK(lookup.records.empty());
}

TEST_CASE("a closed port is told from silence, and is not asked again")
{
    DnsLab lab;
    lab.settings = test::impatient({test::closed_port()});
    const auto lookup = lab.ask("example.com", RecordType::mx);
    CHECK(lookup.failure == LookupFailure::connection_refused);
    CHECK(lookup.attempts == 1);
}

TEST_CASE("a name server that no route leads to is unreachable")
{
    DnsLab lab;
    // The kernel refuses to send to the broadcast address; that needs no network to be missing.
    NameServer broadcast;
    broadcast.address = IpAddress::v4({255, 255, 255, 255});
    lab.settings = test::impatient({broadcast});
    CHECK(lab.ask("example.com", RecordType::mx).failure == LookupFailure::unreachable);
}

TEST_CASE("a silent name server is asked again, and no longer than allowed")
{
    DnsLab lab;
    lab.server.trouble("", DnsTrouble::silence);
    const auto lookup = lab.ask("example.com", RecordType::mx);
    CHECK(lookup.failure == LookupFailure::timed_out);
    CHECK(lookup.attempts == 2);
    CHECK(lookup.server.empty());
}

TEST_CASE("SERVFAIL is asked again once, REFUSED is final for that server")
{
    DnsLab lab;
    lab.settings.attempts = 3;
    lab.server.trouble("fail.example.com", DnsTrouble::server_failure);
    lab.server.trouble("refused.example.com", DnsTrouble::refused);
    CHECK(lab.ask("fail.example.com", RecordType::mx).attempts == 2);
    CHECK(lab.ask("refused.example.com", RecordType::mx).attempts == 1);
}

TEST_CASE("when a server fails the next one is asked")
{
    DnsLab lab;
    DnsServer good(lab.loop.get_executor());
    good.add(address_record("example.com", "192.0.2.1"));
    const auto trouble =
        GENERATE(DnsTrouble::server_failure, DnsTrouble::refused, DnsTrouble::silence, DnsTrouble::garbage,
                 DnsTrouble::not_implemented, DnsTrouble::truncated_tcp_closed);
    lab.server.trouble("", trouble);
    const auto second = DnsLab::listening(good);
    lab.settings = test::impatient({lab.address, second});
    const auto lookup = lab.ask("example.com", RecordType::a);
    CHECK(lookup.outcome == LookupOutcome::found);
    CHECK(lookup.failure == LookupFailure::none);
    CHECK(lookup.rcode == 0);
    CHECK(lookup.server == "127.0.0.1:" + std::to_string(second.port));
}

TEST_CASE("a closed first server costs nothing but a query")
{
    DnsLab lab;
    lab.server.add(address_record("example.com", "192.0.2.1"));
    lab.settings = test::impatient({test::closed_port(), lab.address});
    const auto lookup = lab.ask("example.com", RecordType::a);
    CHECK(lookup.outcome == LookupOutcome::found);
    CHECK(lookup.attempts == 2);
}

TEST_CASE("what a server says outweighs another one's silence")
{
    DnsLab lab;
    DnsServer refusing(lab.loop.get_executor());
    refusing.trouble("", DnsTrouble::refused);
    lab.server.trouble("", DnsTrouble::silence);
    const auto second = DnsLab::listening(refusing);
    lab.settings = test::impatient({lab.address, second});
    const auto lookup = lab.ask("example.com", RecordType::a);
    CHECK(lookup.failure == LookupFailure::refused);
    CHECK(lookup.rcode == 5);
    CHECK(lookup.server == "127.0.0.1:" + std::to_string(second.port));
}

TEST_CASE("a server that was silent once is asked last from then on")
{
    DnsLab lab;
    DnsServer good(lab.loop.get_executor());
    good.add(address_record("example.com", "192.0.2.1"));
    lab.server.trouble("", DnsTrouble::silence);
    Resolver resolver(lab.loop.get_executor(), test::impatient({lab.address, DnsLab::listening(good)}));
    std::vector<int> attempts;
    const std::function<void(Lookup)> note = [&](Lookup lookup) {
        attempts.push_back(lookup.attempts);
        if (attempts.size() < 2)
            resolver.ask(question("example.com", RecordType::a), Resolver::Clock::now(), note);
    };
    resolver.ask(question("example.com", RecordType::a), Resolver::Clock::now(), note);
    while (attempts.size() < 2 && lab.loop.run_one() != 0) {
    }
    CHECK(attempts == std::vector<int>{2, 1});
}

TEST_CASE("a truncated answer is asked for again over TCP")
{
    DnsLab lab;
    lab.server.add(mx_record("example.com", 10, "mx.example.com"));
    lab.server.trouble("example.com", DnsTrouble::truncated);
    const auto lookup = lab.ask("example.com", RecordType::mx);
    CHECK(lookup.outcome == LookupOutcome::found);
    CHECK(lookup.over_tcp);
    CHECK(lookup.attempts == 2);
    CHECK(lab.server.seen().back().tcp);
}

TEST_CASE("forty MX records arrive over UDP, sixty and four hundred over TCP")
{
    DnsLab lab;
    for (int i = 0; i < 400; ++i) {
        const auto host = "mx" + std::to_string(i);
        if (i < 40)
            lab.server.add(mx_record("forty.example.com", 10, host + ".forty.example.com"));
        if (i < 60)
            lab.server.add(mx_record("sixty.example.com", 10, host + ".sixty.example.com"));
        lab.server.add(
            mx_record("more.example.com", 10, host + ".a-rather-long-name-of-a-provider.example.net"));
    }
    const auto forty = lab.ask("forty.example.com", RecordType::mx);
    CHECK(forty.records.size() == 40);
    CHECK_FALSE(forty.over_tcp);
    const auto sixty = lab.ask("sixty.example.com", RecordType::mx);
    CHECK(sixty.records.size() == 60);
    CHECK(sixty.over_tcp);
    const auto more = lab.ask("more.example.com", RecordType::mx);
    CHECK(more.records.size() == 400);
    CHECK(more.over_tcp);
}

TEST_CASE("a server that does not know OPT is asked without it, from then on")
{
    DnsLab lab;
    lab.server.add(
        {mx_record("example.com", 10, "mx.example.com"), address_record("mx.example.com", "192.0.2.1")});
    lab.server.trouble("", DnsTrouble::format_error_with_edns);
    Resolver resolver(lab.loop.get_executor(), lab.settings);
    std::vector<Lookup> lookups;
    const std::function<void(Lookup)> note = [&](Lookup lookup) {
        lookups.push_back(std::move(lookup));
        if (lookups.size() < 2)
            resolver.ask(question("mx.example.com", RecordType::a), Resolver::Clock::now(), note);
    };
    resolver.ask(question("example.com", RecordType::mx), Resolver::Clock::now(), note);
    while (lookups.size() < 2 && lab.loop.run_one() != 0) {
    }
    REQUIRE(lookups.size() == 2);
    CHECK(lookups[0].outcome == LookupOutcome::found);
    CHECK(lookups[1].outcome == LookupOutcome::found);
    REQUIRE(lab.server.seen().size() == 3);
    CHECK(lab.server.seen()[0].edns);
    CHECK_FALSE(lab.server.seen()[1].edns);
    CHECK_FALSE(lab.server.seen()[2].edns);
}

TEST_CASE("a server without OPT gives its long answers over TCP")
{
    DnsLab lab;
    for (int i = 0; i < 60; ++i)
        lab.server.add(mx_record("example.com", 10, "mx" + std::to_string(i) + ".example.com"));
    lab.server.trouble("", DnsTrouble::format_error_with_edns);
    const auto lookup = lab.ask("example.com", RecordType::mx);
    CHECK(lookup.records.size() == 60);
    CHECK(lookup.over_tcp);
}

TEST_CASE("aliases are followed, and told in order")
{
    DnsLab lab;
    lab.server.add({cname_record("mx.example.com", "host.example.net", 30),
                    cname_record("host.example.net", "real.example.org"),
                    address_record("real.example.org", "192.0.2.7")});
    const bool server_follows = GENERATE(true, false);
    if (!server_follows)
        lab.server.trouble("", DnsTrouble::first_alias_only);
    const auto lookup = lab.ask("mx.example.com", RecordType::a);
    REQUIRE(lookup.outcome == LookupOutcome::found);
    CHECK(lookup.name == "mx.example.com");
    CHECK(names_of(lookup.aliases) == std::vector<std::string>{"host.example.net", "real.example.org"});
    CHECK(lookup.records.at(0).address.text() == "192.0.2.7");
    CHECK(lookup.records.at(0).owner == "real.example.org");
    CHECK(lookup.ttl == 30);
    CHECK(lab.server.seen().size() == (server_follows ? 1 : 3));
}

TEST_CASE("an alias that leads nowhere says so, and where it led")
{
    DnsLab lab;
    lab.server.add({cname_record("a.example.com", "missing.example.net"),
                    cname_record("b.example.com", "txt.example.com"), txt_record("txt.example.com", "here")});
    const auto missing = lab.ask("a.example.com", RecordType::a);
    CHECK(missing.outcome == LookupOutcome::no_such_domain);
    CHECK(names_of(missing.aliases) == std::vector<std::string>{"missing.example.net"});
    const auto empty = lab.ask("b.example.com", RecordType::a);
    CHECK(empty.outcome == LookupOutcome::no_records);
    CHECK(empty.aliases.size() == 1);
}

TEST_CASE("an alias loop ends as one, whether the server follows it or not")
{
    DnsLab lab;
    lab.server.add({cname_record("a.example.com", "b.example.com"),
                    cname_record("b.example.com", "a.example.com"),
                    cname_record("self.example.com", "self.example.com")});
    if (GENERATE(true, false))
        lab.server.trouble("", DnsTrouble::first_alias_only);
    CHECK(name(lab.ask("a.example.com", RecordType::a).failure) == "cname-loop");
    CHECK(name(lab.ask("self.example.com", RecordType::a).failure) == "cname-loop");
}

TEST_CASE("a chain of eight aliases is followed, one of nine is not")
{
    DnsLab lab;
    for (int i = 0; i < 9; ++i)
        lab.server.add(cname_record("n" + std::to_string(i) + ".example.com",
                                    "n" + std::to_string(i + 1) + ".example.com"));
    lab.server.add(address_record("n9.example.com", "192.0.2.9"));
    CHECK(lab.ask("n1.example.com", RecordType::a).outcome == LookupOutcome::found);
    CHECK(lab.ask("n0.example.com", RecordType::a).failure == LookupFailure::cname_loop);
}

TEST_CASE("the AD bit of the answer is kept")
{
    DnsLab lab;
    lab.server.add(mx_record("example.com", 10, "mx.example.com"));
    lab.server.authenticated(true);
    CHECK(lab.ask("example.com", RecordType::mx).authenticated);
}

TEST_CASE("two hundred questions at once are all answered, in their order")
{
    DnsLab lab;
    std::vector<Question> questions;
    for (int i = 0; i < 200; ++i) {
        const auto host = "h" + std::to_string(i) + ".example.com";
        lab.server.add(address_record(host, "192.0.2." + std::to_string(i)));
        questions.push_back(question(host, RecordType::a));
    }
    const auto lookups = lab.ask_all(questions);
    int right = 0;
    for (std::size_t i = 0; i < lookups.size(); ++i)
        right += lookups[i].name == questions[i].name && lookups[i].records.size() == 1 &&
                 lookups[i].records[0].address.text() == "192.0.2." + std::to_string(i);
    CHECK(right == 200);
}

TEST_CASE("questions of all kinds about one domain go out at once")
{
    DnsLab lab;
    lab.server.add(
        {mx_record("example.com", 10, "mx.example.com"), address_record("example.com", "192.0.2.1")});
    const auto lookups =
        lab.ask_all({question("example.com", RecordType::mx), question("example.com", RecordType::a),
                     question("example.com", RecordType::aaaa)});
    CHECK(lookups[0].outcome == LookupOutcome::found);
    CHECK(lookups[1].outcome == LookupOutcome::found);
    CHECK(lookups[2].outcome == LookupOutcome::no_records);
}

TEST_CASE("a coroutine gets all its lookups in the questions' order")
{
    DnsLab lab;
    lab.server.add(address_record("one.example.com", "192.0.2.1"));
    lab.server.delay("one.example.com", std::chrono::milliseconds(20));
    Resolver resolver(lab.loop.get_executor(), lab.settings);
    std::vector<Lookup> lookups;
    bool over = false;
    auto work = [&]() -> asio::awaitable<void> {
        std::vector<Question> questions;
        questions.push_back(question("one.example.com", RecordType::a));
        questions.push_back(question("two.example.com", RecordType::a));
        lookups = co_await resolver.ask_all(std::move(questions), Resolver::Clock::now());
        std::vector<Question> none;
        auto nothing = co_await resolver.ask_all(std::move(none), Resolver::Clock::now());
        CHECK(nothing.empty());
        over = true;
    };
    asio::co_spawn(lab.loop, work, asio::detached);
    while (!over && lab.loop.run_one() != 0) {
    }
    REQUIRE(lookups.size() == 2);
    CHECK(lookups[0].outcome == LookupOutcome::found);
    CHECK(lookups[1].outcome == LookupOutcome::no_such_domain);
}

TEST_CASE("nothing is told from within ask, not even a name that cannot be asked")
{
    DnsLab lab;
    Resolver resolver(lab.loop.get_executor(), lab.settings);
    int told = 0;
    LookupFailure failure{};
    resolver.ask(question("a..example.com", RecordType::a), Resolver::Clock::now(), [&](Lookup lookup) {
        ++told;
        failure = lookup.failure;
    });
    CHECK(told == 0);
    while (told == 0 && lab.loop.run_one() != 0) {
    }
    CHECK(name(failure) == "format-error");
    CHECK(lab.server.seen().empty());
}

TEST_CASE("cancelling ends every question, and those that come later")
{
    DnsLab lab;
    lab.server.trouble("silent.example.com", DnsTrouble::silence);
    lab.server.add(address_record("example.com", "192.0.2.1"));
    Resolver resolver(lab.loop.get_executor(), lab.settings);
    int cancelled = 0;
    for (int i = 0; i < 150; ++i) // more than go out at once
        resolver.ask(question("silent.example.com", RecordType::a), Resolver::Clock::now(),
                     [&](const Lookup& lookup) { cancelled += lookup.failure == LookupFailure::cancelled; });
    resolver.cancel();
    CHECK(cancelled == 0);
    LookupFailure late = LookupFailure::none;
    bool over = false;
    resolver.ask(question("example.com", RecordType::a), Resolver::Clock::now(), [&](const Lookup& lookup) {
        late = lookup.failure;
        over = true;
    });
    CHECK_FALSE(over); // never from within ask()
    while (!over && lab.loop.run_one() != 0) {
    }
    CHECK(cancelled == 150);
    CHECK(late == LookupFailure::cancelled);
    CHECK(lab.server.seen().empty());
}

TEST_CASE("a resolver may be destroyed with questions under way")
{
    DnsLab lab;
    lab.server.trouble("example.com", GENERATE(DnsTrouble::silence, DnsTrouble::truncated, DnsTrouble::none));
    int told = 0;
    {
        Resolver resolver(lab.loop.get_executor(), lab.settings);
        for (int i = 0; i < 10; ++i)
            resolver.ask(question("example.com", RecordType::a), Resolver::Clock::now(),
                         [&](const Lookup&) { ++told; });
        lab.loop.poll_one();
    }
    lab.server.close();
    lab.loop.run(); // nothing of the resolver keeps the loop alive
    CHECK(told == 10);
}

TEST_CASE("a loop may end before its resolver")
{
    auto loop = std::make_unique<asio::io_context>();
    {
        DnsServer server(loop->get_executor());
        server.trouble("", DnsTrouble::silence);
        auto resolver =
            std::make_unique<Resolver>(loop->get_executor(), test::impatient({DnsLab::listening(server)}));
        resolver->ask(question("example.com", RecordType::a), Resolver::Clock::now(), [](const Lookup&) {});
        loop->poll();
    }
    loop.reset();
    SUCCEED();
}
