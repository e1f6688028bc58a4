// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <catch2/catch.hpp>

#include "facts_builder.hpp"
#include "smtpprobe/explain.hpp"

using namespace smtpprobe;
using test::FactsBuilder;

namespace {

constexpr std::initializer_list<const char*> kHealthy = {
    "connected",          "greeting 220 mx.example.com ESMTP", "ehlo 250 mx.example.com|PIPELINING|STARTTLS",
    "starttls 220 ready", "tls trusted matches valid",         "ehlo 250 mx.example.com|PIPELINING"};
constexpr std::initializer_list<const char*> kPlain = {"connected", "greeting 220 mx.example.com ESMTP",
                                                       "ehlo 250 mx.example.com|PIPELINING"};
constexpr std::initializer_list<const char*> kSilent = {"broken connect timed-out"};
constexpr std::initializer_list<const char*> kRefused = {"broken connect refused"};

struct Expected {
    Verdict verdict;
    Outcome outcome;
    std::string lead;
};

void check(const char* situation, const FactsBuilder& built, const Expected& expected)
{
    const auto diagnosis = diagnose(built.facts);
    CAPTURE(situation, diagnosis.headline);
    CHECK(name(diagnosis.verdict) == name(expected.verdict));
    CHECK(name(diagnosis.outcome) == name(expected.outcome));
    REQUIRE_FALSE(diagnosis.findings.empty());
    CHECK(diagnosis.findings.front().id == expected.lead);
    CHECK(diagnosis.who == diagnosis.findings.front().who);
    CHECK_FALSE(diagnosis.headline.empty());
    for (const auto& finding : diagnosis.findings) {
        CAPTURE(finding.id);
        CHECK_FALSE(finding.title.empty());
        CHECK(find_explanation(finding.id) != nullptr);
    }
}

const Finding* find(const Diagnosis& diagnosis, std::string_view id)
{
    const auto found = std::find_if(diagnosis.findings.begin(), diagnosis.findings.end(),
                                    [&](const Finding& finding) { return finding.id == id; });
    return found == diagnosis.findings.end() ? nullptr : &*found;
}

} // namespace

TEST_CASE("One endpoint: what came of the conversation decides")
{
    const auto one = [](std::initializer_list<const char*> events, const char* target = "example.com") {
        return FactsBuilder(target).mx("mx.example.com").talk("8.8.8.8", events);
    };
    check("healthy", one(kHealthy), {Verdict::accepts, Outcome::ok, "ok.accepts"});
    check("no TLS", one(kPlain), {Verdict::accepts_with_problems, Outcome::warning, "tls.not-offered"});
    check("silent", one(kSilent), {Verdict::unreachable, Outcome::problem, "fault.connect.timed-out"});
    check("refused", one(kRefused), {Verdict::unreachable, Outcome::problem, "fault.connect.refused"});
    check("accepted, then silent", one({"connected", "broken greeting timed-out"}),
          {Verdict::unreachable, Outcome::problem, "fault.greeting.timed-out"});
    check("accepted, then silent until our deadline", one({"connected", "broken greeting deadline"}),
          {Verdict::unreachable, Outcome::problem, "fault.greeting.timed-out"});
    check("expired certificate",
          one({"connected", "greeting 220 mx.example.com ESMTP", "ehlo 250 mx.example.com|STARTTLS",
               "starttls 220 ready", "tls trusted matches expired", "ehlo 250 mx.example.com"}),
          {Verdict::accepts_with_problems, Outcome::warning, "tls.certificate-expired"});
    check("521 greeting", one({"connected", "greeting 521 mx.example.com takes no mail"}),
          {Verdict::takes_no_mail, Outcome::problem, "code.greeting.521"});
    check("stripped STARTTLS",
          one({"connected", "greeting 220 mx.example.com ESMTP",
               "ehlo 250 mx.example.com|XXXXXXXA|PIPELINING"}),
          {Verdict::accepts_with_problems, Outcome::problem, "tls.stripped-by-middlebox"});
    check("interrupted", one({"connected", "broken greeting cancelled"}),
          {Verdict::inconclusive, Outcome::unknown, "fault.any.cancelled"});
}

TEST_CASE("A recipient's refusal decides about that mailbox")
{
    const auto asked = [](const char* rcpt) {
        return FactsBuilder("user@example.com")
            .mx("mx.example.com")
            .talk("8.8.8.8", {"connected", "greeting 220 mx.example.com ESMTP",
                              "ehlo 250 mx.example.com|STARTTLS", "starttls 220 ready",
                              "tls trusted matches valid", "ehlo 250 mx.example.com", "mail 250 ok", rcpt});
    };
    check("taken", asked("rcpt user@example.com 250 ok"),
          {Verdict::accepts, Outcome::ok, "ok.recipient-accepted"});
    CHECK(diagnose(asked("rcpt user@example.com 550 5.1.1 no such user").facts).verdict == Verdict::refuses);
    CHECK(diagnose(asked("rcpt user@example.com 451 4.3.0 try later").facts).verdict == Verdict::defers);
    const auto greylisted =
        diagnose(asked("rcpt user@example.com 450 4.2.0 Greylisted, see http://postgrey.example").facts);
    CHECK(greylisted.verdict == Verdict::defers);
    CHECK(greylisted.outcome == Outcome::warning);
    CHECK(greylisted.failed_step == Step::rcpt);
}

TEST_CASE("Of several recipients, one refusal is a problem though mail flows")
{
    const auto diagnosis = diagnose(
        FactsBuilder("example.com")
            .mx("mx.example.com")
            .talk("8.8.8.8",
                  {"connected", "greeting 220 mx.example.com ESMTP", "ehlo 250 mx.example.com", "mail 250 ok",
                   "rcpt a@example.com 250 ok", "rcpt b@example.com 550 5.1.1 unknown"},
                  TlsMode::none)
            .facts);
    CHECK(diagnosis.verdict == Verdict::accepts_with_problems);
    CHECK(diagnosis.outcome == Outcome::problem);
    CHECK(diagnosis.findings.front().seen.find("b@example.com") != std::string::npos);
}

TEST_CASE("The route is walked as a sending server walks it")
{
    check("preferred dead, backup works",
          FactsBuilder("example.com")
              .mx("mx1.example.com", 10)
              .talk("8.8.8.8", kSilent)
              .mx("mx2.example.com", 20)
              .talk("8.8.4.4", kHealthy),
          {Verdict::accepts_with_problems, Outcome::warning, "route.preferred-dead"});
    check("backup dead",
          FactsBuilder("example.com")
              .mx("mx1.example.com", 10)
              .talk("8.8.8.8", kHealthy)
              .mx("mx2.example.com", 20)
              .talk("8.8.4.4", kRefused),
          {Verdict::accepts_with_problems, Outcome::warning, "route.some-endpoints-dead"});
    check("IPv6 dead",
          FactsBuilder("example.com")
              .mx("mx1.example.com", 10)
              .talk("2001:4860::1", kSilent)
              .talk("8.8.4.4", kHealthy),
          {Verdict::accepts_with_problems, Outcome::warning, "route.one-family-dead"});
    check("no IPv6 here",
          FactsBuilder("example.com")
              .mx("mx1.example.com", 10)
              .untried("2001:4860::1", NotTried::no_local_family)
              .talk("8.8.4.4", kHealthy),
          {Verdict::accepts, Outcome::ok, "ok.accepts"});
    check("no network here",
          FactsBuilder("example.com").mx("mx1.example.com", 10).untried("8.8.8.8", NotTried::no_local_family),
          {Verdict::inconclusive, Outcome::unknown, "probe.no-local-network"});
    check("greeting refused at the first, second works",
          FactsBuilder("example.com")
              .mx("mx1.example.com", 10)
              .talk("8.8.8.8", {"connected", "greeting 554 no"})
              .mx("mx2.example.com", 20)
              .talk("8.8.4.4", kHealthy),
          {Verdict::accepts_with_problems, Outcome::warning, "route.preferred-refuses"});
    const auto final_refusal = diagnose(
        FactsBuilder("u@example.com")
            .mx("mx1.example.com", 10)
            .talk("8.8.8.8", {"connected", "greeting 220 mx1.example.com", "ehlo 250 mx1.example.com",
                              "mail 250 ok", "rcpt u@example.com 550 5.1.1 unknown"})
            .mx("mx2.example.com", 20)
            .talk("8.8.4.4", {"connected", "greeting 220 mx2.example.com", "ehlo 250 mx2.example.com",
                              "mail 250 ok", "rcpt u@example.com 250 ok"})
            .facts);
    CHECK(final_refusal.verdict == Verdict::refuses);
}

TEST_CASE("Where TLS fails and mail is taken without, it is a warning")
{
    check("handshake fails, clear works",
          FactsBuilder("example.com")
              .mx("mx.example.com")
              .talk("8.8.8.8", {"connected", "greeting 220 mx.example.com",
                                "ehlo 250 mx.example.com|STARTTLS", "starttls 220 go", "broken tls reset"})
              .talk("8.8.8.8", kPlain, TlsMode::none),
          {Verdict::accepts_with_problems, Outcome::warning, "fault.tls.reset"});
}

TEST_CASE("Without an endpoint the lookups decide")
{
    const auto no_route = [](RecordType type, LookupOutcome outcome,
                             LookupFailure failure = LookupFailure::none) {
        return FactsBuilder("example.com")
            .route(RouteKind::none)
            .lookup("example.com", type, outcome, failure);
    };
    check("NXDOMAIN", no_route(RecordType::mx, LookupOutcome::no_such_domain),
          {Verdict::unreachable, Outcome::problem, "dns.mx.no-such-domain"});
    check("SERVFAIL", no_route(RecordType::mx, LookupOutcome::failed, LookupFailure::server_failure),
          {Verdict::unreachable, Outcome::problem, "dns.mx.server-failure"});
    check("resolver closed",
          no_route(RecordType::mx, LookupOutcome::failed, LookupFailure::connection_refused),
          {Verdict::inconclusive, Outcome::unknown, "resolver.closed"});
    check("no network", no_route(RecordType::mx, LookupOutcome::failed, LookupFailure::unreachable),
          {Verdict::inconclusive, Outcome::unknown, "resolver.unreachable"});
    check("null MX",
          FactsBuilder("example.com")
              .route(RouteKind::null_mx)
              .lookup("example.com", RecordType::mx, LookupOutcome::found),
          {Verdict::takes_no_mail, Outcome::problem, "route.null-mx"});
    check("MX host missing",
          FactsBuilder("example.com")
              .lookup("example.com", RecordType::mx, LookupOutcome::found)
              .note(RouteNoteKind::mx_host_missing, "mx.example.com"),
          {Verdict::unreachable, Outcome::problem, "route.mx-host-missing"});
    check("MX at loopback",
          FactsBuilder("example.com")
              .lookup("example.com", RecordType::mx, LookupOutcome::found)
              .note(RouteNoteKind::address_loopback, "mx.example.com", "127.0.0.1"),
          {Verdict::unreachable, Outcome::problem, "route.address-loopback"});
}

TEST_CASE("A private address leads where it does not answer, and is a note where it does")
{
    check("dead",
          FactsBuilder("example.com")
              .mx("mx.example.com")
              .talk("10.0.0.1", kSilent)
              .note(RouteNoteKind::address_private, "mx.example.com", "10.0.0.1"),
          {Verdict::unreachable, Outcome::problem, "route.address-private"});
    const auto alive = diagnose(FactsBuilder("example.com")
                                    .mx("mx.example.com")
                                    .talk("10.0.0.1", kHealthy)
                                    .note(RouteNoteKind::address_private, "mx.example.com", "10.0.0.1")
                                    .facts);
    CHECK(alive.outcome == Outcome::ok);
    REQUIRE(find(alive, "route.address-private") != nullptr);
    CHECK(find(alive, "route.address-private")->severity == Severity::note);
}

TEST_CASE("A certificate weighs more where mail must not go in the clear")
{
    const auto expired = {
        "connected",       "greeting 220 mx.example.com", "ehlo 250 mx.example.com|STARTTLS",
        "starttls 220 go", "tls trusted matches expired", "ehlo 250 mx.example.com"};
    for (const auto mode : {TlsMode::may, TlsMode::require}) {
        const auto diagnosis =
            diagnose(FactsBuilder("example.com").mx("mx.example.com").talk("8.8.8.8", expired, mode).facts);
        CHECK(diagnosis.outcome == (mode == TlsMode::may ? Outcome::warning : Outcome::problem));
    }
    const auto submission = diagnose(
        FactsBuilder("example.com").mx("mx.example.com").talk("8.8.8.8", expired, TlsMode::may, 587).facts);
    CHECK(submission.outcome == Outcome::problem);
}

TEST_CASE("The same at two endpoints is one finding with both places")
{
    const auto diagnosis = diagnose(FactsBuilder("example.com")
                                        .mx("mx1.example.com")
                                        .talk("8.8.8.8", kPlain)
                                        .mx("mx2.example.com")
                                        .talk("8.8.4.4", kPlain)
                                        .facts);
    CHECK(std::count_if(diagnosis.findings.begin(), diagnosis.findings.end(),
                        [](const Finding& finding) { return finding.id == "tls.not-offered"; }) == 1);
    CHECK(find(diagnosis, "tls.not-offered")->where ==
          "mx1.example.com [8.8.8.8]:25, mx2.example.com [8.8.4.4]:25");
}

TEST_CASE("Nothing at all still gives a diagnosis")
{
    const auto diagnosis = diagnose(Facts{});
    CHECK(diagnosis.outcome == Outcome::unknown);
    CHECK_FALSE(diagnosis.headline.empty());
}

TEST_CASE("A relay refusal by the domain's own mail server is that server's fault")
{
    const auto denied = {"connected", "greeting 220 mx.example.com", "ehlo 250 mx.example.com", "mail 250 ok",
                         "rcpt user@example.com 554 5.7.1 We do not relay"};
    const auto by_mx = diagnose(
        FactsBuilder("user@example.com").mx("mx.example.com").talk("8.8.8.8", denied, TlsMode::none).facts);
    CHECK(by_mx.findings.front().id == "smtp.relay-denied-by-mx");
    CHECK(by_mx.who == Actor::recipient_admin);
    const auto by_host = diagnose(FactsBuilder("user@example.com")
                                      .mx("mx.example.com")
                                      .talk("8.8.8.8", denied, TlsMode::none)
                                      .route(RouteKind::host)
                                      .facts);
    CHECK(by_host.findings.front().id == "words.relay-denied");
}

TEST_CASE("Commands name the domain at hand, unless its name could harm a shell")
{
    const auto fix_of = [](const char* domain) {
        const auto diagnosis = diagnose(FactsBuilder(domain)
                                            .route(RouteKind::none)
                                            .lookup(domain, RecordType::mx, LookupOutcome::no_such_domain)
                                            .facts);
        std::string all;
        for (const auto& step : diagnosis.findings.front().fix)
            all += step + '\n';
        return all;
    };
    CHECK(fix_of("example.com").find("example.com") != std::string::npos);
    CHECK(fix_of("example.com").find("DOMAIN") == std::string::npos);
    CHECK(fix_of("$(reboot).example").find("reboot") == std::string::npos);
}

TEST_CASE("Silence on port 465 is a handshake that was not begun")
{
    const auto diagnosis =
        diagnose(FactsBuilder("example.com")
                     .mx("mx.example.com")
                     .talk("8.8.8.8", {"connected", "broken greeting timed-out"}, TlsMode::may, 465)
                     .facts);
    CHECK(diagnosis.findings.front().id == "smtp.implicit-tls-expected");
    REQUIRE(find(diagnosis, "fault.greeting.timed-out") != nullptr);
    CHECK(find(diagnosis, "fault.greeting.timed-out")->part_of == "smtp.implicit-tls-expected");
}

TEST_CASE("Lookups that the deadline ended do not say that there is no network here")
{
    const auto diagnosis =
        diagnose(FactsBuilder("example.com")
                     .route(RouteKind::none)
                     .lookup("example.com", RecordType::mx, LookupOutcome::failed, LookupFailure::cancelled)
                     .facts);
    CHECK(diagnosis.verdict == Verdict::inconclusive);
    CHECK(diagnosis.outcome == Outcome::problem);
}
