// SPDX-License-Identifier: Apache-2.0
#include "probe/run_probe.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <asio/post.hpp>

#include "lab/certificates.hpp"
#include "lab/dns_server.hpp"
#include "lab/smtp_server.hpp"
#include "support/run_on_loop.hpp"

using namespace smtpprobe;
using namespace std::chrono_literals;

namespace {

constexpr const char* kHealthy = "S: 220 mx.example.com ESMTP\nC: EHLO *\nS: 250 mx.example.com\n";
constexpr const char* kSilent = "!: timeout\n";

/// A name server and mail servers on one loop, and a probe of them on the same.
class Network {
public:
    Network() : dns_(loop.get_executor())
    {
        settings.name_servers = {dns_.listen().value()};
        settings.allow_loopback = true;
        settings.connect_timeout = 5s;
        settings.step_timeout = 300ms;
        settings.tls = TlsMode::none;
    }

    void mx(const char* host, std::uint16_t preference)
    {
        Record record;
        record.type = RecordType::mx;
        record.owner = "example.com";
        record.name = host;
        record.preference = preference;
        dns_.add(record);
    }

    void address(const char* host, const char* address)
    {
        Record record;
        record.type = RecordType::a;
        record.owner = host;
        record.address = *IpAddress::parse(address);
        dns_.add(record);
    }

    /// All servers share the port that the first one gets.
    SmtpServer& serve(const char* address, const std::string& conversation,
                      std::shared_ptr<ssl_ctx_st> tls = nullptr)
    {
        SmtpScript script;
        script.conversation = parse_conversation("title: test\n\n" + conversation).value();
        script.tls = std::move(tls);
        servers_.push_back(std::make_unique<SmtpServer>(loop.get_executor(), std::move(script)));
        const auto error =
            servers_.back()->listen({asio::ip::make_address(address), settings.port.value_or(0)});
        if (error)
            throw std::runtime_error(error.message());
        settings.port = servers_.back()->endpoint().port();
        return *servers_.back();
    }

    Facts probe(ProbeEvents events = {},
                std::shared_ptr<ProbeControl> control = std::make_shared<ProbeControl>())
    {
        Target target = parse_target("example.com").value();
        auto facts = run_on(loop, run_probe(loop.get_executor(), std::move(target), settings,
                                            std::move(events), std::move(control)));
        return facts;
    }

    asio::io_context loop;
    Settings settings;

private:
    DnsServer dns_;
    std::vector<std::unique_ptr<SmtpServer>> servers_;
};

bool overlap(const Session& a, const Session& b)
{
    return a.began < b.began + b.took && b.began < a.began + a.took;
}

template <class What> const What* first_of(const Session& session)
{
    for (const auto& event : session.transcript)
        if (const auto* what = std::get_if<What>(&event.what))
            return what;
    return nullptr;
}

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
