// SPDX-License-Identifier: Apache-2.0
// What is tried where an endpoint does not connect, round by round.
#include <catch2/catch.hpp>

#include <algorithm>

#include "connect_facts.hpp"
#include "diagnosis/controls.hpp"
#include "diagnosis/trials.hpp"

using namespace smtpprobe;
using test::ConnectFacts;

namespace {

constexpr auto kHost = "5.0.9.25";

std::string text_of(const Trial& trial)
{
    std::string text(name(trial.purpose));
    if (const auto* contact = std::get_if<TryContact>(&trial.what))
        return text + ' ' + (contact->host.empty() ? contact->address.text() : contact->host) + ' ' +
               contact->address.text() + ':' + std::to_string(contact->port) +
               (contact->listen ? " listen" : "");
    if (const auto* trace = std::get_if<TryTrace>(&trial.what))
        return text + ' ' + trace->address.text() + ':' + std::to_string(trace->port);
    if (const auto* lookup = std::get_if<TryLookup>(&trial.what))
        return text + ' ' + lookup->question.name + ' ' + std::string(name(lookup->question.type));
    return text;
}

std::vector<std::string> planned(const ConnectFacts& facts, Settings settings = {})
{
    auto with = facts.facts();
    with.settings = std::move(settings);
    Trials trials;
    plan_for_connect(with, trials);
    std::vector<std::string> texts;
    for (const auto& trial : trials)
        texts.push_back(text_of(trial));
    return texts;
}

/// Those of one purpose.
std::vector<std::string> planned(std::string_view purpose, const ConnectFacts& facts, Settings settings = {})
{
    auto all = planned(facts, std::move(settings));
    std::erase_if(all,
                  [&](const std::string& text) { return !text.starts_with(std::string(purpose) + ' '); });
    return all;
}

ConnectFacts silent() { return std::move(ConnectFacts().endpoint(kHost, "silent")); }
ConnectFacts ports_back()
{
    return std::move(silent().ports(kHost, {"587 silent", "465 silent", "443 silent"}));
}
ConnectFacts names_back()
{
    return std::move(ports_back()
                         .control_lookup("gmail-smtp-in.l.google.com", RecordType::a, "9.0.0.1")
                         .control_lookup("mx01.mail.icloud.com", RecordType::a, "9.0.1.1")
                         .control_lookup("in1-smtp.messagingengine.com", RecordType::a, "9.0.2.1"));
}
ConnectFacts all_dead()
{
    return std::move(names_back()
                         .controls({"silent", "silent", "silent"})
                         .control_lookup("smtp.gmail.com", RecordType::a, "")
                         .control_lookup("smtp.mail.me.com", RecordType::a, "")
                         .control_lookup("smtp.fastmail.com", RecordType::a, "9.1.2.1")
                         .control_lookup("www.google.com", RecordType::a, "")
                         .ports("9.1.2.1", {}));
}

} // namespace

TEST_CASE("A healthy route calls for nothing")
{
    CHECK(planned(ConnectFacts().endpoint(kHost, "open")).empty());
    CHECK(planned(ConnectFacts().untried(kHost, NotTried::forbidden_scope)).empty());
}

TEST_CASE("A silent endpoint: other ports of the host, and the names of the controls, at once")
{
    CHECK(planned(silent()) ==
          std::vector<std::string>{
              "other-port mx.example.com 5.0.9.25:587", "other-port mx.example.com 5.0.9.25:465",
              "other-port mx.example.com 5.0.9.25:443", "control-lookup gmail-smtp-in.l.google.com A",
              "control-lookup mx01.mail.icloud.com A", "control-lookup in1-smtp.messagingengine.com A"});
}

TEST_CASE("A refused endpoint is tried once more, and listened to")
{
    CHECK(planned("other-port", ConnectFacts().endpoint(kHost, "refused")).front() ==
          "other-port mx.example.com 5.0.9.25:25 listen");
}

TEST_CASE("Controls are connected to once their addresses are known, and listened to")
{
    CHECK(planned("control", names_back()) ==
          std::vector<std::string>{"control gmail-smtp-in.l.google.com 9.0.0.1:25 listen",
                                   "control mx01.mail.icloud.com 9.0.1.1:25 listen",
                                   "control in1-smtp.messagingengine.com 9.0.2.1:25 listen"});
}

TEST_CASE("Where one endpoint answers no control is asked, nor while one is still open to all")
{
    auto one_lives = ConnectFacts().endpoint(kHost, "silent");
    CHECK(planned("control-lookup", one_lives.endpoint("5.0.8.25", "open")).empty());
    auto one_waits = ConnectFacts().endpoint(kHost, "silent");
    one_waits.endpoint("5.0.8.25", "silent").builder().facts.sessions.back().transcript.clear();
    CHECK(planned("control-lookup", one_waits).empty());
    CHECK_FALSE(planned("other-port", one_waits).empty());
}

TEST_CASE("Private addresses call for no known provider, but for controls that the user named")
{
    const auto inside = ConnectFacts().endpoint("10.0.0.25", "silent");
    CHECK(planned("control-lookup", inside).empty());
    Settings settings;
    settings.control_targets = {{"relay.example.com", std::nullopt, 25}};
    CHECK(planned("control-lookup", inside, settings) ==
          std::vector<std::string>{"control-lookup relay.example.com A"});
    settings.controls = false;
    CHECK(planned("control-lookup", inside, settings).empty());
}

TEST_CASE("A control that is an address needs no lookup")
{
    Settings settings;
    settings.control_targets = {{"", IpAddress::parse("9.9.9.9"), 25}};
    CHECK(planned("control", silent(), settings) ==
          std::vector<std::string>{"control 9.9.9.9 9.9.9.9:25 listen"});
}

TEST_CASE("Where TLS comes first no control greets, so none is listened to")
{
    Settings settings;
    settings.control_targets = {{"", IpAddress::parse("9.9.9.9"), 465}};
    auto facts = silent().facts();
    facts.sessions.front().endpoint.port = 465;
    facts.settings = settings;
    Trials trials;
    plan_for_connect(facts, trials);
    CHECK(text_of(trials.back()) == "control 9.9.9.9 9.9.9.9:465");
}

TEST_CASE("Both families of a control where the endpoint is of IPv6, unless only one is wanted")
{
    const auto six = ConnectFacts().endpoint("2a05:9::25", "silent");
    CHECK(planned("control-lookup", six).size() == 6);
    Settings settings;
    settings.families = Families::ipv6_only;
    CHECK(planned("control-lookup", six, settings).size() == 3);
}

TEST_CASE("Where no control answers on the port, submission servers tell whether anything gets out")
{
    auto dead = names_back();
    dead.controls({"silent", "refused", "silent"});
    CHECK(planned("control-lookup", dead).size() == 7);
    CHECK(planned("control-lookup", dead).back() == "control-lookup www.google.com A");
    auto one_lives = names_back();
    one_lives.controls({"silent", "open", "silent"});
    CHECK(planned("control-lookup", one_lives).size() == 3);
    auto port_lives = silent().ports(kHost, {"587 silent", "465 silent", "443 open"});
    port_lives.control_lookup("gmail-smtp-in.l.google.com", RecordType::a, "9.0.0.1")
        .control_lookup("mx01.mail.icloud.com", RecordType::a, "9.0.1.1")
        .control_lookup("in1-smtp.messagingengine.com", RecordType::a, "9.0.2.1")
        .controls({"silent", "silent", "silent"});
    CHECK(planned("control-lookup", port_lives).size() == 3);
}

TEST_CASE("For submission the known submission servers are the controls")
{
    Settings settings;
    const auto on_465 = control_set(settings, 465);
    REQUIRE(on_465.same_port.size() == 2);
    CHECK(on_465.same_port.front().host == "smtp.gmail.com");
    CHECK(control_set(settings, 587).same_port.size() == 3);
    CHECK(control_set(settings, 2525).same_port.empty());
}

TEST_CASE("Traces wait until ports and controls are back")
{
    CHECK(planned("trace", ports_back()).empty());
    auto back = names_back();
    back.controls({"open", "open", "silent"});
    CHECK(planned("trace", back) == std::vector<std::string>{"trace 5.0.9.25:25"});
    CHECK(planned("trace-compared", back) == std::vector<std::string>{"trace-compared 5.0.9.25:443"});
}

TEST_CASE("A trace is compared with a port of the host that answers")
{
    Settings settings;
    settings.controls = false;
    const auto facts = silent().ports(kHost, {"587 refused", "465 silent", "443 silent"});
    CHECK(planned("trace-compared", facts, settings) ==
          std::vector<std::string>{"trace-compared 5.0.9.25:587"});
    settings.trace = TraceMode::never;
    CHECK(planned("trace", facts, settings).empty());
}

TEST_CASE(
    "By itself, what refuses is not traced, nor more than two that are silent: one of each family first")
{
    Settings settings;
    settings.controls = false;
    const auto refused = ConnectFacts()
                             .endpoint(kHost, "refused")
                             .ports(kHost, {"25 refused", "587 silent", "465 silent", "443 silent"});
    CHECK(planned("trace", refused, settings).empty());
    auto three = ConnectFacts().endpoint("5.0.1.25", "silent");
    three.endpoint("5.0.2.25", "silent").endpoint("2a05:3::25", "silent");
    for (const auto* address : {"5.0.1.25", "5.0.2.25", "2a05:3::25"})
        three.ports(address, {"587 silent", "465 silent", "443 silent"});
    CHECK(planned("trace", three, settings) ==
          std::vector<std::string>{"trace 5.0.1.25:25", "trace 2a05:3::25:25"});
}

TEST_CASE("Asked for, a trace is made of what fails however it fails, and of what is well")
{
    Settings settings;
    settings.trace = TraceMode::always;
    CHECK(planned("trace", ConnectFacts().endpoint(kHost, "refused"), settings) ==
          std::vector<std::string>{"trace 5.0.9.25:25"});
    auto well = ConnectFacts().endpoint(kHost, "open");
    well.endpoint("2a05:9::25", "open").endpoint("5.0.8.25", "open");
    CHECK(planned("trace", well, settings) ==
          std::vector<std::string>{"trace 2a05:9::25:25", "trace 5.0.9.25:25"});
}

TEST_CASE("Loopback is never traced")
{
    Settings settings;
    settings.controls = false;
    const auto facts = ConnectFacts()
                           .endpoint("127.0.0.9", "silent")
                           .ports("127.0.0.9", {"587 silent", "465 silent", "443 silent"});
    CHECK(planned("trace", facts, settings).empty());
}

TEST_CASE("With everything made, the plan names nothing new")
{
    auto names = planned("control", all_dead());
    CHECK(names.back() == "control smtp.fastmail.com 9.1.2.1:587 listen");
}

TEST_CASE("One family dead while the other works calls for one control over it, once other ports are back")
{
    const auto dual = [](const char* six) {
        auto facts = ConnectFacts().endpoint("2a05:9::25", six, "mx.example.com");
        facts.endpoint("5.0.9.25", "open");
        return facts;
    };
    CHECK(planned("control-lookup", dual("silent")).empty());
    const auto back = [&](const char* port_443) {
        return std::move(dual("silent").ports("2a05:9::25", {"587 silent", "465 silent", port_443}));
    };
    CHECK(planned("control-lookup", back("443 silent")) ==
          std::vector<std::string>{"control-lookup gmail-smtp-in.l.google.com AAAA"});
    CHECK(planned("control-lookup", back("443 open")).empty()); // over that family it is reached
    auto known = back("443 silent");
    known.control_lookup("gmail-smtp-in.l.google.com", RecordType::aaaa, "2a09::1");
    CHECK(planned("control", known) ==
          std::vector<std::string>{"control gmail-smtp-in.l.google.com 2a09::1:25 listen"});
    known.controls({"silent"}, Family::ipv6);
    CHECK(planned("control", known).size() == 1);

    Settings settings;
    settings.control_targets = {{"", IpAddress::parse("9.9.9.9"), 25}, {"", IpAddress::parse("2a09::9"), 25}};
    CHECK(planned("control", back("443 silent"), settings) ==
          std::vector<std::string>{"control 2a09::9 2a09::9:25 listen"});
    settings.controls = false;
    CHECK(planned("control", back("443 silent"), settings).empty());
}
