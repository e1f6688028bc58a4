// SPDX-License-Identifier: Apache-2.0
#include "render/exit_status.hpp"

#include <catch2/catch.hpp>

using namespace smtpprobe;

namespace {

/// A session as its events make it.
class Talk {
public:
    explicit Talk(TlsMode tls = TlsMode::none)
    {
        session_.endpoint.tls = tls;
        session_.transcript.push_back({{}, Connected{}});
    }
    Talk& hear(Step step, int code)
    {
        session_.transcript.push_back({{}, Sent{step, "x"}});
        session_.transcript.push_back({{}, Received{step, *Reply::make(code, {"x"}), {}, {}}});
        return *this;
    }
    Talk& secured()
    {
        session_.transcript.push_back({{}, Secured{}});
        return *this;
    }
    Talk& skip(Step step, SkipReason why)
    {
        session_.transcript.push_back({{}, Skipped{step, why}});
        return *this;
    }
    Talk& broken(Step step, FaultKind kind)
    {
        Fault fault;
        fault.kind = kind;
        session_.transcript.push_back({{}, Broken{step, fault, {}}});
        return *this;
    }
    Talk& hello() { return hear(Step::greeting, 220).hear(Step::ehlo, 250); }
    Talk& mail() { return hello().hear(Step::mail, 250); }
    Session session_;
};

int status(const Talk& talk, ExitStyle style)
{
    Report report;
    report.diagnosis.verdict = Verdict::unreachable;
    report.diagnosis.outcome = Outcome::problem;
    report.facts.sessions.push_back(talk.session_);
    return exit_status(report, style);
}

int swaks(const Talk& talk) { return status(talk, ExitStyle::swaks); }
int sysexits(const Talk& talk) { return status(talk, ExitStyle::sysexits); }

} // namespace

TEST_CASE("the plain style is the outcome")
{
    CHECK(status(Talk().mail(), ExitStyle::plain) == 2);
    CHECK(usage_status(ExitStyle::plain) == 3);
}

TEST_CASE("swaks' numbers tell the step that failed")
{
    CHECK(swaks(Talk().mail().hear(Step::rcpt, 250).hear(Step::quit, 221)) == 0);
    CHECK(swaks(Talk().broken(Step::connect, FaultKind::refused)) == 2);
    CHECK(swaks(Talk().broken(Step::proxy, FaultKind::prohibited)) == 2);
    CHECK(swaks(Talk().hear(Step::greeting, 554)) == 21);
    CHECK(swaks(Talk().broken(Step::greeting, FaultKind::timed_out)) == 21);
    CHECK(swaks(Talk().broken(Step::greeting, FaultKind::closed)) == 6);
    CHECK(swaks(Talk().hear(Step::greeting, 220).hear(Step::ehlo, 500).hear(Step::helo, 500)) == 22);
    CHECK(swaks(Talk()
                    .hear(Step::greeting, 220)
                    .hear(Step::ehlo, 500)
                    .hear(Step::helo, 250)
                    .hear(Step::quit, 221)) == 0);
    CHECK(swaks(Talk().hello().hear(Step::mail, 550).hear(Step::quit, 221)) == 23);
    CHECK(swaks(Talk().mail().hear(Step::rcpt, 550).hear(Step::quit, 221)) == 24);
    CHECK(swaks(Talk().mail().hear(Step::rcpt, 550).hear(Step::rcpt, 250).hear(Step::quit, 221)) == 0);
    CHECK(swaks(Talk().mail().hear(Step::rcpt, 250).hear(Step::data, 554)) == 25);
    CHECK(swaks(Talk().mail().hear(Step::rcpt, 250).hear(Step::data, 354).hear(Step::message, 554)) == 26);
    CHECK(swaks(Talk().mail().hear(Step::quit, 500)) == 27);
    CHECK(swaks(Talk().hello().hear(Step::auth, 334).hear(Step::auth, 535).hear(Step::quit, 221)) == 28);
    CHECK(swaks(Talk().hello().hear(Step::auth, 504).hear(Step::auth, 235).hear(Step::quit, 221)) == 0);
    CHECK(swaks(Talk().hello().skip(Step::auth, SkipReason::not_offered).hear(Step::quit, 221)) == 28);
    CHECK(swaks(Talk(TlsMode::require).hello().skip(Step::starttls, SkipReason::not_offered)) == 29);
    CHECK(swaks(Talk(TlsMode::may).hello().skip(Step::starttls, SkipReason::not_offered)) == 0);
    CHECK(swaks(Talk(TlsMode::require).hello().hear(Step::starttls, 454)) == 29);
    CHECK(swaks(Talk(TlsMode::implicit).broken(Step::tls, FaultKind::not_tls)) == 29);
    CHECK(swaks(Talk(TlsMode::may)
                    .hello()
                    .hear(Step::starttls, 220)
                    .secured()
                    .hear(Step::ehlo, 500)
                    .hear(Step::quit, 221)) == 32);
    CHECK(swaks(Talk().hello().skip(Step::xclient, SkipReason::not_offered)) == 33);
    CHECK(swaks(Talk().hello().hear(Step::xclient, 550)) == 33);
    CHECK(swaks(Talk().hello().hear(Step::xclient, 220).hear(Step::ehlo, 500).hear(Step::quit, 221)) == 34);
    CHECK(usage_status(ExitStyle::swaks) == 1);
}

TEST_CASE("who hangs up behind a refusal has said why")
{
    CHECK(swaks(Talk().mail().hear(Step::rcpt, 550).broken(Step::quit, FaultKind::closed)) == 24);
    CHECK(swaks(Talk().mail().broken(Step::rcpt, FaultKind::closed)) == 6);
    CHECK(swaks(Talk().hello().hear(Step::auth, 535).broken(Step::quit, FaultKind::reset)) == 28);
}

TEST_CASE("a command that does not start is 5, as a lost child is")
{
    Talk talk;
    talk.session_.endpoint.carrier = Carrier::process;
    CHECK(swaks(talk.broken(Step::connect, FaultKind::local)) == 5);
}

TEST_CASE("sysexits tell what to do next")
{
    CHECK(sysexits(Talk().mail().hear(Step::rcpt, 250).broken(Step::quit, FaultKind::closed)) == 0);
    CHECK(sysexits(Talk().mail().hear(Step::rcpt, 450)) == 75);
    CHECK(sysexits(Talk().mail().hear(Step::rcpt, 550)) == 69);
    CHECK(sysexits(Talk().hello().hear(Step::auth, 535)) == 77);
    CHECK(sysexits(Talk().hello().hear(Step::auth, 454)) == 75);
    CHECK(sysexits(Talk().broken(Step::connect, FaultKind::timed_out)) == 75);
    CHECK(sysexits(Talk().broken(Step::connect, FaultKind::prohibited)) == 71);
    CHECK(sysexits(Talk().broken(Step::greeting, FaultKind::closed)) == 74);
    CHECK(sysexits(Talk().broken(Step::greeting, FaultKind::malformed)) == 76);
    CHECK(usage_status(ExitStyle::sysexits) == 64);
}

TEST_CASE("without a session the route tells")
{
    Report report;
    report.diagnosis.verdict = Verdict::unreachable;
    CHECK(exit_status(report, ExitStyle::swaks) == 2);
    CHECK(exit_status(report, ExitStyle::sysexits) == 68);
    report.facts.interrupted = true;
    CHECK(exit_status(report, ExitStyle::sysexits) == 130);
}
