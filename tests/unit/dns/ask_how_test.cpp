// SPDX-License-Identifier: Apache-2.0
// Questions that are not simply put to the resolver.
#include <catch2/catch.hpp>

#include <array>
#include <functional>
#include <string>
#include <vector>

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/udp.hpp>

#include "dns_lab.hpp"

using namespace smtpprobe;
using namespace std::string_literals;

namespace {

/// Answers UDP with whatever `reply` makes of a query; an empty reply is silence.
class RawServer {
public:
    RawServer(asio::io_context& loop, std::function<std::string(const std::string&)> reply)
        : socket_(loop, asio::ip::udp::endpoint(asio::ip::make_address("127.0.0.1"), 0)),
          reply_(std::move(reply))
    {
        listen();
    }

    NameServer address() const { return {IpAddress::v4({127, 0, 0, 1}), socket_.local_endpoint().port()}; }

    std::vector<std::string> seen;

private:
    void listen()
    {
        socket_.async_receive_from(asio::buffer(buffer_), client_,
                                   [this](asio::error_code error, std::size_t size) {
                                       if (error)
                                           return;
                                       seen.emplace_back(buffer_.data(), size);
                                       if (const auto answer = reply_(seen.back()); !answer.empty())
                                           socket_.send_to(asio::buffer(answer), client_);
                                       listen();
                                   });
    }

    asio::ip::udp::socket socket_;
    asio::ip::udp::endpoint client_;
    std::array<char, 2000> buffer_{};
    std::function<std::string(const std::string&)> reply_;
};

unsigned flags_of(const std::string& query)
{
    return static_cast<unsigned>(static_cast<unsigned char>(query[2]) << 8 |
                                 static_cast<unsigned char>(query[3]));
}

/// The query turned into an answer: other flags, and behind the question what is given.
std::string answer_to(const std::string& query, unsigned flags, const std::string& counts,
                      const std::string& rest)
{
    const auto question_end = query.find('\0', 12) + 5;
    return query.substr(0, 2) + static_cast<char>(flags >> 8) + static_cast<char>(flags & 255) + "\0\1"s +
           counts + query.substr(12, question_end - 12) + rest;
}

const std::string kOpt = "\0\0\x29\x04\xd0\0\0\0\0\0\0"s;
const std::string kAddress = "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1"s;

struct Direct {
    asio::io_context loop;
    ResolverSettings settings = test::impatient({test::closed_port()});

    Lookup ask(const AskHow& how, RecordType type = RecordType::a)
    {
        Resolver resolver(loop.get_executor(), settings);
        std::optional<Lookup> answer;
        resolver.ask({"example.com", type}, how, Resolver::Clock::now(),
                     [&](Lookup lookup) { answer = std::move(lookup); });
        while (!answer && loop.run_one() != 0) {
        }
        return answer.value();
    }
};

} // namespace

TEST_CASE("a server that is asked directly is asked alone, and without recursion")
{
    Direct direct;
    RawServer server(direct.loop, [](const std::string& query) {
        return answer_to(query, 0x8400, "\0\1\0\0\0\1"s, kAddress + kOpt);
    });
    AskHow how;
    how.server = server.address();
    const auto lookup = direct.ask(how);
    CHECK(lookup.outcome == LookupOutcome::found);
    CHECK(lookup.direct);
    CHECK(lookup.authoritative);
    CHECK(lookup.server == "127.0.0.1:" + std::to_string(server.address().port));
    REQUIRE(server.seen.size() == 1);
    CHECK((flags_of(server.seen[0]) & 0x0110) == 0); // neither RD nor CD
}

TEST_CASE("a direct answer's aliases are not followed to another zone")
{
    Direct direct;
    RawServer server(direct.loop, [](const std::string& query) {
        return answer_to(query, 0x8400, "\0\1\0\0\0\0"s, "\xc0\x0c\0\5\0\1\0\0\0\x3c\0\4\2mx\0"s);
    });
    AskHow how;
    how.server = server.address();
    const auto lookup = direct.ask(how);
    CHECK(lookup.outcome == LookupOutcome::no_records);
    REQUIRE(lookup.aliases.size() == 1);
    CHECK(lookup.aliases[0].name == "mx");
    CHECK(server.seen.size() == 1);
}

TEST_CASE("a referral is kept of a direct answer")
{
    Direct direct;
    RawServer server(direct.loop, [](const std::string& query) {
        return answer_to(query, 0x8000, "\0\0\0\1\0\0"s, "\xc0\x0c\0\2\0\1\0\0\0\x3c\0\4\2ns\0"s);
    });
    AskHow how;
    how.server = server.address();
    const auto lookup = direct.ask(how);
    CHECK(lookup.outcome == LookupOutcome::no_records);
    CHECK_FALSE(lookup.authoritative);
    REQUIRE(lookup.referral.size() == 1);
    CHECK(lookup.referral[0].name == "ns");
}

TEST_CASE("with checking disabled the signatures come along, and the resolver is asked")
{
    Direct direct;
    RawServer server(direct.loop, [](const std::string& query) {
        return answer_to(query, 0x8190, "\0\2\0\0\0\1"s,
                         kAddress + "\xc0\x0c\0\x2e\0\1\0\0\0\x3c\0\4\0\1\x0d\2"s + kOpt);
    });
    direct.settings.servers = {server.address()};
    AskHow how;
    how.checking_disabled = true;
    const auto lookup = direct.ask(how);
    CHECK(lookup.outcome == LookupOutcome::found);
    CHECK(lookup.checking_disabled);
    CHECK_FALSE(lookup.direct);
    REQUIRE(lookup.signatures.size() == 1);
    CHECK(lookup.signatures[0].data == "00010d02");
    CHECK((flags_of(server.seen.at(0)) & 0x0110) == 0x0110);
    CHECK(server.seen[0].substr(server.seen[0].size() - 4) == "\x80\0\0\0"s); // DO
}

TEST_CASE("an Extended DNS Error is kept, of a failure too")
{
    Direct direct;
    const auto with_error = "\0\0\x29\x04\xd0\0\0\0\0\0\x0b\0\x0f\0\7\0\7hello"s;
    RawServer server(direct.loop, [&](const std::string& query) {
        return answer_to(query, 0x8182, "\0\0\0\0\0\1"s, with_error);
    });
    direct.settings.servers = {server.address()};
    const auto lookup = direct.ask(AskHow());
    CHECK(lookup.failure == LookupFailure::server_failure);
    CHECK(lookup.rcode == 2);
    CHECK(lookup.extended_error == 7);
    CHECK(lookup.extended_text == "hello");
}

TEST_CASE("a server that takes questions only without EDNS is told apart from one that ignores EDNS")
{
    const bool refuses = GENERATE(true, false);
    Direct direct;
    RawServer server(direct.loop, [&](const std::string& query) {
        const bool edns = query[11] == 1;
        if (edns && refuses)
            return answer_to(query, 0x8401, "\0\0\0\0\0\0"s, "");
        return answer_to(query, 0x8400, "\0\1\0\0\0\0"s, kAddress);
    });
    AskHow how;
    how.server = server.address();
    const auto lookup = direct.ask(how);
    CHECK(lookup.outcome == LookupOutcome::found);
    CHECK(lookup.edns_refused == refuses);
}

TEST_CASE("a silent server is asked twice directly, and a closed one once")
{
    Direct direct;
    direct.settings.attempts = 3;
    RawServer server(direct.loop, [](const std::string&) { return std::string(); });
    AskHow how;
    how.server = server.address();
    CHECK(direct.ask(how).failure == LookupFailure::timed_out);
    CHECK(server.seen.size() == 2);
    how.server = test::closed_port();
    const auto closed = direct.ask(how);
    CHECK(closed.failure == LookupFailure::connection_refused);
    CHECK(closed.attempts == 1);
    CHECK(closed.server == "127.0.0.1:" + std::to_string(how.server->port)); // who was asked, though silent
}

TEST_CASE("a brief question is asked twice at most")
{
    Direct direct;
    direct.settings.attempts = 3;
    RawServer server(direct.loop, [](const std::string&) { return std::string(); });
    direct.settings.servers = {server.address()};
    AskHow how;
    how.briefly = true;
    CHECK(direct.ask(how).failure == LookupFailure::timed_out);
    CHECK(server.seen.size() == 2);
    CHECK(direct.ask(AskHow()).attempts == 3);
}

TEST_CASE("a question can go over TCP from the start, and its failures keep their names")
{
    test::DnsLab lab;
    lab.server.add(address_record("example.com", "192.0.2.1"));
    Resolver resolver(lab.loop.get_executor(), lab.settings);
    AskHow how;
    how.over_tcp = true;
    std::optional<Lookup> good;
    resolver.ask({"example.com", RecordType::a}, how, Resolver::Clock::now(),
                 [&](Lookup lookup) { good = std::move(lookup); });
    while (!good && lab.loop.run_one() != 0) {
    }
    REQUIRE(good);
    CHECK(good->outcome == LookupOutcome::found);
    CHECK(good->over_tcp);
    REQUIRE(lab.server.seen().size() == 1);
    CHECK(lab.server.seen()[0].tcp);

    Direct direct; // its resolver is a closed port
    CHECK(direct.ask(how).failure == LookupFailure::connection_refused);
}
