// SPDX-License-Identifier: Apache-2.0
#include "probe/run_probe.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <asio/post.hpp>

#include "lab/certificates.hpp"
#include "unit/probe/network.hpp"

using namespace smtpprobe;
using test::first_of;
using test::Network;
using test::overlap;
using namespace std::chrono_literals;

namespace {

constexpr const char* kHealthy = "S: 220 mx.example.com ESMTP\nC: EHLO *\nS: 250 mx.example.com\n";
constexpr const char* kSilent = "!: timeout\n";

bool quits(const Session& session)
{
    return std::any_of(session.transcript.begin(), session.transcript.end(), [](const Event& event) {
        const auto* sent = std::get_if<Sent>(&event.what);
        return sent != nullptr && sent->step == Step::quit;
    });
}

} // namespace

TEST_CASE("All questions that can be asked at once are asked at once")
{
    Network network;
    network.mx("mx1.example.com", 10);
    network.mx("mx2.example.com", 20);
    network.address("mx1.example.com", "127.78.1.1");
    network.address("mx2.example.com", "127.78.1.2");
    network.serve("127.78.1.1", kHealthy);
    network.serve("127.78.1.2", kHealthy);
    const auto facts = network.probe();
    REQUIRE(facts.lookups.size() == 7);
    // Two rounds: nobody in a round waits for another one of it.
    for (std::size_t i = 1; i < 3; ++i)
        CHECK(facts.lookups[i].asked_at < facts.lookups[0].asked_at + facts.lookups[0].took);
    for (std::size_t i = 4; i < 7; ++i)
        CHECK(facts.lookups[i].asked_at < facts.lookups[3].asked_at + facts.lookups[3].took);
    REQUIRE(facts.sessions.size() == 2);
    CHECK(quits(facts.sessions[0]));
    CHECK(quits(facts.sessions[1]));
}

TEST_CASE("Different hosts are talked to side by side")
{
    Network network;
    for (const auto* number : {"1", "2", "3"}) {
        const auto host = std::string("mx") + number + ".example.com";
        const auto address = std::string("127.78.2.") + number;
        network.mx(host.c_str(), 10);
        network.address(host.c_str(), address.c_str());
        network.serve(address.c_str(), *number == '3' ? kHealthy : kSilent);
    }
    const auto facts = network.probe();
    REQUIRE(facts.sessions.size() == 3);
    CHECK(overlap(facts.sessions[0], facts.sessions[1]));
    CHECK(first_of<Broken>(facts.sessions[0])->fault.kind == FaultKind::timed_out);
    CHECK(quits(facts.sessions[2]));
}

TEST_CASE("The addresses of one host take turns")
{
    Network network;
    network.mx("mx.example.com", 10);
    for (const auto* address : {"127.78.3.1", "127.78.3.2", "127.78.3.3"}) {
        network.address("mx.example.com", address);
        network.serve(address, kHealthy);
    }
    const auto facts = network.probe();
    REQUIRE(facts.sessions.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(quits(facts.sessions[i]));
        for (std::size_t j = 0; j < i; ++j)
            CHECK_FALSE(overlap(facts.sessions[i], facts.sessions[j]));
    }
}

TEST_CASE("A host that keeps silent while it is connected to is not connected to a second time")
{
    Network network;
    network.mx("mx.example.com", 10);
    network.address("mx.example.com", "127.78.4.1");
    network.address("mx.example.com", "127.78.4.2");
    network.serve("127.78.4.1", kSilent);
    network.serve("127.78.4.2", kHealthy);
    const auto facts = network.probe();
    REQUIRE(facts.sessions.size() == 2);
    CHECK_FALSE(overlap(facts.sessions[0], facts.sessions[1]));
    CHECK(quits(facts.sessions[1]));
}

TEST_CASE("With --first the rest is left alone once one works")
{
    Network network;
    network.settings.first = true;
    network.mx("mx1.example.com", 10);
    network.mx("mx2.example.com", 20);
    network.mx("mx3.example.com", 30);
    network.address("mx1.example.com", "127.78.5.1");
    network.address("mx2.example.com", "127.78.5.2");
    network.address("mx3.example.com", "127.78.5.3");
    network.serve("127.78.5.1", "S: 421 busy\n");
    network.serve("127.78.5.2", kHealthy);
    auto& third = network.serve("127.78.5.3", kHealthy);
    const auto facts = network.probe();
    REQUIRE(facts.sessions.size() == 3);
    CHECK(facts.sessions[0].not_tried == NotTried::tried);
    CHECK(quits(facts.sessions[1]));
    CHECK(facts.sessions[2].not_tried == NotTried::first_worked);
    CHECK(third.log().connections == 0);
}

TEST_CASE("Where TLS fails, the endpoint is tried again without it")
{
    Network network;
    network.settings.tls.reset();
    network.mx("mx.example.com", 10);
    network.address("mx.example.com", "127.78.6.1");
    auto& server = network.serve("127.78.6.1",
                                 "S: 220 mx.example.com ESMTP\nC: EHLO *\nS: 250-mx.example.com\nS: 250 "
                                 "STARTTLS\nC: STARTTLS\nS: 220 go\n!: alert 40\n<TLS>\n",
                                 make_server_context({make_self_signed({})}));
    const auto facts = network.probe();
    REQUIRE(facts.sessions.size() == 2);
    CHECK(first_of<Broken>(facts.sessions[0])->step == Step::tls);
    CHECK(facts.sessions[1].endpoint.tls == TlsMode::none);
    CHECK(quits(facts.sessions[1]));
    CHECK(server.log().most_at_once == 1);
}

TEST_CASE("The deadline ends the wait, and what was seen until then is kept")
{
    Network network;
    network.settings.step_timeout.reset();
    network.settings.deadline = 300ms;
    network.mx("mx.example.com", 10);
    network.address("mx.example.com", "127.78.7.1");
    network.serve("127.78.7.1", kSilent);
    const auto facts = network.probe();
    REQUIRE(facts.sessions.size() == 1);
    CHECK(first_of<Connected>(facts.sessions[0]) != nullptr);
    CHECK(first_of<Broken>(facts.sessions[0])->fault.kind == FaultKind::deadline);
    CHECK_FALSE(facts.interrupted);
}

TEST_CASE("An interrupt ends the wait, and says so")
{
    Network network;
    network.settings.step_timeout.reset();
    network.mx("mx.example.com", 10);
    network.address("mx.example.com", "127.78.8.1");
    network.serve("127.78.8.1", kSilent);
    const auto control = std::make_shared<ProbeControl>();
    ProbeEvents events;
    events.on_progress = [&](const Progress& progress) {
        if (!progress.talks.empty() && progress.talks[0].step == Step::greeting)
            asio::post(network.loop, [&] { control->interrupt(); });
    };
    const auto facts = network.probe(std::move(events), control);
    CHECK(facts.interrupted);
    REQUIRE(facts.sessions.size() == 1);
    CHECK(first_of<Broken>(facts.sessions[0])->fault.kind == FaultKind::cancelled);
}

TEST_CASE("What was learnt is told before QUIT is answered")
{
    Network network;
    network.settings.step_timeout.reset();
    network.mx("mx.example.com", 10);
    network.address("mx.example.com", "127.78.9.1");
    network.serve("127.78.9.1", std::string(kHealthy) + "C: QUIT\n!: timeout\n");
    const auto control = std::make_shared<ProbeControl>();
    ProbeEvents events;
    int settled = 0;
    events.on_settled = [&](const Facts& facts) {
        ++settled;
        REQUIRE(facts.sessions.size() == 1);
        CHECK(quits(facts.sessions[0]));
        CHECK(first_of<Broken>(facts.sessions[0]) == nullptr);
        asio::post(network.loop, [&] { control->hang_up(); });
    };
    const auto facts = network.probe(std::move(events), control);
    CHECK(settled == 1);
    CHECK(first_of<Broken>(facts.sessions[0])->step == Step::quit);
}

TEST_CASE("Without a route nobody is talked to")
{
    Network network;
    const auto facts = network.probe();
    CHECK(facts.route.kind == RouteKind::none);
    CHECK(facts.sessions.empty());
    CHECK(facts.lookups.size() == 3);
}
