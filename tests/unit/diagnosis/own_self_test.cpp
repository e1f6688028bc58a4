// SPDX-License-Identifier: Apache-2.0
// `self`: what is asked, and what is concluded from the answers.
#include <catch2/catch.hpp>

#include "own_facts.hpp"

using namespace smtpprobe;
using namespace smtpprobe::test;

namespace {

Diagnosis diagnosed(OwnWorld world, Facts facts = self_facts()) { return diagnose(world.investigate(facts)); }

IpAddress address(const char* text) { return IpAddress::parse(text).value(); }

bool asked(const OwnWorld& world, const std::string& question)
{
    return std::find(world.asked.begin(), world.asked.end(), question) != world.asked.end();
}

} // namespace

TEST_CASE("A sender in good order is found so, and only in good order")
{
    const auto diagnosis = diagnosed(good_world());
    CHECK(ids_of(diagnosis) == std::vector<std::string>{"self.ok"});
    CHECK(diagnosis.outcome == Outcome::ok);
    CHECK(diagnosis.verdict == Verdict::accepts);
    CHECK(diagnosis.headline == "Receivers find nothing against mail from example.com [198.41.0.4].");
}

TEST_CASE("What receivers look up is looked up, and no test entry of a list without need")
{
    auto world = good_world();
    auto facts = self_facts();
    world.investigate(facts);
    for (const auto* question :
         {"4.0.41.198.in-addr.arpa PTR", "mail.example.com A", "mail.example.com AAAA", "example.com MX",
          "_dmarc.example.com TXT", "SPF example.com 198.41.0.4", "4.0.41.198.zen.spamhaus.org A",
          "4.0.41.198.bl.spamcop.net A", "example.com.dbl.spamhaus.org A"}) {
        INFO(question);
        CHECK(asked(world, question));
    }
    for (const auto& question : world.asked) {
        INFO(question);
        CHECK(question.find("0.0.127.") == std::string::npos);
    }
}

TEST_CASE("Without a reverse name many receivers refuse")
{
    auto world = good_world();
    world.records.erase("4.0.41.198.in-addr.arpa PTR");
    const auto diagnosis = diagnosed(world);
    REQUIRE_FALSE(diagnosis.findings.empty());
    const auto& lead = diagnosis.findings.front();
    CHECK(lead.id == "self.no-reverse-name");
    CHECK(diagnosis.outcome == Outcome::problem);
    CHECK(diagnosis.who == Actor::your_isp);
    CHECK(lead.seen == "PTR of 198.41.0.4: no such domain (NXDOMAIN), says 192.0.2.53:53");
    CHECK(lead.fix.front() == "See it: `dig -x 198.41.0.4 +short` gives nothing.");
    CHECK_FALSE(lead.expected.empty());
}

TEST_CASE("A reverse name must lead back")
{
    auto world = good_world();
    auto facts = self_facts();
    facts.settings.helo = "other.example.com";
    world.records["other.example.com A"] = {"198.41.0.4"};
    const auto lead_when = [&](std::vector<std::string> addresses) {
        auto changed = world;
        if (addresses.empty())
            changed.records.erase("mail.example.com A");
        else
            changed.records["mail.example.com A"] = addresses;
        return diagnosed(changed, facts).findings.front();
    };
    CHECK(lead_when({}).id == "self.reverse-name-without-address");
    CHECK(lead_when({"192.0.2.80"}).id == "self.reverse-name-elsewhere");
    CHECK(lead_when({"192.0.2.80"}).seen == "198.41.0.4 -> mail.example.com -> 192.0.2.80");
    CHECK(lead_when({"server-failure"}).id == "self.reverse-name-unconfirmed");
    // One of several names is enough.
    world.records["4.0.41.198.in-addr.arpa PTR"] = {"gone.example.com", "mail.example.com"};
    CHECK(lead_when({"198.41.0.4"}).id == "self.ok");
    CHECK(found(diagnosed(world, facts), "self.several-reverse-names") != nullptr);
}

TEST_CASE("A reverse zone that fails is told apart from a missing name")
{
    auto world = good_world();
    world.records["4.0.41.198.in-addr.arpa PTR"] = {"server-failure"};
    const auto diagnosis = diagnosed(world);
    CHECK(diagnosis.findings.front().id == "self.reverse-name-fails");
    CHECK(diagnosis.outcome == Outcome::warning);
}

TEST_CASE("A reverse name made for a range is a warning")
{
    auto world = good_world();
    world.records["4.0.41.198.in-addr.arpa PTR"] = {"198-41-0-4.dyn.example.net"};
    world.records["198-41-0-4.dyn.example.net A"] = {"198.41.0.4"};
    const auto diagnosis = diagnosed(world);
    CHECK(diagnosis.findings.front().id == "self.reverse-name-generic");
    CHECK(diagnosis.outcome == Outcome::warning);
    // It also differs from the EHLO name; that is only a note.
    CHECK(found(diagnosis, "self.hello-differs") != nullptr);
}

TEST_CASE("The EHLO name must be one, resolve, and lead here")
{
    const auto lead_with = [](const char* helo, const char* leads_to) {
        auto world = good_world();
        auto facts = self_facts();
        facts.settings.helo = helo;
        if (leads_to != nullptr)
            world.records[std::string(helo) + " A"] = {leads_to};
        return diagnosed(world, facts).findings.front().id;
    };
    CHECK(lead_with("", nullptr) == "self.hello-is-no-name");
    CHECK(lead_with("[198.41.0.4]", nullptr) == "self.hello-is-no-name");
    CHECK(lead_with("localhost", nullptr) == "self.hello-not-qualified");
    CHECK(lead_with("localhost.localdomain", nullptr) == "self.hello-not-qualified");
    CHECK(lead_with("mail", nullptr) == "self.hello-not-qualified");
    CHECK(lead_with("mail.internal", nullptr) == "self.hello-unresolved");
    CHECK(lead_with("mx.example.com", "192.0.2.80") == "self.hello-elsewhere");
    CHECK(lead_with("mx.example.com", "198.41.0.4") == "self.ok");
    CHECK(lead_with("mx.example.com", "server-failure") == "self.hello-fails");
}

TEST_CASE("An EHLO name that leads to one of two addresses is a note")
{
    auto world = good_world();
    auto facts = self_facts();
    facts.own_addresses.push_back(address("2a00::4"));
    world.records[address("2a00::4").reverse_name() + " PTR"] = {"mail.example.com"};
    world.records["mail.example.com AAAA"] = {"2a00::5"};
    const auto diagnosis = diagnosed(world, facts);
    const auto* finding = found(diagnosis, "self.hello-in-part");
    REQUIRE(finding != nullptr);
    CHECK(finding->severity == Severity::note);
    CHECK(diagnosis.findings.front().id == "self.reverse-name-elsewhere");
    CHECK(diagnosis.findings.front().where == "2a00::4");
}

TEST_CASE("Each result of SPF has its weight")
{
    const auto outcome_of = [](PolicyResult result) {
        auto world = good_world();
        world.policy = result;
        const auto diagnosis = diagnosed(world);
        return std::pair(diagnosis.findings.front().id, diagnosis.outcome);
    };
    using Pair = std::pair<std::string, Outcome>;
    CHECK(outcome_of(PolicyResult::pass) == Pair("self.ok", Outcome::ok));
    CHECK(outcome_of(PolicyResult::fail) == Pair("self.spf-fail", Outcome::problem));
    CHECK(outcome_of(PolicyResult::softfail) == Pair("self.spf-softfail", Outcome::warning));
    CHECK(outcome_of(PolicyResult::neutral) == Pair("self.spf-neutral", Outcome::warning));
    CHECK(outcome_of(PolicyResult::none) == Pair("self.spf-none", Outcome::warning));
    CHECK(outcome_of(PolicyResult::permerror) == Pair("self.spf-permerror", Outcome::warning));
    CHECK(outcome_of(PolicyResult::temperror) == Pair("self.spf-temperror", Outcome::warning));
}

TEST_CASE("Without a sender domain the EHLO name's record counts, and none is needed")
{
    auto world = good_world();
    auto facts = self_facts();
    facts.settings.as.clear();
    world.policy = PolicyResult::none;
    CHECK(diagnosed(world, facts).findings.front().id == "self.ok");
    world.investigate(facts);
    CHECK(asked(world, "SPF mail.example.com 198.41.0.4"));
    // And what it forbids is forbidden.
    world.policy = PolicyResult::fail;
    auto again = self_facts();
    again.settings.as.clear();
    auto other = good_world();
    other.policy = PolicyResult::fail;
    CHECK(diagnosed(other, again).findings.front().id == "self.spf-fail");
}

TEST_CASE("The domain of --from comes before that of --as")
{
    auto world = good_world();
    auto facts = self_facts();
    facts.settings.from = "me@Sender.example";
    world.investigate(facts);
    CHECK(asked(world, "SPF sender.example 198.41.0.4"));
    CHECK_FALSE(asked(world, "SPF example.com 198.41.0.4"));
}

TEST_CASE("A sender domain that takes no mail is refused by receivers")
{
    auto world = good_world();
    world.records.erase("example.com MX");
    CHECK(diagnosed(world).findings.front().id == "self.sender-domain-missing");
    world.records["example.com A"] = {"192.0.2.80"};
    CHECK(diagnosed(world).findings.front().id == "self.ok");
    world.records["example.com MX"] = {""};
    CHECK(diagnosed(world).findings.front().id == "self.sender-domain-null-mx");
    world.records["example.com MX"] = {"server-failure"};
    CHECK(diagnosed(world).findings.front().id == "self.sender-domain-fails");
}

TEST_CASE("A DMARC record is looked for at the organisation's domain too, and must be readable")
{
    auto world = good_world();
    auto facts = self_facts();
    facts.settings.as = "news.example.com";
    world.records["news.example.com MX"] = {"mail.example.com"};
    CHECK(diagnosed(world, facts).findings.front().id == "self.ok");
    world.records.erase("_dmarc.example.com TXT");
    CHECK(diagnosed(world, facts).findings.front().id == "self.dmarc-none");
    world.records["_dmarc.example.com TXT"] = {"v=DMARC1; p=none", "v=DMARC1; p=reject"};
    CHECK(diagnosed(world, facts).findings.front().id == "self.dmarc-unusable");
}

TEST_CASE("A listing is told with its list, its code and its reason, in the list's own words")
{
    auto world = good_world();
    world.records["4.0.41.198.zen.spamhaus.org A"] = {"127.0.0.11", "127.0.0.4"};
    world.records["4.0.41.198.zen.spamhaus.org TXT"] = {"https://check.spamhaus.org/query/ip/198.41.0.4"};
    const auto diagnosis = diagnosed(world);
    const auto& lead = diagnosis.findings.front();
    CHECK(lead.id == "self.listed");
    CHECK(diagnosis.outcome == Outcome::problem);
    CHECK(lead.title == "A machine behind your address is infected or abused");
    CHECK(lead.seen ==
          "zen.spamhaus.org lists 198.41.0.4 with 127.0.0.11, 127.0.0.4 (XBL: infected or abused "
          "machines): https://check.spamhaus.org/query/ip/198.41.0.4");
}

TEST_CASE("What a list holds weighs by how many servers ask it")
{
    auto world = good_world();
    world.records["4.0.41.198.psbl.surriel.com A"] = {"127.0.0.2"};
    CHECK(diagnosed(world).outcome == Outcome::warning);
    world.records["example.com.dbl.spamhaus.org A"] = {"127.0.1.2"};
    const auto diagnosis = diagnosed(world);
    CHECK(diagnosis.outcome == Outcome::problem);
    CHECK(diagnosis.findings.front().id == "self.domain-listed");
}

TEST_CASE("That a list does not serve our resolver is no listing")
{
    for (const auto* code : {"127.255.255.252", "127.255.255.254", "127.255.255.255", "127.0.0.1"}) {
        auto world = good_world();
        world.records["4.0.41.198.zen.spamhaus.org A"] = {code};
        const auto diagnosis = diagnosed(world);
        INFO(code);
        CHECK(diagnosis.outcome == Outcome::ok);
        CHECK(ids_of(diagnosis) == std::vector<std::string>{"self.ok", "self.block-list-refuses-us"});
    }
}

TEST_CASE("A list that lists everything, or answers with other addresses, counts for nothing")
{
    auto world = good_world();
    auto facts = self_facts();
    facts.settings.block_lists = {"bl.example.net"};
    world.records["4.0.41.198.bl.example.net A"] = {"127.0.0.2"};
    CHECK(diagnosed(world, facts).findings.front().id == "self.listed");
    world.records["1.0.0.127.bl.example.net A"] = {"127.0.0.2"};
    CHECK(ids_of(diagnosed(world, facts)) == std::vector<std::string>{"self.ok", "self.block-list-broken"});
    world.records["4.0.41.198.bl.example.net A"] = {"203.0.113.80"};
    CHECK(ids_of(diagnosed(world, facts)) == std::vector<std::string>{"self.ok", "self.block-list-broken"});
}

TEST_CASE("A list that does not answer says nothing, and a dead one is called so")
{
    auto world = good_world();
    auto facts = self_facts();
    facts.settings.block_lists = {"bl.example.net"};
    world.records["4.0.41.198.bl.example.net A"] = {"timed-out"};
    world.records["2.0.0.127.bl.example.net A"] = {"timed-out"};
    const auto dead = diagnosed(world, facts);
    CHECK(dead.outcome == Outcome::ok);
    REQUIRE(found(dead, "self.block-list-silent") != nullptr);
    CHECK(found(dead, "self.block-list-silent")->seen.find("dead") != std::string::npos);
    world.records["2.0.0.127.bl.example.net A"] = {"127.0.0.2"};
    CHECK(found(diagnosed(world, facts), "self.block-list-silent")->seen.find("dead") == std::string::npos);
}

TEST_CASE("Chosen lists replace the default ones, and none may be chosen")
{
    for (const bool none : {true, false}) {
        auto world = good_world();
        auto facts = self_facts();
        facts.settings.block_lists.emplace();
        if (!none)
            facts.settings.block_lists->push_back("bl.example.net");
        world.investigate(facts);
        CHECK_FALSE(asked(world, "4.0.41.198.zen.spamhaus.org A"));
        CHECK(asked(world, "4.0.41.198.bl.example.net A") != none);
    }
}

TEST_CASE("Behind address translation nothing is known until the address is named")
{
    auto world = good_world();
    auto facts = self_facts();
    facts.own_addresses = {address("192.168.1.5")};
    const auto diagnosis = diagnosed(world, facts);
    CHECK(diagnosis.findings.front().id == "self.address-private");
    CHECK(diagnosis.outcome == Outcome::unknown);
    CHECK(diagnosis.headline == "Could not find out how receivers see example.com: this machine's address is "
                                "private: receivers see another one.");

    facts.settings.addresses = {address("198.41.0.4")};
    CHECK(diagnosed(good_world(), facts).findings.front().id == "self.ok");
}

TEST_CASE("Behind address translation a server is greeted, and may tell the address")
{
    auto world = good_world();
    world.records["gmail-smtp-in.l.google.com A"] = {"192.0.9.27"};
    auto facts = self_facts();
    facts.own_addresses = {address("192.168.1.5")};
    auto silent = facts;
    CHECK(diagnose(world.investigate(silent)).outcome == Outcome::unknown);
    CHECK(asked(world, "EHLO to gmail-smtp-in.l.google.com [192.0.9.27]:25"));

    auto telling = good_world();
    telling.records["gmail-smtp-in.l.google.com A"] = {"192.0.9.27"};
    telling.hello = "mx.google.com at your service, [198.41.0.4]";
    auto told = facts;
    const auto diagnosis = diagnose(telling.investigate(told));
    CHECK(diagnosis.outcome == Outcome::ok);
    REQUIRE(found(diagnosis, "self.address-private") != nullptr);
    CHECK(found(diagnosis, "self.address-private")->seen ==
          "this machine sends from 192.168.1.5; receivers see 198.41.0.4, says gmail-smtp-in.l.google.com "
          "[192.0.9.27]:25");

    auto unasked = good_world();
    facts.settings.controls = false;
    unasked.investigate(facts);
    for (const auto& question : unasked.asked)
        CHECK(question.find("google") == std::string::npos);
}

TEST_CASE("A private address beside a public one is a note")
{
    auto facts = self_facts();
    facts.own_addresses.push_back(address("fd00::5"));
    const auto diagnosis = diagnosed(good_world(), facts);
    CHECK(diagnosis.outcome == Outcome::ok);
    CHECK(found(diagnosis, "self.address-private") != nullptr);
}

TEST_CASE("A private address that is named is looked at, but on no block list")
{
    auto world = good_world();
    auto facts = self_facts();
    facts.settings.addresses = {address("10.0.0.5")};
    const auto diagnosis = diagnose(world.investigate(facts));
    CHECK(diagnosis.findings.front().id == "self.no-reverse-name");
    CHECK(found(diagnosis, "self.address-not-public") != nullptr);
    CHECK_FALSE(asked(world, "5.0.0.10.zen.spamhaus.org A"));
}

TEST_CASE("The options -4 and -6 leave the other family out")
{
    auto facts = self_facts();
    facts.own_addresses.push_back(address("2a00::4"));
    facts.settings.families = Families::ipv4_only;
    CHECK(diagnosed(good_world(), facts).findings.front().id == "self.ok");
    facts.settings.families = Families::both;
    CHECK(diagnosed(good_world(), facts).findings.front().id == "self.no-reverse-name");
}

TEST_CASE("Without DNS or without an address nothing could be found out")
{
    auto world = good_world();
    world.dead = true;
    const auto dead = diagnosed(world);
    CHECK(dead.findings.front().id == "self.no-dns");
    CHECK(dead.outcome == Outcome::unknown);
    CHECK(dead.verdict == Verdict::inconclusive);

    auto facts = self_facts();
    facts.own_addresses.clear();
    const auto nowhere = diagnosed(good_world(), facts);
    CHECK(nowhere.findings.front().id == "self.no-address");
    CHECK(nowhere.outcome == Outcome::unknown);
}

TEST_CASE("A name server that lies is not believed")
{
    auto denying = good_world();
    denying.records.clear();
    const auto denied = diagnosed(denying);
    CHECK(denied.findings.front().id == "resolver.denies-all");
    CHECK(denied.outcome == Outcome::unknown);
    CHECK(found(denied, "self.no-reverse-name") == nullptr);

    auto portal = good_world();
    for (const auto* name :
         {"mail.example.com A", "4.0.41.198.zen.spamhaus.org A", "smtpprobe-check.invalid A"})
        portal.records[name] = {"192.0.2.1"};
    const auto lied = diagnosed(portal);
    CHECK(lied.findings.front().id == "resolver.lies");
    CHECK(lied.outcome == Outcome::unknown);
}

TEST_CASE("What was cut short is not called good")
{
    auto facts = self_facts();
    const auto unasked = diagnose(facts);
    CHECK(unasked.outcome == Outcome::unknown);
    CHECK(unasked.findings.front().id == "probe.deadline");
    facts.interrupted = true;
    CHECK(diagnosed(good_world(), facts).findings.front().id == "probe.interrupted");
}

TEST_CASE("A clock that nothing keeps is a note")
{
    auto facts = self_facts();
    facts.clock_synchronised = true;
    CHECK(found(diagnosed(good_world(), facts), "self.clock-not-synchronised") == nullptr);
    facts.clock_synchronised = false;
    const auto diagnosis = diagnosed(good_world(), facts);
    CHECK(diagnosis.outcome == Outcome::ok);
    CHECK(found(diagnosis, "self.clock-not-synchronised") != nullptr);
}

TEST_CASE("Names of the outside reach no text unescaped, and few of them are followed")
{
    auto world = good_world();
    world.records["4.0.41.198.in-addr.arpa PTR"] = {"a\x1b[2J.example", "b.example", "c.example",
                                                    "d.example",        "e.example", "f.example"};
    auto facts = self_facts();
    const auto diagnosis = diagnose(world.investigate(facts));
    for (const auto& finding : diagnosis.findings)
        for (const auto* text : {&finding.where, &finding.seen, &finding.means, &finding.decided_by})
            CHECK(text->find('\x1b') == std::string::npos);
    CHECK_FALSE(asked(world, "e.example A"));
}
