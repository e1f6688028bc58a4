// SPDX-License-Identifier: Apache-2.0
// Logins: what is concluded from how they went, and which are tried.
#include <catch2/catch.hpp>

#include <algorithm>

#include "diagnosis/login_view.hpp"
#include "diagnosis/trials.hpp"
#include "unit/diagnosis/facts_builder.hpp"

namespace smtpprobe {
namespace {

using namespace test;

constexpr const char* kGreeting = "greeting 220 mx.example.com ESMTP";
constexpr const char* kOffers = "ehlo 250 mx.example.com|STARTTLS";
constexpr const char* kGo = "starttls 220 go";
constexpr const char* kTls = "tls trusted matches valid";
constexpr const char* kHello = "ehlo 250 mx.example.com|AUTH PLAIN LOGIN CRAM-MD5";

FactsBuilder logged(std::initializer_list<const char*> events)
{
    FactsBuilder builder("mx.example.com");
    builder.facts.target.kind = TargetKind::host;
    builder.facts.settings.auth.wanted = true;
    builder.mx("mx.example.com")
        .talk("192.0.2.1", {"connected", kGreeting, kOffers, kGo, kTls, kHello}, TlsMode::may, 587);
    FactsBuilder more("mx.example.com");
    more.mx("mx.example.com").talk("192.0.2.1", events, TlsMode::may, 587);
    auto& transcript = builder.facts.sessions.front().transcript;
    const auto& rest = more.facts.sessions.front().transcript;
    transcript.insert(transcript.end(), rest.begin(), rest.end());
    return builder;
}

Sent& last_sent(Facts& facts)
{
    auto& transcript = facts.sessions.front().transcript;
    for (auto event = transcript.rbegin();; ++event)
        if (auto* sent = std::get_if<Sent>(&event->what))
            return *sent;
}

const Finding& lead(const Diagnosis& diagnosis)
{
    REQUIRE_FALSE(diagnosis.findings.empty());
    CHECK_FALSE(diagnosis.findings.front().title.empty());
    return diagnosis.findings.front();
}

bool has(const Diagnosis& diagnosis, std::string_view id)
{
    return std::any_of(diagnosis.findings.begin(), diagnosis.findings.end(),
                       [&](const Finding& finding) { return finding.id == id; });
}

} // namespace

TEST_CASE("a login that works is a note, and all is well")
{
    const auto diagnosis = diagnose(logged({"sent auth AUTH PLAIN ********", "auth 235 2.7.0 ok"}).facts);
    CHECK(has(diagnosis, "auth.logged-in"));
    CHECK(diagnosis.outcome == Outcome::ok);
}

TEST_CASE("a refused login decides, by what the reply says")
{
    const auto refused =
        diagnose(logged({"sent auth AUTH PLAIN ********", "auth 535 5.7.8 authentication failed"}).facts);
    CHECK(refused.verdict == Verdict::refuses);
    CHECK(refused.failed_step == Step::auth);
    CHECK(lead(refused).id == "words.login-unsuccessful");
    const auto down = diagnose(
        logged({"sent auth AUTH PLAIN ********", "auth 454 4.7.0 Temporary authentication failure"}).facts);
    CHECK(down.verdict == Verdict::defers);
    CHECK(lead(down).id == "words.login-service-down");
}

TEST_CASE("a password that was kept back tells nothing about the server")
{
    const auto diagnosis = diagnose(logged({"skipped auth insecure"}).facts);
    CHECK(lead(diagnosis).id == "auth.kept-back");
    CHECK(diagnosis.verdict == Verdict::inconclusive);
    CHECK(diagnosis.outcome == Outcome::unknown);
}

TEST_CASE("a password that was kept back from an unproved server is our own decision, too")
{
    const auto diagnosis = diagnose(logged({"skipped auth unverified"}).facts);
    CHECK(lead(diagnosis).id == "auth.kept-back-unverified");
    CHECK(diagnosis.outcome == Outcome::unknown);
}

TEST_CASE("what is offered tells why no login was made")
{
    auto other = logged({"skipped auth not-offered"});
    CHECK(lead(diagnose(other.facts)).id == "auth.mechanism-not-offered");
    CHECK(lead(diagnose(other.facts)).seen.find("PLAIN LOGIN CRAM-MD5") != std::string::npos);
    FactsBuilder none("mx.example.com");
    none.mx("mx.example.com")
        .talk("192.0.2.1",
              {"connected", kGreeting, "ehlo 250 mx.example.com|SIZE 1", "skipped auth not-offered"});
    CHECK(lead(diagnose(none.facts)).id == "auth.not-offered");
    FactsBuilder behind("mx.example.com");
    behind.mx("mx.example.com")
        .talk("192.0.2.1", {"connected", kGreeting, kOffers, "skipped auth not-offered"}, TlsMode::none);
    CHECK(lead(diagnose(behind.facts)).id == "auth.only-behind-tls");
}

TEST_CASE("a login that we gave up is told by why we did")
{
    const std::pair<AuthStop, const char*> rows[] = {
        {AuthStop::bad_base64, "auth.challenge-not-base64"},
        {AuthStop::too_long, "auth.challenge-too-long"},
        {AuthStop::too_many, "auth.challenges-endless"},
        {AuthStop::unreadable, "auth.challenge-unreadable"},
        {AuthStop::too_many_iterations, "auth.iterations-absurd"},
        {AuthStop::wrong_proof, "auth.server-proof-wrong"},
        {AuthStop::missing_proof, "auth.server-proof-missing"},
        {AuthStop::own_side, "auth.not-possible-here"}};
    for (const auto& [stop, id] : rows) {
        INFO(id);
        auto facts =
            logged({"sent auth AUTH SCRAM-SHA-256", "auth 334 eA==", "sent auth *", "auth 501 cancelled"});
        last_sent(facts.facts).stop = stop;
        last_sent(facts.facts).decoded = "why it was given up";
        const auto diagnosis = diagnose(facts.facts);
        CHECK(lead(diagnosis).id == id);
        CHECK(lead(diagnosis).seen == "AUTH SCRAM-SHA-256: why it was given up");
        CHECK(diagnosis.failed_step == Step::auth);
    }
}

TEST_CASE("a yes without the server's proof is no login")
{
    auto facts =
        logged({"sent auth AUTH SCRAM-SHA-256", "auth 235 welcome", "sent quit QUIT", "quit 221 bye"});
    last_sent(facts.facts).stop = AuthStop::missing_proof;
    const auto diagnosis = diagnose(facts.facts);
    CHECK(lead(diagnosis).id == "auth.server-proof-missing");
    CHECK_FALSE(has(diagnosis, "auth.logged-in"));
}

TEST_CASE("what the server says of a token leads before its refusal")
{
    auto facts = logged({"sent auth AUTH XOAUTH2 ********", "auth 334 e30=", "sent auth ********",
                         "auth 535 5.7.8 Username and Password not accepted"});
    for (auto& event : facts.facts.sessions.front().transcript)
        if (auto* received = std::get_if<Received>(&event.what); received && received->reply.code() == 334)
            received->decoded = "status 401, schemes bearer";
    const auto diagnosis = diagnose(facts.facts);
    CHECK(has(diagnosis, "auth.token-refused"));
    CHECK(lead(diagnosis).id == "auth.token-refused");
}

TEST_CASE("EXTERNAL that is refused where no certificate was sent says so, and else what the reply says")
{
    const auto with = [](const char* reply, bool sent, bool requested) {
        auto facts = logged({"sent auth AUTH EXTERNAL =", reply});
        for (auto& event : facts.facts.sessions.front().transcript)
            if (auto* secured = std::get_if<Secured>(&event.what)) {
                secured->tls.client_certificate_requested = requested;
                secured->tls.client_certificate_sent = sent;
            }
        return diagnose(facts.facts);
    };
    const auto refused = with("auth 535 5.7.8 authentication failed", false, true);
    CHECK(lead(refused).id == "auth.external-without-certificate");
    CHECK(lead(refused).seen ==
          "the server asked for a certificate, and none was sent; then 535 5.7.8 authentication failed");
    CHECK(refused.verdict == Verdict::refuses);
    CHECK(lead(with("auth 535 5.7.8 authentication failed", false, false))
              .seen.starts_with("the server asked for no certificate"));
    CHECK(lead(with("auth 535 5.7.8 authentication failed", true, true)).id == "words.login-unsuccessful");
    CHECK_FALSE(
        has(with("auth 504 5.5.4 unknown mechanism", false, true), "auth.external-without-certificate"));
    CHECK_FALSE(has(with("auth 454 4.7.0 later", false, true), "auth.external-without-certificate"));
    CHECK(has(with("auth 235 ok", false, true), "auth.logged-in")); // a unix socket, or a bound tunnel
}

TEST_CASE("PLAIN in the clear is a finding though STARTTLS is offered, too")
{
    FactsBuilder facts("mx.example.com");
    facts.mx("mx.example.com")
        .talk("192.0.2.1",
              {"connected", kGreeting, "ehlo 250 mx.example.com|STARTTLS|AUTH PLAIN", kGo, kTls, kHello});
    CHECK(has(diagnose(facts.facts), "smtp.auth-in-clear"));
    CHECK_FALSE(
        has(diagnose(logged({"sent auth AUTH PLAIN ********", "auth 235 ok"}).facts), "smtp.auth-in-clear"));
}

TEST_CASE("A login that another host has refused is kept back, and that weighs nothing")
{
    auto facts = logged({"sent auth AUTH PLAIN ********", "auth 535 5.7.8 authentication failed"});
    facts.talk("192.0.2.2", {"connected", kGreeting, kHello, "skipped auth refused-elsewhere"});
    const auto diagnosis = diagnose(facts.facts);
    CHECK(diagnosis.verdict == Verdict::refuses);
    CHECK(has(diagnosis, "auth.not-repeated"));
    CHECK(lead(diagnosis).id != "auth.not-repeated");
    CHECK(lead(diagnosis).step == Step::auth);
}

TEST_CASE("What accounts are locked for is told from what is wrong with the command")
{
    const auto refused = [](std::initializer_list<const char*> talk) {
        const auto facts = logged(talk).facts;
        return read_logins(facts.sessions.back()).credentials_refused();
    };
    for (const auto* reply :
         {"auth 535 5.7.8 no", "auth 534 5.7.9 another password", "auth 550 no", "auth 554 no"})
        CHECK(refused({"sent auth AUTH PLAIN ********", reply}));
    for (const auto* reply :
         {"auth 235 ok", "auth 454 4.7.0 later", "auth 500 what", "auth 501 syntax", "auth 503 no",
          "auth 504 mechanism", "auth 530 TLS first", "auth 538 TLS first"})
        CHECK_FALSE(refused({"sent auth AUTH PLAIN ********", reply}));
    CHECK_FALSE(refused({"skipped auth not-offered"}));
}

TEST_CASE("Each mechanism of --auth-all is tried in a conversation of its own")
{
    auto facts = logged({"sent auth AUTH PLAIN ********", "auth 235 ok"});
    facts.facts.settings.auth.all = true;
    Trials trials;
    plan_for_logins(facts.facts, trials);
    REQUIRE(trials.size() == 3);
    CHECK(std::get<TrySession>(trials[2].what).mechanism == "CRAM-MD5");
    facts.trial(Purpose::each_mechanism, "192.0.2.1",
                {"connected", kGreeting, kHello, "sent auth AUTH PLAIN ********", "auth 235 ok"},
                TlsMode::may, 587);
    facts.trial(
        Purpose::each_mechanism, "192.0.2.1",
        {"connected", kGreeting, kHello, "sent auth AUTH CRAM-MD5", "auth 535 5.7.8 no secret in database"},
        TlsMode::may, 587);
    const auto diagnosis = diagnose(facts.facts);
    CHECK(has(diagnosis, "auth.mechanisms-work"));
    CHECK(lead(diagnosis).id == "auth.mechanism-broken");
    CHECK(diagnosis.outcome == Outcome::warning);
    facts.facts.settings.auth.all = false;
    trials.clear();
    plan_for_logins(facts.facts, trials);
    CHECK(trials.empty());
}

TEST_CASE("A mechanism that cannot be spoken from here is a note beside those of --auth-all that work")
{
    auto facts = logged({"sent auth AUTH PLAIN ********", "auth 235 ok"});
    facts.facts.settings.auth.all = true;
    facts.trial(Purpose::each_mechanism, "192.0.2.1",
                {"connected", kGreeting, kHello, "sent auth AUTH PLAIN ********", "auth 235 ok"},
                TlsMode::may, 587);
    for (const auto* why : {"OTP is not spoken here", "no Kerberos ticket"}) {
        facts.trial(Purpose::each_mechanism, "192.0.2.1",
                    {"connected", kGreeting, kHello, "skipped auth not-asked"}, TlsMode::may, 587);
        auto& session = std::get<Session>(facts.facts.experiments.back().what);
        std::get<Skipped>(session.transcript.back().what).why = why;
    }
    const auto diagnosis = diagnose(facts.facts);
    CHECK(diagnosis.outcome == Outcome::ok);
    const auto missing =
        std::find_if(diagnosis.findings.begin(), diagnosis.findings.end(),
                     [](const auto& finding) { return finding.id == "auth.not-possible-here"; });
    REQUIRE(missing != diagnosis.findings.end());
    CHECK(missing->severity == Severity::note);
    CHECK(missing->seen == "OTP is not spoken here; no Kerberos ticket");
}

} // namespace smtpprobe
