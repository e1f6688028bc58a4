// SPDX-License-Identifier: Apache-2.0
// A server refuses us: does what it says hold?
#include <catch2/catch.hpp>

#include "own_facts.hpp"

using namespace smtpprobe;
using namespace smtpprobe::test;

namespace {

/// A probe of user@example.org from 198.41.0.4, answered so at RCPT.
Facts refused(const std::string& answer)
{
    FactsBuilder builder("user@example.org");
    builder.mx("mx.example.org")
        .talk("192.0.9.25", {"connected", "greeting 220 mx.example.org ESMTP",
                             "ehlo 250 mx.example.org Hello mail.example.com [198.41.0.4]", "mail 250 ok",
                             ("rcpt user@example.org " + answer).c_str()});
    builder.facts.settings.helo = "mail.example.com";
    builder.facts.settings.from = "me@example.com";
    return builder.facts;
}

Diagnosis diagnosed(OwnWorld world, const std::string& answer)
{
    auto facts = refused(answer);
    return diagnose(world.investigate(facts));
}

constexpr auto kNoPtr = "550 5.7.25 Your server has no reverse DNS";
constexpr auto kHelo = "550 5.7.1 <mail.example.com>: Helo command rejected: Host not found";
constexpr auto kZen = "554 5.7.1 Client host [198.41.0.4] blocked using zen.spamhaus.org";
constexpr auto kSpf = "550 5.7.23 SPF validation failed";
constexpr auto kSender = "550 5.1.8 <me@example.com>: Sender address rejected: Domain not found";

} // namespace

TEST_CASE("A healthy conversation asks nothing about us")
{
    for (const auto* answer : {"250 ok", "550 5.1.1 no such user", "451 4.7.1 Greylisted, try again"}) {
        auto facts = refused(answer);
        Trials trials;
        plan_for_own_side(facts, trials);
        INFO(answer);
        CHECK(trials.empty());
    }
}

TEST_CASE("A refusal about us is looked into, and no further than it says")
{
    const auto purposes_after = [](const char* answer) {
        auto facts = refused(answer);
        Trials trials;
        plan_for_own_side(facts, trials);
        std::vector<Purpose> purposes;
        for (const auto& trial : trials)
            if (std::find(purposes.begin(), purposes.end(), trial.purpose) == purposes.end())
                purposes.push_back(trial.purpose);
        return purposes;
    };
    using P = Purpose;
    CHECK(purposes_after(kNoPtr) == std::vector<P>{P::own_name, P::own_address});
    CHECK(purposes_after(kHelo) == std::vector<P>{P::own_name, P::own_address});
    CHECK(purposes_after(kZen) == std::vector<P>{P::own_name, P::own_address, P::block_list});
    CHECK(purposes_after(kSpf) == std::vector<P>{P::own_name, P::own_address, P::own_dmarc, P::own_policy});
}

TEST_CASE("A missing reverse name that a server complains of leads, and its refusal is part of that")
{
    auto world = good_world();
    world.records.erase("4.0.41.198.in-addr.arpa PTR");
    const auto diagnosis = diagnosed(world, kNoPtr);
    const auto& lead = diagnosis.findings.front();
    CHECK(lead.id == "self.no-reverse-name");
    CHECK(lead.confidence == Confidence::sure);
    CHECK(lead.severity == Severity::problem);
    CHECK(diagnosis.verdict == Verdict::refuses);
    CHECK(diagnosis.who == Actor::your_isp);
    CHECK(diagnosis.failed_step == Step::rcpt);
    for (const auto& finding : diagnosis.findings)
        if (finding.where == "mx.example.org [192.0.9.25]:25" && finding.step == Step::rcpt)
            CHECK(finding.part_of == "self.no-reverse-name");
}

TEST_CASE("A reverse name that a server misses, though it is there, is what leads")
{
    const auto diagnosis = diagnosed(good_world(), kNoPtr);
    const auto* finding = found(diagnosis, "self.reverse-name-is-there");
    REQUIRE(finding != nullptr);
    CHECK(finding->seen ==
          "198.41.0.4 -> mail.example.com -> 198.41.0.4; mx.example.org [192.0.9.25]:25 answers "
          "RCPT with: 550 5.7.25 Your server has no reverse DNS");
    CHECK(finding->who == Actor::recipient_admin);
    CHECK(&diagnosis.findings.front() == finding);
    CHECK(finding->confidence == Confidence::likely);
    CHECK(diagnosis.who == Actor::recipient_admin);
    CHECK(diagnosis.verdict == Verdict::refuses);
}

TEST_CASE("An EHLO name that does not resolve is why it is refused")
{
    auto world = good_world();
    world.records.erase("mail.example.com A");
    CHECK(diagnosed(world, kHelo).findings.front().id == "self.hello-unresolved");
    CHECK(found(diagnosed(good_world(), kHelo), "self.hello-is-right") != nullptr);
}

TEST_CASE("The list that a refusal names is asked, though it is not among the default ones")
{
    const std::string answer =
        "554 5.7.1 Service unavailable; Client host [198.41.0.4] blocked using bl.example.net";
    auto world = good_world();
    auto facts = refused(answer);
    world.investigate(facts);
    CHECK(std::find(world.asked.begin(), world.asked.end(), "4.0.41.198.bl.example.net A") !=
          world.asked.end());
    CHECK(found(diagnose(facts), "self.not-listed") != nullptr);

    world = good_world();
    world.records["4.0.41.198.bl.example.net A"] = {"127.0.0.2"};
    const auto listed = diagnosed(world, answer);
    CHECK(listed.findings.front().id == "self.listed");
    CHECK(listed.findings.front().confidence == Confidence::sure);
}

TEST_CASE("A listing elsewhere does not confirm the list that a refusal names")
{
    auto world = good_world();
    world.records["4.0.41.198.bl.spamcop.net A"] = {"127.0.0.2"};
    const auto diagnosis = diagnosed(world, kZen);
    CHECK(diagnosis.findings.front().id != "self.listed");
    CHECK(found(diagnosis, "self.not-listed") != nullptr);
    REQUIRE(found(diagnosis, "self.listed") != nullptr);
    CHECK(found(diagnosis, "self.listed")->severity == Severity::warning);
}

TEST_CASE("Where a refusal names no list, one that holds us is only likely the one")
{
    auto world = good_world();
    world.records["4.0.41.198.bl.spamcop.net A"] = {"127.0.0.2"};
    const auto diagnosis = diagnosed(world, "550 5.7.1 Your IP address is on a blacklist");
    CHECK(diagnosis.findings.front().id == "self.listed");
    CHECK(diagnosis.findings.front().confidence == Confidence::likely);
}

TEST_CASE("SPF that fails is why it is refused, and SPF that passes is said")
{
    auto world = good_world();
    world.policy = PolicyResult::fail;
    const auto diagnosis = diagnosed(world, kSpf);
    CHECK(diagnosis.findings.front().id == "self.spf-fail");
    CHECK(diagnosis.findings.front().confidence == Confidence::sure);
    CHECK(found(diagnosed(good_world(), kSpf), "self.spf-passes") != nullptr);
}

TEST_CASE("A sender domain that does not resolve is why it is refused")
{
    auto world = good_world();
    world.records.erase("example.com MX");
    CHECK(diagnosed(world, kSender).findings.front().id == "self.sender-domain-missing");
    CHECK(found(diagnosed(good_world(), kSender), "self.sender-domain-is-there") != nullptr);
}

TEST_CASE("A server that puts us off for a missing reverse name will not take the mail later either")
{
    auto world = good_world();
    world.records.erase("4.0.41.198.in-addr.arpa PTR");
    const auto diagnosis =
        diagnosed(world, "450 4.7.25 Client host rejected: cannot find your hostname, [198.41.0.4]");
    CHECK(diagnosis.findings.front().id == "self.no-reverse-name");
    CHECK(diagnosis.outcome == Outcome::problem);
}

TEST_CASE("The address that the server quotes is looked at, not our end of the connection")
{
    auto facts = refused("550 5.7.25 Client host [198.41.0.99] has no reverse DNS");
    OwnWorld world = good_world();
    world.investigate(facts);
    CHECK(std::find(world.asked.begin(), world.asked.end(), "99.0.41.198.in-addr.arpa PTR") !=
          world.asked.end());
    CHECK(diagnose(facts).findings.front().where == "198.41.0.99");
}

TEST_CASE("A server that sees an address of its own network says nothing about us")
{
    FactsBuilder builder("user@example.org");
    builder.mx("mx.example.org")
        .talk("9.9.9.9", {"connected", "greeting 220 mx", "ehlo 250 mx", "mail 250 ok",
                          "rcpt user@example.org 450 4.7.25 cannot find your hostname, [172.18.0.1]"});
    std::get<Connected>(builder.facts.sessions.front().transcript.front().what).local =
        IpAddress::parse("198.41.0.4").value();
    auto world = good_world();
    const auto diagnosis = diagnose(world.investigate(builder.facts));
    CHECK(world.asked.empty());
    CHECK(diagnosis.findings.front().id == "refusal.sees-no-clients");
    CHECK(diagnosis.who == Actor::recipient_admin);
    CHECK(diagnosis.verdict == Verdict::defers);
}

TEST_CASE("A certificate that holds by the server's clock and not by ours shows that ours is wrong")
{
    const auto probed = [](const char* greeting, const char* dates) {
        FactsBuilder builder("example.org");
        const std::string tls = std::string("tls trusted matches ") + dates;
        builder.mx("mx.example.org")
            .talk("9.9.9.9", {"connected", greeting, "ehlo 250 mx|STARTTLS", "starttls 220 go", tls.c_str(),
                              "ehlo 250 mx"});
        return diagnose(builder.facts);
    };
    // The facts begin 2025-12-18; the certificates of these two begin a month later, or ended a month before.
    const auto early = probed("greeting 220 mx ESMTP Fri, 20 Feb 2026 12:00:00 +0000", "not-yet-valid");
    CHECK(early.findings.front().id == "self.clock-wrong");
    CHECK(early.findings.front().confidence == Confidence::likely);
    CHECK(early.who == Actor::you_setup);
    CHECK(found(early, "tls.certificate-not-yet-valid")->part_of == "self.clock-wrong");
    const auto late = probed("greeting 220 mx ESMTP Sat, 1 Nov 2025 12:00:00 +0000", "expired");
    CHECK(found(late, "tls.certificate-expired")->part_of == "self.clock-wrong");
    // It has ended by the server's clock, too.
    const auto both = probed("greeting 220 mx ESMTP Fri, 20 Feb 2026 12:00:00 +0000", "expired");
    CHECK(both.findings.front().id == "tls.certificate-expired");
    CHECK(found(both, "tls.certificate-expired")->part_of.empty());
}

TEST_CASE("A clock is called wrong by two servers, and only suspected by one")
{
    const auto severity = [](std::vector<const char*> greetings) -> std::string {
        FactsBuilder builder("example.org");
        int host = 1;
        for (const auto* greeting : greetings) {
            builder.mx("mx" + std::to_string(host) + ".example.org");
            builder.talk("192.0.9." + std::to_string(host++), {"connected", greeting, "ehlo 250 hello"});
        }
        const auto diagnosis = diagnose(builder.facts);
        const auto* finding = found(diagnosis, "self.clock-wrong");
        return finding == nullptr ? "" : std::string(name(finding->severity));
    };
    // The facts begin 2025-12-18 00:00 UTC.
    constexpr auto kRight = "greeting 220 mx ESMTP Exim 4.96 Thu, 18 Dec 2025 01:00:05 +0100";
    constexpr auto kWrong = "greeting 220 mx ESMTP Exim 4.96 Thu, 18 Dec 2025 02:00:00 +0000";
    CHECK(severity({kRight}).empty());
    CHECK(severity({"greeting 220 mx ESMTP"}).empty());
    CHECK(severity({kWrong}) == "note");
    CHECK(severity({kWrong, kWrong}) == "warning");
    CHECK(severity({kWrong, kRight}).empty());
}

TEST_CASE("Where nothing of ours explains it, that is a note, and the refusal leads")
{
    const auto diagnosis = diagnosed(good_world(), "550 5.7.1 Your IP address has a poor reputation");
    const auto* finding = found(diagnosis, "self.nothing-found");
    REQUIRE(finding != nullptr);
    CHECK(finding->severity == Severity::note);
    CHECK(diagnosis.findings.front().step == Step::rcpt);
}

TEST_CASE("An error answer that their server takes for a listing is told by the refusal itself")
{
    const auto diagnosis =
        diagnosed(good_world(), "554 5.7.1 Client host [198.41.0.4] blocked using zen.spamhaus.org; "
                                "Error: open resolver; https://check.spamhaus.org/returnc/pub/");
    CHECK(diagnosis.findings.front().id == "vendor.spamhaus.refused-query");
    REQUIRE(found(diagnosis, "self.not-listed") != nullptr);
    CHECK(found(diagnosis, "self.not-listed")->severity == Severity::note);
}

TEST_CASE("Each server is held to the address that it sees")
{
    FactsBuilder builder("user@example.org");
    builder.mx("one.example.org")
        .talk("192.0.9.1", {"connected", "greeting 220 one", "ehlo 250 one", "mail 250 ok",
                            "rcpt user@example.org 550 5.7.25 [198.41.0.4] has no reverse DNS"});
    builder.mx("two.example.org")
        .talk("192.0.9.2", {"connected", "greeting 220 two", "ehlo 250 two", "mail 250 ok",
                            "rcpt user@example.org 550 5.7.25 [198.41.0.99] has no reverse DNS"});
    auto world = good_world();
    const auto diagnosis = diagnose(world.investigate(builder.facts));
    REQUIRE(found(diagnosis, "self.reverse-name-is-there") != nullptr);
    CHECK(found(diagnosis, "self.reverse-name-is-there")->where == "one.example.org [192.0.9.1]:25");
    REQUIRE(found(diagnosis, "self.no-reverse-name") != nullptr);
    CHECK(found(diagnosis, "self.no-reverse-name")->where == "198.41.0.99");
}

TEST_CASE("Our own end of a connection is looked at only where nothing can have translated it")
{
    const auto looked_at = [](const char* local, const char* server) {
        FactsBuilder builder("user@example.org");
        builder.mx("mx.example.org")
            .talk(server, {"connected", "greeting 220 mx", "ehlo 250 mx", "mail 250 ok",
                           "rcpt user@example.org 550 5.7.25 no reverse DNS"});
        std::get<Connected>(builder.facts.sessions.front().transcript.front().what).local =
            IpAddress::parse(local).value();
        auto world = good_world();
        world.investigate(builder.facts);
        return !world.asked.empty() && world.asked.front().ends_with(".in-addr.arpa PTR");
    };
    CHECK(looked_at("198.41.0.4", "9.9.9.9"));
    CHECK(looked_at("10.0.0.5", "10.0.0.25"));
    CHECK_FALSE(looked_at("10.0.0.5", "9.9.9.9"));
}
