// SPDX-License-Identifier: Apache-2.0
// Around a proxy, a socket or a command nothing is tried.
#include <catch2/catch.hpp>

#include <algorithm>

#include "connect_facts.hpp"
#include "diagnosis/trials.hpp"

using namespace smtpprobe;
using test::ConnectFacts;

namespace {

bool goes_around(const Trial& trial)
{
    return std::holds_alternative<TryContact>(trial.what) || std::holds_alternative<TryTrace>(trial.what) ||
           trial.purpose == Purpose::control_lookup || trial.purpose == Purpose::own_name ||
           trial.purpose == Purpose::block_list;
}

bool any_around(const Facts& facts)
{
    const auto trials = plan_trials(facts);
    return std::any_of(trials.begin(), trials.end(), goes_around);
}

} // namespace

TEST_CASE("a silent endpoint calls for contacts, but not around a proxy, a socket or a command")
{
    auto facts = ConnectFacts().endpoint("5.0.9.25", "silent", "mx.example.com").facts();
    CHECK(any_around(facts));
    auto proxied = facts;
    proxied.settings.way.proxy.emplace();
    CHECK_FALSE(any_around(proxied));
    for (const auto kind : {TargetKind::socket, TargetKind::process}) {
        facts.target.kind = kind;
        CHECK_FALSE(any_around(facts));
    }
}

TEST_CASE("what a proxy says is no connect fault of the endpoint")
{
    auto facts = ConnectFacts().endpoint("5.0.9.25", "refused", "mx.example.com").facts();
    facts.settings.way.proxy.emplace();
    auto& transcript = facts.sessions.front().transcript;
    transcript.clear();
    Fault fault;
    fault.kind = FaultKind::prohibited;
    fault.detail = "login needed: HTTP/1.1 407 x";
    transcript.push_back({{}, Broken{Step::proxy, fault, {}}});
    const auto diagnosis = diagnose(facts);
    CHECK(diagnosis.verdict == Verdict::unreachable);
    REQUIRE_FALSE(diagnosis.findings.empty());
    CHECK(diagnosis.findings.front().id == "fault.proxy.needs-login");
    CHECK(diagnosis.failed_step == Step::proxy);
}
