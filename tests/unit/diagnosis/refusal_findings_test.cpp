// SPDX-License-Identifier: Apache-2.0
// What replies tell together: of one conversation, several recipients, several hosts, several visits.
#include <algorithm>
#include <vector>

#include <catch2/catch.hpp>

#include "facts_builder.hpp"

using namespace smtpprobe;
using test::FactsBuilder;

namespace {

struct Said {
    std::string lead;
    std::string verdict;
    std::string outcome;
    friend bool operator==(const Said&, const Said&) = default;
};

std::ostream& operator<<(std::ostream& out, const Said& said)
{
    return out << said.lead << ' ' << said.verdict << ' ' << said.outcome;
}

Said said_of(const Facts& facts)
{
    const auto diagnosis = diagnose(facts);
    return {diagnosis.findings.front().id, std::string(name(diagnosis.verdict)),
            std::string(name(diagnosis.outcome))};
}

const Finding* find(const Diagnosis& diagnosis, std::string_view id)
{
    const auto found = std::find_if(diagnosis.findings.begin(), diagnosis.findings.end(),
                                    [&](const Finding& finding) { return finding.id == id; });
    return found == diagnosis.findings.end() ? nullptr : &*found;
}

void check(const char* situation, std::initializer_list<const char*> events, const Said& said)
{
    CAPTURE(situation);
    FactsBuilder built("u@example.com");
    built.mx("mx.example.com").talk("8.8.8.8", events, TlsMode::none);
    built.facts.settings.helo = "probe.sender.test";
    CHECK(said_of(built.facts) == said);
}

FactsBuilder one(std::initializer_list<const char*> events)
{
    FactsBuilder built("user@example.com");
    built.mx("mx.example.com").talk("8.8.8.8", events, TlsMode::none);
    built.facts.settings.retry_greylist = true;
    built.facts.settings.deadline = std::chrono::minutes(20);
    return built;
}

FactsBuilder put_off()
{
    return one({"connected", "greeting 220 mx.example.com", "ehlo 250 mx.example.com", "mail 250 ok",
                "rcpt user@example.com 450 4.2.0 Greylisted"});
}

FactsBuilder& come_back(FactsBuilder& built, const char* rcpt)
{
    return built.trial(
        Purpose::later, "8.8.8.8",
        {"connected", "greeting 220 mx.example.com", "ehlo 250 mx.example.com", "mail 250 ok", rcpt},
        TlsMode::none);
}

} // namespace

TEST_CASE("Mail that is taken after a wait was greylisted, and flows")
{
    auto built = put_off();
    come_back(built, "rcpt user@example.com 250 ok");
    CHECK(said_of(built.facts) == Said{"ok.recipient-accepted", "accepts", "ok"});
    const auto diagnosis = diagnose(built.facts);
    const auto* passed = find(diagnosis, "refusal.passed-later");
    REQUIRE(passed != nullptr);
    CHECK(passed->severity == Severity::note);
    CHECK(passed->seen.find("2nd attempt") != std::string::npos);
    const auto* symptom = find(diagnosis, "words.greylisted");
    REQUIRE(symptom != nullptr);
    CHECK(symptom->severity == Severity::note);
    CHECK(symptom->part_of == "refusal.passed-later");
}

TEST_CASE("Mail that is put off after the wait as well is said not to be proven")
{
    auto built = put_off();
    come_back(built, "rcpt user@example.com 450 4.2.0 Greylisted");
    come_back(built, "rcpt user@example.com 451 4.3.0 Other trouble");
    CHECK(said_of(built.facts) == Said{"words.greylisted", "defers", "warning"});
    const auto diagnosis = diagnose(built.facts);
    const auto* still = find(diagnosis, "refusal.still-put-off");
    REQUIRE(still != nullptr);
    CHECK(still->part_of == "words.greylisted");
    CHECK(still->seen.find("3rd attempt") != std::string::npos);
    CHECK(still->seen.find("Other trouble") != std::string::npos);
}

TEST_CASE("A refusal after the wait is what a sender's mail comes back with")
{
    auto built = put_off();
    come_back(built, "rcpt user@example.com 550 5.1.1 User unknown");
    const auto said = said_of(built.facts);
    CHECK(said.verdict == "refuses");
    CHECK(said.outcome == "problem");
    CHECK(diagnose(built.facts).findings.front().seen.find("User unknown") != std::string::npos);
}

TEST_CASE("A host that is gone when we come back has not changed its mind")
{
    auto built = put_off();
    built.trial(Purpose::later, "8.8.8.8", {"broken connect refused"}, TlsMode::none);
    CHECK(said_of(built.facts) == Said{"words.greylisted", "defers", "warning"});
}

TEST_CASE("A wait beyond the deadline is told")
{
    auto built = one({"connected", "greeting 220 mx.example.com", "ehlo 250 mx.example.com", "mail 250 ok",
                      "rcpt user@example.com 450 4.2.0 Greylisted for 60 minutes"});
    CHECK(find(diagnose(built.facts), "refusal.wait-too-long") != nullptr);
    built.facts.settings.deadline = std::chrono::hours(2);
    CHECK(find(diagnose(built.facts), "refusal.wait-too-long") == nullptr);
}

TEST_CASE("Temporary refusals are told apart by words, step and weight")
{
    check("greylisting",
          {"connected", "greeting 220 mx", "ehlo 250 mx", "mail 250 ok",
           "rcpt u@example.com 450 4.2.0 Greylisted"},
          {"words.greylisted", "defers", "warning"});
    check("postscreen",
          {"connected", "greeting 220 mx", "ehlo 250 mx", "mail 250 ok",
           "rcpt u@example.com 450 4.3.2 Service currently unavailable"},
          {"vendor.postfix.postscreen-later", "defers", "warning"});
    check(
        "a limit of ours",
        {"connected", "greeting 220 mx", "ehlo 250 mx", "mail 450 4.7.1 Error: too much mail from 192.0.2.1"},
        {"vendor.postfix.rate", "defers", "warning"});
    check("a full disk",
          {"connected", "greeting 220 mx", "ehlo 250 mx", "mail 452 4.3.1 Insufficient system storage"},
          {"words.disk-full", "defers", "problem"});
    check("a filter down",
          {"connected", "greeting 220 mx", "ehlo 250 mx", "starttls 454 4.3.0 Try again later",
           "mail 451 4.7.1 Service unavailable - try again later"},
          {"refusal.server-part-down", "defers", "problem"});
    check("a full disk, said to STARTTLS too",
          {"connected", "greeting 220 mx", "ehlo 250 mx",
           "starttls 452 4.4.5 Insufficient disk space; try again later",
           "mail 452 4.4.5 Insufficient disk space; try again later"},
          {"vendor.sendmail.disk", "defers", "problem"});
    check("a table broken",
          {"connected", "greeting 220 mx", "ehlo 250 mx", "mail 250 ok",
           "rcpt u@example.com 451 4.3.0 <u@example.com>: Temporary lookup failure"},
          {"vendor.postfix.server-config", "defers", "problem"});
    check("a mailbox full",
          {"connected", "greeting 220 mx", "ehlo 250 mx", "mail 250 ok",
           "rcpt u@example.com 452 4.2.2 Mailbox full"},
          {"words.mailbox-full", "defers", "problem"});
    check("too many recipients",
          {"connected", "greeting 220 mx", "ehlo 250 mx", "mail 250 ok", "rcpt u@example.com 250 ok",
           "rcpt v@example.com 452 4.5.3 Error: too many recipients"},
          {"vendor.postfix.too-many-recipients", "accepts-with-problems", "warning"});
}

TEST_CASE("What a greeting refuses is told apart")
{
    check("too many connections of ours",
          {"connected", "greeting 421 4.7.0 mx Error: too many connections from 192.0.2.1"},
          {"vendor.postfix.too-many-connections", "defers", "warning"});
    check("all places taken",
          {"connected", "greeting 421 Too many concurrent SMTP connections; please try again later."},
          {"vendor.exim.places-taken", "defers", "problem"});
    check("load", {"connected", "greeting 421 Too much load; please try again later."},
          {"words.server-overloaded", "defers", "problem"});
    check("closing", {"connected", "greeting 421 mx Service not available"},
          {"code.greeting.421", "defers", "problem"});
    check("postscreen's deny list", {"connected", "greeting 521 5.3.2 Service currently unavailable"},
          {"vendor.postfix.postscreen-denied", "refuses", "problem"});
    check("a host without mail", {"connected", "greeting 521 mx takes no mail"},
          {"code.greeting.521", "takes-no-mail", "problem"});
    check("a filter at the greeting", {"connected", "greeting 554 mx ESMTP not accepting connections"},
          {"vendor.postfix.filter-refuses-connection", "refuses", "problem"});
}

TEST_CASE("Refusals that are not about the mailbox are known by what else was said")
{
    check("<> at MAIL",
          {"connected", "greeting 220 mx", "ehlo 250 mx",
           "mail 554 5.7.1 <>: Sender address rejected: Access denied"},
          {"smtp.null-sender-refused", "refuses", "problem"});
    check("<> at RCPT",
          {"connected", "greeting 220 mx", "ehlo 250 mx", "mail 250 ok",
           "rcpt u@example.com 554 5.7.1 <>: Sender address rejected: Access denied"},
          {"smtp.null-sender-refused", "refuses", "problem"});
    check("at MAIL, without a cause",
          {"connected", "greeting 220 mx", "ehlo 250 mx", "mail 554 5.7.1 Access denied"},
          {"smtp.null-sender-suspected", "refuses", "problem"});
    check("at MAIL, with our name in the words",
          {"connected", "greeting 220 mx", "ehlo 250 mx",
           "mail 550 5.7.1 Rejected by policy for probe.sender.test"},
          {"refusal.names-you", "refuses", "problem"});
    check("521 at RCPT is about the mailbox",
          {"connected", "greeting 220 mx", "ehlo 250 mx", "mail 250 ok",
           "rcpt u@example.com 521 5.1.1 User unknown"},
          {"words.user-unknown", "refuses", "problem"});
    check("the EHLO name in the words",
          {"connected", "greeting 220 mx", "ehlo 250 mx", "mail 250 ok",
           "rcpt u@example.com 550 5.7.1 Against our policy for probe.sender.test"},
          {"refusal.names-you", "refuses", "problem"});
    check("all alike",
          {"connected", "greeting 220 mx", "ehlo 250 mx", "mail 250 ok",
           "rcpt u@example.com 554 5.7.1 Against our policy: <u@example.com>",
           "rcpt v@example.com 554 5.7.1 Against our policy: <v@example.com>"},
          {"refusal.all-recipients-alike", "refuses", "problem"});
    check("two that do not exist",
          {"connected", "greeting 220 mx", "ehlo 250 mx", "mail 250 ok",
           "rcpt u@example.com 550 5.1.1 User unknown", "rcpt v@example.com 550 5.1.1 User unknown"},
          {"words.user-unknown", "refuses", "problem"});
    check("alike, and postmaster too",
          {"connected", "greeting 220 mx", "ehlo 250 mx", "mail 250 ok",
           "rcpt u@example.com 550 Recipient rejected", "rcpt postmaster@example.com 550 Recipient rejected"},
          {"refusal.all-recipients-alike", "refuses", "problem"});
}

TEST_CASE("A refusal that names our address is about us, unless it says what is wrong with the mailbox")
{
    const auto refused = [](const char* rcpt) {
        auto built = one({"connected", "greeting 220 mx", "ehlo 250 mx", "mail 250 ok", rcpt});
        built.facts.own_addresses = {IpAddress::parse("198.51.100.7").value()};
        return said_of(built.facts).lead;
    };
    CHECK(refused("rcpt u@example.com 550 5.7.1 Against our policy for 198.51.100.7") == "refusal.names-you");
    CHECK(refused("rcpt u@example.com 550 5.7.1 Against our policy for 198.51.100.70") !=
          "refusal.names-you");
    CHECK(refused("rcpt u@example.com 550 5.1.1 User unknown to [198.51.100.7]") == "words.user-unknown");
}

TEST_CASE("Hosts of one domain that do not say the same")
{
    const std::initializer_list<const char*> takes = {"connected", "greeting 220 mx", "ehlo 250 mx",
                                                      "mail 250 ok", "rcpt u@example.com 250 ok"};
    const std::initializer_list<const char*> unknown = {"connected", "greeting 220 mx", "ehlo 250 mx",
                                                        "mail 250 ok",
                                                        "rcpt u@example.com 550 5.1.1 User unknown"};
    const std::initializer_list<const char*> closing = {"connected", "greeting 421 mx Service not available"};
    const std::initializer_list<const char*> blocks = {
        "connected", "greeting 554 5.7.1 Client host [192.0.2.1] blocked using list.example"};
    const std::initializer_list<const char*> greylists = {"connected", "greeting 220 mx", "ehlo 250 mx",
                                                          "mail 250 ok",
                                                          "rcpt u@example.com 450 4.2.0 Greylisted"};
    const std::initializer_list<const char*> dead = {"broken connect refused"};
    const auto two = [](std::initializer_list<const char*> first, std::initializer_list<const char*> second) {
        return said_of(FactsBuilder("u@example.com")
                           .mx("mx1.example.com", 10)
                           .talk("8.8.8.8", first, TlsMode::none)
                           .mx("mx2.example.com", 20)
                           .talk("8.8.4.4", second, TlsMode::none)
                           .facts);
    };
    CHECK(two(takes, takes) == Said{"ok.recipient-accepted", "accepts", "ok"});
    CHECK(two(closing, takes) == Said{"route.preferred-refuses", "accepts-with-problems", "warning"});
    CHECK(two(unknown, takes) == Said{"route.hosts-disagree", "refuses", "problem"});
    CHECK(two(takes, unknown) == Said{"route.hosts-disagree", "accepts-with-problems", "warning"});
    CHECK(two(unknown, unknown) == Said{"words.user-unknown", "refuses", "problem"});
    CHECK(two(blocks, takes).lead == "words.blocklist");
    CHECK(two(dead, greylists) == Said{"words.greylisted", "defers", "warning"});
    CHECK(two(closing, closing) == Said{"code.greeting.421", "defers", "problem"});
}

TEST_CASE("Replies that are all late alike are held back on purpose")
{
    const auto is_tarpit = [](std::initializer_list<const char*> events) {
        return find(diagnose(FactsBuilder("example.com")
                                 .mx("mx.example.com")
                                 .talk("8.8.8.8", events, TlsMode::none)
                                 .facts),
                    "smtp.tarpit") != nullptr;
    };
    CHECK(is_tarpit({"@0 connected", "@4 greeting 220 mx", "@0 sent ehlo EHLO a", "@4 ehlo 250 mx",
                     "@0 sent quit QUIT", "@5 quit 221 bye"}));
    CHECK_FALSE(is_tarpit({"@0 connected", "@4 greeting 220 mx", "@0 sent ehlo EHLO a", "@0 ehlo 250 mx",
                           "@0 sent quit QUIT", "@0 quit 221 bye"}));
    CHECK_FALSE(is_tarpit({"@0 connected", "@4 greeting 220 mx", "@0 sent ehlo EHLO a", "@30 ehlo 250 mx",
                           "@0 sent quit QUIT", "@4 quit 221 bye"}));
}

TEST_CASE("Who is let in once and then kept out has met a limit of connections, not a dead port")
{
    const auto first = {"connected", "greeting 220 mx", "ehlo 250 mx|STARTTLS", "starttls 220 go",
                        "broken tls handshake alert"};
    const auto then = [&](std::initializer_list<const char*> second) {
        FactsBuilder built("example.com");
        built.mx("mx.example.com")
            .talk("8.8.8.8", first, TlsMode::may)
            .talk("8.8.8.8", second, TlsMode::none);
        return diagnose(built.facts);
    };
    for (const auto second : {"broken connect refused", "broken connect timed-out"}) {
        CAPTURE(second);
        const auto diagnosis = then({second});
        CHECK(find(diagnosis, "refusal.second-connection") != nullptr);
        CHECK(diagnosis.findings.front().step == Step::tls);
        for (const auto& finding : diagnosis.findings)
            if (finding.id.starts_with("fault.connect."))
                CHECK(finding.part_of == "refusal.second-connection");
    }
    CHECK(find(then({"connected", "greeting 421 4.7.0 mx Error: too many connections from 192.0.2.1"}),
               "refusal.second-connection") != nullptr);
    CHECK(find(then({"connected", "greeting 220 mx", "ehlo 250 mx"}), "refusal.second-connection") ==
          nullptr);

    FactsBuilder again("example.com");
    again.mx("mx.example.com")
        .talk("8.8.8.8", {"connected", "greeting 220 mx", "broken ehlo closed"}, TlsMode::none)
        .trial(Purpose::fresh_session, "8.8.8.8", {"connected", "broken greeting reset"}, TlsMode::none);
    CHECK(find(diagnose(again.facts), "refusal.second-connection") != nullptr);
}
