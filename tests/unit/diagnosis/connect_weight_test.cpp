// SPDX-License-Identifier: Apache-2.0
// What causes of failed connections weigh, what they gather, and what leads.
#include <catch2/catch.hpp>

#include <algorithm>

#include "connect_facts.hpp"

using namespace smtpprobe;
using test::ConnectFacts;

namespace {

constexpr auto kHost = "5.0.9.25";

const Finding* found(const Diagnosis& diagnosis, std::string_view id)
{
    const auto place = std::find_if(diagnosis.findings.begin(), diagnosis.findings.end(),
                                    [&](const Finding& finding) { return finding.id == id; });
    return place == diagnosis.findings.end() ? nullptr : &*place;
}

} // namespace

TEST_CASE("Without an experiment the symptom stands for itself")
{
    CHECK(diagnose(ConnectFacts().endpoint(kHost, "silent").facts()).findings.front().id ==
          "fault.connect.timed-out");
    CHECK(diagnose(ConnectFacts().endpoint(kHost, "refused").facts()).findings.front().id ==
          "fault.connect.refused");
}

TEST_CASE("What blocks us is one finding, however many endpoints it strikes")
{
    auto facts = ConnectFacts().endpoint("5.0.1.25", "silent", "mx1.example.com");
    facts.endpoint("5.0.2.25", "silent", "mx2.example.com")
        .ports("5.0.1.25", {"443 open"})
        .ports("5.0.2.25", {"443 silent"})
        .controls({"silent", "silent", "silent"});
    const auto diagnosis = diagnose(facts.facts());
    const auto& lead = diagnosis.findings.front();
    CHECK(lead.id == "probe.port-25-blocked-here");
    CHECK(lead.severity == Severity::problem);
    CHECK(lead.where == "mx1.example.com [5.0.1.25]:25, mx2.example.com [5.0.2.25]:25");
    CHECK(lead.seen.find("gmail-smtp-in.l.google.com:25 silent") != std::string::npos);
    CHECK(std::count_if(diagnosis.findings.begin(), diagnosis.findings.end(), [](const Finding& finding) {
              return finding.severity == Severity::problem && finding.part_of.empty();
          }) == 1);
}

TEST_CASE("Where mail flows all the same, one cause for all that is dead leads, several are gathered")
{
    auto one = ConnectFacts().endpoint("5.0.1.25", "refused", "mx1.example.com");
    one.endpoint("5.0.2.25", "open", "mx2.example.com").ports("5.0.1.25", {"443 open"});
    const auto with_one = diagnose(one.facts());
    CHECK(with_one.findings.front().id == "connect.nothing-listens");
    CHECK(with_one.findings.front().severity == Severity::warning);
    CHECK(found(with_one, "route.some-endpoints-dead")->part_of == "connect.nothing-listens");

    one.endpoint("5.0.3.25", "silent", "mx3.example.com").ports("5.0.3.25", {"443 silent"});
    const auto with_two = diagnose(one.facts());
    CHECK(with_two.findings.front().id == "route.some-endpoints-dead");
    CHECK(found(with_two, "connect.nothing-listens")->part_of == "route.some-endpoints-dead");
    CHECK(found(with_two, "connect.host-silent")->part_of == "route.some-endpoints-dead");
}

TEST_CASE("Slow ways are told with figures, and weigh nothing")
{
    const auto slow = [](std::initializer_list<const char*> events) {
        ConnectFacts facts;
        facts.builder().mx("mx.example.com").talk(kHost, events);
        for (auto& event : facts.builder().facts.sessions.front().transcript)
            if (auto* received = std::get_if<Received>(&event.what);
                received && received->step == Step::ehlo) {
                const Event sent{event.at - std::chrono::milliseconds(30), Sent{Step::ehlo, "EHLO here"}};
                auto& transcript = facts.builder().facts.sessions.front().transcript;
                transcript.insert(transcript.end() - 1, sent);
                break;
            }
        return diagnose(facts.facts());
    };
    const auto lost = slow({"@1.03 connected", "@0.1 greeting 220 mx ESMTP", "@0.1 ehlo 250 mx.example.com"});
    REQUIRE(found(lost, "connect.packets-lost"));
    CHECK(found(lost, "connect.packets-lost")->seen.find("connected after 1.03 s") != std::string::npos);
    CHECK(found(lost, "connect.packets-lost")->severity == Severity::note);
    CHECK_FALSE(found(slow({"@0.03 connected", "@0.1 greeting 220 mx ESMTP", "@0.1 ehlo 250 mx.example.com"}),
                      "connect.packets-lost"));
}
