// SPDX-License-Identifier: Apache-2.0
// Which host of a route is told which login.
#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

#include "unit/probe/network.hpp"

using namespace smtpprobe;
using test::first_of;
using test::Network;
using test::overlap;

namespace {

constexpr const char* kRefusesLogin = "S: 220 mx.example.com ESMTP\nC: EHLO *\nS: 250-mx.example.com\n"
                                      "S: 250 AUTH PLAIN\nC: AUTH PLAIN *\nS: 535 5.7.8 wrong\n";

/// Two hosts, which take no login.
void refuse_logins(Network& network)
{
    network.mx("mx1.example.com", 10);
    network.mx("mx2.example.com", 20);
    network.address("mx1.example.com", "127.78.30.1");
    network.address("mx2.example.com", "127.78.30.2");
    network.serve("127.78.30.1", kRefusesLogin);
    network.serve("127.78.30.2", kRefusesLogin);
    network.settings.experiments = false;
    network.settings.auth.wanted = network.settings.auth.insecure = true;
    network.settings.auth.user = "jane";
    network.settings.auth.password = Secret("correct horse");
}

std::size_t logins_said(const Session& session)
{
    return static_cast<std::size_t>(
        std::count_if(session.transcript.begin(), session.transcript.end(), [](const Event& event) {
            const auto* sent = std::get_if<Sent>(&event.what);
            return sent != nullptr && sent->text.starts_with("AUTH ");
        }));
}

} // namespace

TEST_CASE("A login that one host has refused is not said to the next one")
{
    Network network;
    refuse_logins(network);
    const auto facts = network.probe();
    REQUIRE(facts.sessions.size() == 2);
    CHECK_FALSE(overlap(facts.sessions[0], facts.sessions[1]));
    CHECK(logins_said(facts.sessions[0]) == 1);
    CHECK(logins_said(facts.sessions[1]) == 0);
    const auto* kept = first_of<Skipped>(facts.sessions[1]);
    REQUIRE(kept != nullptr);
    CHECK(kept->step == Step::auth);
    CHECK(kept->because == SkipReason::refused_elsewhere);
    CHECK(kept->why.find("has refused it: 535 5.7.8 wrong") != std::string::npos);
}

TEST_CASE("Hosts with logins of their own each get theirs, and the others none")
{
    Network network;
    refuse_logins(network);
    network.settings.auth.user.clear();
    network.settings.auth.password = Secret();
    network.settings.auth.by_host = {{"mx1.example.com", "jane", Secret("correct horse")},
                                     {"mx2.example.com", "joe", Secret("battery staple")}};
    auto facts = network.probe();
    REQUIRE(facts.sessions.size() == 2);
    CHECK(logins_said(facts.sessions[0]) == 1);
    CHECK(logins_said(facts.sessions[1]) == 1);

    network.settings.auth.by_host->erase(network.settings.auth.by_host->begin());
    facts = network.probe();
    CHECK(logins_said(facts.sessions[0]) == 0);
    const auto* without = first_of<Skipped>(facts.sessions[0]);
    REQUIRE(without != nullptr);
    CHECK(without->why.find("has no entry for mx1.example.com") != std::string::npos);
    CHECK(logins_said(facts.sessions[1]) == 1);
}
