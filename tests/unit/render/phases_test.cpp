// SPDX-License-Identifier: Apache-2.0
#include "render/phases.hpp"

#include <catch2/catch.hpp>

using namespace smtpprobe;
using namespace std::chrono_literals;

namespace {

Event heard(Duration at, Step step, int code = 250)
{
    return {at, Received{step, *Reply::make(code, {"ok"}), {}, at}};
}
Event sent(Duration at, Step step) { return {at, Sent{step, "…"}}; }

} // namespace

TEST_CASE("each phase is measured from the answer before it to its own")
{
    const auto phases = measure_phases({
        {20ms, Connected{}},
        heard(120ms, Step::greeting, 220),
        sent(120ms, Step::ehlo),
        heard(145ms, Step::ehlo),
        sent(145ms, Step::starttls),
        heard(170ms, Step::starttls, 220),
        {230ms, Secured{}},
        sent(230ms, Step::ehlo),
        heard(260ms, Step::ehlo),
        sent(260ms, Step::mail),
        heard(300ms, Step::mail),
        sent(300ms, Step::rcpt),
        heard(310ms, Step::rcpt),
        sent(310ms, Step::rcpt),
        heard(330ms, Step::rcpt, 550),
        sent(330ms, Step::quit),
        heard(335ms, Step::quit, 221),
    });
    CHECK(phases[Phase::connect] == 20ms);
    CHECK(phases[Phase::greeting] == 100ms);
    CHECK(phases[Phase::ehlo] == 25ms);
    CHECK(phases[Phase::starttls] == 25ms);
    CHECK(phases[Phase::tls] == 60ms);
    CHECK(phases[Phase::ehlo_tls] == 30ms);
    CHECK(phases[Phase::mail] == 40ms);
    CHECK(phases[Phase::rcpt] == 30ms);
    CHECK(phases[Phase::quit] == 5ms);
}

TEST_CASE("a phase that never ran is absent, and one that failed counts up to its failure")
{
    const auto phases = measure_phases({{20s, Broken{Step::connect, {FaultKind::timed_out, "", 0, -1}, ""}}});
    CHECK(phases[Phase::connect] == 20s);
    for (const auto phase : {Phase::greeting, Phase::ehlo, Phase::starttls, Phase::tls, Phase::ehlo_tls,
                             Phase::mail, Phase::rcpt, Phase::quit})
        CHECK_FALSE(phases[phase]);
}

TEST_CASE("commands sent together share no time")
{
    const auto phases = measure_phases({
        {10ms, Connected{}},
        heard(20ms, Step::greeting, 220),
        sent(20ms, Step::mail),
        sent(24ms, Step::rcpt),
        heard(50ms, Step::mail),
        heard(51ms, Step::rcpt),
    });
    CHECK(phases[Phase::mail] == 30ms);
    CHECK(phases[Phase::rcpt] == 1ms);
}

TEST_CASE("time that passes while nothing is awaited belongs to no phase")
{
    const auto phases = measure_phases({
        {10ms, Connected{}},
        heard(20ms, Step::greeting, 220),
        sent(70ms, Step::ehlo),
        heard(80ms, Step::ehlo),
    });
    CHECK(phases[Phase::ehlo] == 10ms);
}

TEST_CASE("with TLS from the first byte there is one EHLO, and HELO counts to it where EHLO was refused")
{
    const auto phases = measure_phases({
        {10ms, Connected{}},
        {30ms, Secured{}},
        heard(40ms, Step::greeting, 220),
        sent(40ms, Step::ehlo),
        heard(50ms, Step::ehlo, 502),
        sent(50ms, Step::helo),
        heard(65ms, Step::helo),
    });
    CHECK(phases[Phase::tls] == 20ms);
    CHECK(phases[Phase::greeting] == 10ms);
    CHECK(phases[Phase::ehlo] == 25ms);
    CHECK_FALSE(phases[Phase::ehlo_tls]);
}

TEST_CASE("times that run backwards give no negative phase")
{
    const auto phases = measure_phases({
        {50ms, Connected{}},
        heard(20ms, Step::greeting, 220),
        sent(Duration::min(), Step::ehlo),
        heard(Duration::min(), Step::ehlo),
        heard(Duration::max(), Step::ehlo),
    });
    CHECK(phases[Phase::greeting] == 0ms);
    CHECK(*phases[Phase::ehlo] == Duration::max() - Duration(50ms));
}
