// SPDX-License-Identifier: Apache-2.0
// --check: what is asked of a server, and what is concluded from its answers.
#include <catch2/catch.hpp>

#include <algorithm>

#include "diagnosis/checks.hpp"
#include "unit/diagnosis/facts_builder.hpp"

namespace smtpprobe {
namespace {

using namespace test;

constexpr const char* kGreeting = "greeting 220 mx.example.com ESMTP";
constexpr const char* kHello = "ehlo 250 mx.example.com|SIZE 1000";

FactsBuilder asked(std::initializer_list<Check> checks, const char* hello = kHello)
{
    FactsBuilder builder("example.com");
    builder.mx("mx.example.com").talk("192.0.2.1", {"connected", kGreeting, hello});
    builder.facts.settings.checks = checks;
    return builder;
}

std::vector<TrySession> planned(const Facts& facts, Check check)
{
    Trials trials;
    plan_for_checks(facts, trials);
    std::vector<TrySession> sessions;
    for (const auto& trial : trials)
        if (trial.purpose == purpose_of(check))
            sessions.push_back(std::get<TrySession>(trial.what));
    return sessions;
}

const Finding* found(const Diagnosis& diagnosis, std::string_view id)
{
    const auto& all = diagnosis.findings;
    const auto finding =
        std::find_if(all.begin(), all.end(), [&](const Finding& each) { return each.id == id; });
    return finding == all.end() ? nullptr : &*finding;
}

Severity weight(const Facts& facts, std::string_view id)
{
    const auto diagnosis = diagnose(facts);
    const auto* finding = found(diagnosis, id);
    INFO(id);
    REQUIRE(finding != nullptr);
    CHECK_FALSE(finding->title.empty());
    return finding->severity;
}

} // namespace

TEST_CASE("a check is planned for one endpoint of each host that answers, once all have been talked to")
{
    auto facts = asked({Check::catch_all});
    facts.talk("192.0.2.2", {"connected", kGreeting, kHello}); // another address of the same host
    facts.mx("dead.example.com").talk("192.0.2.3", {"broken connect timed-out"});
    facts.mx("other.example.com").talk("192.0.2.4", {"connected", kGreeting, kHello});
    const auto sessions = planned(facts.facts, Check::catch_all);
    REQUIRE(sessions.size() == 2);
    CHECK(sessions[0].endpoint.host == "mx.example.com");
    CHECK(sessions[1].endpoint.host == "other.example.com");
    facts.facts.sessions.back().transcript.clear();
    CHECK(planned(facts.facts, Check::catch_all).empty());
}

TEST_CASE("a check is made though experiments are switched off, and without a login")
{
    auto facts = asked({Check::catch_all});
    facts.facts.settings.experiments = false;
    const auto trials = plan_trials(facts.facts);
    REQUIRE(trials.size() == 1);
    const auto& session = std::get<TrySession>(trials.front().what);
    CHECK_FALSE(session.login);
    CHECK(session.quit_after == Step::rcpt);
    REQUIRE(session.to.size() == 1);
    CHECK(session.to.front() == unlikely_name(facts.facts) + "@example.com");
}

TEST_CASE("the unlikely name is the same for the same facts, and another in the next probe")
{
    auto facts = asked({Check::catch_all}).facts;
    const auto name = unlikely_name(facts);
    CHECK(unlikely_name(facts) == name);
    facts.started += std::chrono::seconds(1);
    CHECK(unlikely_name(facts) != name);
    CHECK(name.starts_with("smtpprobe-"));
}

TEST_CASE("relay forms are those that open relays take, from the user's own address where it is elsewhere")
{
    auto facts = asked({Check::relay});
    const SessionView server(facts.facts.sessions.front());
    const auto count = [](const std::vector<RelayForm>& forms) {
        std::size_t sum = 0;
        for (const auto& form : forms)
            sum += form.to.size();
        return sum;
    };
    auto forms = relay_forms(facts.facts, server);
    CHECK(count(forms) == 16);
    CHECK(forms.front().from.empty());
    CHECK(forms.front().to.front() == "relay-test@example.org");
    CHECK(forms.back().to.back() == "example.org!relay-test@mx.example.com");
    facts.facts.settings.from = "me@home.test";
    CHECK(relay_forms(facts.facts, server).front().to.front() == "me@home.test");
    facts.facts.settings.from = "me@sub.example.com"; // not a stranger to this server
    CHECK(relay_forms(facts.facts, server).front().to.front() == "relay-test@example.org");
}

TEST_CASE("relaying is asked one conversation after the other, until one form is taken")
{
    auto facts = asked({Check::relay});
    CHECK(planned(facts.facts, Check::relay).size() == 1);
    SECTION("refused: the next form")
    {
        facts.trial(Purpose::check_relay, "192.0.2.1",
                    {"connected", kGreeting, kHello, "mail 250 ok",
                     "rcpt relay-test@example.org 554 5.7.1 Relay access denied"});
        CHECK(planned(facts.facts, Check::relay).size() == 2);
        CHECK(weight(facts.facts, "check.relay-closed") == Severity::note);
    }
    SECTION("taken: that is enough, and a problem")
    {
        facts.trial(Purpose::check_relay, "192.0.2.1",
                    {"connected", kGreeting, kHello, "mail 250 ok", "rcpt relay-test@example.org 250 ok"});
        CHECK(planned(facts.facts, Check::relay).size() == 1);
        SECTION("not where we may be one of its own")
        {
            CHECK(weight(facts.facts, "check.relay-for-us") == Severity::warning);
        }
        SECTION("from a public address")
        {
            for (auto& event : std::get<Session>(facts.facts.experiments.front().what).transcript)
                if (auto* connected = std::get_if<Connected>(&event.what))
                    connected->local = *IpAddress::parse("8.8.4.4");
            CHECK(weight(facts.facts, "check.relay-open") == Severity::problem);
            CHECK(diagnose(facts.facts).verdict == Verdict::accepts_with_problems);
        }
    }
    SECTION("the server hangs up: no more")
    {
        facts.trial(Purpose::check_relay, "192.0.2.1", {"connected", "greeting 421 too many connections"});
        CHECK(planned(facts.facts, Check::relay).size() == 1);
        CHECK(weight(facts.facts, "check.unanswered") == Severity::warning);
    }
}

TEST_CASE("an old form of address that is taken may be a strange mailbox of the server's own")
{
    auto facts = asked({Check::relay});
    facts.trial(Purpose::check_relay, "192.0.2.1",
                {"connected", kGreeting, kHello, "mail 250 ok",
                 "rcpt relay-test@example.org 554 5.7.1 Relay access denied",
                 "rcpt relay-test%example.org@[192.0.2.1] 250 ok"});
    CHECK(weight(facts.facts, "check.relay-perhaps") == Severity::warning);
}

TEST_CASE("VRFY tells where it answers otherwise for a mailbox than for none")
{
    auto facts = asked({Check::vrfy});
    const auto sessions = planned(facts.facts, Check::vrfy);
    REQUIRE(sessions.size() == 1);
    REQUIRE(sessions.front().verbs.size() == 3);
    CHECK(sessions.front().verbs[0].line == "VRFY " + unlikely_name(facts.facts) + "@example.com");
    SECTION("it does")
    {
        facts.trial(Purpose::check_vrfy, "192.0.2.1",
                    {"connected", kGreeting, kHello, "sent vrfy VRFY nobody", "vrfy 550 5.1.1 User unknown",
                     "sent vrfy VRFY postmaster", "vrfy 252 2.0.0 postmaster", "sent expn EXPN postmaster",
                     "expn 502 5.5.2 not known"});
        CHECK(weight(facts.facts, "check.vrfy-tells") == Severity::warning);
    }
    SECTION("it only wants a domain")
    {
        facts.trial(Purpose::check_vrfy, "192.0.2.1",
                    {"connected", kGreeting, kHello, "sent vrfy VRFY nobody",
                     "vrfy 501 recipient address must contain a domain", "sent vrfy VRFY postmaster",
                     "vrfy 252 Administrative prohibition", "sent expn EXPN postmaster", "expn 550 no"});
        CHECK(weight(facts.facts, "check.vrfy-silent") == Severity::note);
    }
    SECTION("it does not")
    {
        facts.trial(Purpose::check_vrfy, "192.0.2.1",
                    {"connected", kGreeting, kHello, "sent vrfy VRFY nobody", "vrfy 502 5.5.1 disabled",
                     "sent vrfy VRFY postmaster", "vrfy 502 5.5.1 disabled", "sent expn EXPN postmaster",
                     "expn 502 5.5.2 not known"});
        CHECK(weight(facts.facts, "check.vrfy-silent") == Severity::note);
    }
    SECTION("EXPN does")
    {
        facts.trial(Purpose::check_vrfy, "192.0.2.1",
                    {"connected", kGreeting, kHello, "sent vrfy VRFY nobody", "vrfy 252 ok",
                     "sent vrfy VRFY postmaster", "vrfy 252 ok", "sent expn EXPN postmaster",
                     "expn 250 Jane <jane@example.com>"});
        CHECK(weight(facts.facts, "check.expn-tells") == Severity::warning);
    }
    SECTION("the conversation broke")
    {
        facts.trial(Purpose::check_vrfy, "192.0.2.1",
                    {"connected", kGreeting, kHello, "sent vrfy VRFY nobody", "broken vrfy closed"});
        CHECK(weight(facts.facts, "check.unanswered") == Severity::warning);
    }
}

TEST_CASE("a recipient that cannot exist is taken, refused, or put off")
{
    auto facts = asked({Check::catch_all});
    const auto with = [&](const char* answer) {
        facts.trial(Purpose::check_catch_all, "192.0.2.1",
                    {"connected", kGreeting, kHello, "mail 250 ok", answer});
        return facts.facts;
    };
    SECTION("taken")
    {
        CHECK(weight(with("rcpt x@example.com 250 ok"), "check.catch-all") == Severity::warning);
    }
    SECTION("refused")
    {
        CHECK(weight(with("rcpt x@example.com 550 5.1.1 User unknown"), "check.no-catch-all") ==
              Severity::note);
    }
    SECTION("put off")
    {
        CHECK(weight(with("rcpt x@example.com 451 4.7.1 Greylisted"), "check.unanswered") ==
              Severity::warning);
    }
    SECTION("we are refused, not the recipient")
    {
        CHECK(weight(with("rcpt x@example.com 554 5.7.1 Client host blocked using zen.spamhaus.org"),
                     "check.unanswered") == Severity::warning);
    }
    SECTION("not asked") { CHECK(weight(facts.facts, "check.unanswered") == Severity::warning); }
}

TEST_CASE("postmaster and abuse are asked about one by one")
{
    auto facts = asked({Check::postmaster});
    const auto sessions = planned(facts.facts, Check::postmaster);
    REQUIRE(sessions.size() == 1);
    CHECK(sessions.front().to ==
          std::vector<std::string>{"Postmaster", "postmaster@example.com", "abuse@example.com"});
    facts.trial(Purpose::check_postmaster, "192.0.2.1",
                {"connected", kGreeting, kHello, "mail 250 ok", "rcpt Postmaster 550 5.1.1 unknown",
                 "rcpt postmaster@example.com 250 ok", "rcpt abuse@example.com 550 5.1.1 unknown"});
    CHECK(weight(facts.facts, "check.bare-postmaster-refused") == Severity::warning);
    CHECK(weight(facts.facts, "check.abuse-refused") == Severity::warning);
    CHECK(weight(facts.facts, "check.postmaster-taken") == Severity::note);
    CHECK(found(diagnose(facts.facts), "check.postmaster-refused") == nullptr);
}

TEST_CASE("the null sender is refused at MAIL, or at RCPT where another sender was not")
{
    auto facts = asked({Check::null_sender});
    SECTION("at MAIL")
    {
        facts.trial(Purpose::check_null_sender, "192.0.2.1",
                    {"connected", kGreeting, kHello, "mail 550 5.7.1 no"});
        CHECK(weight(facts.facts, "check.null-sender-refused") == Severity::problem);
    }
    SECTION("taken")
    {
        facts.trial(Purpose::check_null_sender, "192.0.2.1",
                    {"connected", kGreeting, kHello, "mail 250 ok", "rcpt postmaster@example.com 250 ok"});
        CHECK(weight(facts.facts, "check.null-sender-taken") == Severity::note);
    }
    SECTION("the recipient is unknown to anybody")
    {
        facts.trial(Purpose::check_null_sender, "192.0.2.1",
                    {"connected", kGreeting, kHello, "mail 250 ok",
                     "rcpt postmaster@example.com 550 5.1.1 User unknown"});
        CHECK(weight(facts.facts, "check.unanswered") == Severity::warning);
    }
}

TEST_CASE("what goes without STARTTLS weighs where people hand in mail")
{
    auto facts = asked({Check::starttls_enforced}, "ehlo 250 mx.example.com|STARTTLS");
    const auto sessions = planned(facts.facts, Check::starttls_enforced);
    REQUIRE(sessions.size() == 1);
    CHECK(sessions.front().endpoint.tls == TlsMode::none);
    const auto with = [&](const char* login, const char* mail) {
        facts.trial(Purpose::check_starttls, "192.0.2.1",
                    {"connected", kGreeting, kHello, "sent auth AUTH X-SMTPPROBE", login, "mail 250 ok"});
        std::get<Session>(facts.facts.experiments.back().what).transcript.back() =
            Event{std::chrono::seconds(9),
                  Received{Step::mail, Reply::make(mail[0] == '2' ? 250 : 530, {mail + 4}).value(), {}, {}}};
        return facts.facts;
    };
    SECTION("usual on port 25")
    {
        CHECK(weight(with("auth 503 5.5.1 not enabled", "250 ok"), "check.mail-without-starttls") ==
              Severity::note);
    }
    SECTION("enforced")
    {
        const auto all = with("auth 530 5.7.0 Must issue a STARTTLS command first",
                              "530 5.7.0 Must issue a STARTTLS command first");
        CHECK(weight(all, "check.starttls-enforced") == Severity::note);
        CHECK(found(diagnose(all), "check.auth-without-starttls") == nullptr);
    }
    SECTION("AUTH is there though it is not listed")
    {
        CHECK(weight(with("auth 504 5.5.4 Unrecognized authentication type", "250 ok"),
                     "check.auth-without-starttls") == Severity::warning);
    }
}

TEST_CASE("there is nothing to enforce where TLS is not offered")
{
    auto facts = asked({Check::starttls_enforced});
    CHECK(planned(facts.facts, Check::starttls_enforced).empty());
    CHECK(weight(facts.facts, "check.no-starttls") == Severity::warning);
}

TEST_CASE("a size above the announced limit should be refused at MAIL")
{
    auto facts = asked({Check::size});
    const auto sessions = planned(facts.facts, Check::size);
    REQUIRE(sessions.size() == 1);
    CHECK(sessions.front().size == 2000U);
    CHECK(sessions.front().quit_after == Step::mail);
    const auto with = [&](const char* mail) {
        facts.trial(Purpose::check_size, "192.0.2.1",
                    {"connected", kGreeting, kHello, "sent mail MAIL FROM:<> SIZE=2000", mail});
        return facts.facts;
    };
    SECTION("it is")
    {
        CHECK(weight(with("mail 552 5.3.4 Message size exceeds fixed limit"), "check.size-kept") ==
              Severity::note);
    }
    SECTION("it is not")
    {
        CHECK(weight(with("mail 250 2.1.0 Ok"), "check.size-ignored") == Severity::warning);
    }
    SECTION("something else is in the way")
    {
        CHECK(weight(with("mail 530 5.7.0 Authentication required"), "check.unanswered") ==
              Severity::warning);
    }
}

TEST_CASE("no limit is announced, so none can be kept")
{
    const auto facts = asked({Check::size}, "ehlo 250 mx.example.com|SIZE 0");
    CHECK(planned(facts.facts, Check::size).empty());
    CHECK(weight(facts.facts, "check.size-unnamed") == Severity::note);
}

TEST_CASE("where no server answers, one note says that the checks were not made")
{
    FactsBuilder facts("example.com");
    facts.mx("mx.example.com").talk("192.0.2.1", {"broken connect refused"});
    facts.facts.settings.checks = {Check::catch_all, Check::size};
    const auto diagnosis = diagnose(facts.facts);
    CHECK(std::count_if(diagnosis.findings.begin(), diagnosis.findings.end(),
                        [](const Finding& finding) { return finding.id.starts_with("check."); }) == 1);
    CHECK(weight(facts.facts, "check.unanswered") == Severity::note);
}

} // namespace smtpprobe
