// SPDX-License-Identifier: Apache-2.0
// What is looked up about a domain beyond what mail needs.
#include <catch2/catch.hpp>

#include <algorithm>

#include "diagnosis/trials.hpp"
#include "unit/diagnosis/hygiene_facts.hpp"

namespace smtpprobe {
namespace {

using namespace test;

bool asks(const Trials& trials, Purpose purpose, std::string_view name, RecordType type)
{
    return std::any_of(trials.begin(), trials.end(), [&](const Trial& trial) {
        const auto* lookup = std::get_if<TryLookup>(&trial.what);
        return trial.purpose == purpose && lookup != nullptr && lookup->question.name == name &&
               lookup->question.type == type;
    });
}

Trials planned(const Facts& facts)
{
    Trials trials;
    plan_for_hygiene(facts, trials);
    return trials;
}

const TrySession* postmaster(const Trials& trials)
{
    for (const auto& trial : trials)
        if (trial.purpose == Purpose::postmaster)
            return &std::get<TrySession>(trial.what);
    return nullptr;
}

} // namespace

TEST_CASE("of a domain its SPF record, DMARC record and the hosts' names are looked up")
{
    const auto trials = planned(healthy_domain().facts);
    REQUIRE_FALSE(trials.empty());
    CHECK(trials.front() == Trial{Purpose::domain_policy, TryPolicy{"example.com", "postmaster@example.com",
                                                                    "example.com", IpAddress()}});
    CHECK(asks(trials, Purpose::domain_dmarc, "_dmarc.example.com", RecordType::txt));
    CHECK(asks(trials, Purpose::host_name, "1.2.0.192.in-addr.arpa", RecordType::ptr));
    CHECK(trials.size() == 3);
    SECTION("then the addresses of what PTR gave")
    {
        auto facts = healthy_domain();
        facts.experiment(Purpose::host_name,
                         answer("1.2.0.192.in-addr.arpa", RecordType::ptr, {"Host.example.net"}));
        CHECK(asks(planned(facts.facts), Purpose::host_address, "host.example.net", RecordType::a));
    }
    SECTION("and those of another name in banner or EHLO reply")
    {
        auto facts = greeted("example.com", "greeting 220 Mail7.example.net ESMTP");
        const auto more = planned(facts.facts);
        CHECK(asks(more, Purpose::host_address, "mail7.example.net", RecordType::a));
        CHECK(asks(more, Purpose::host_address, "mail7.example.net", RecordType::aaaa));
        CHECK_FALSE(asks(more, Purpose::host_address, "mx.example.com", RecordType::a));
    }
    SECTION("a name in the banner is asked about as soon as it is there, and with the same trials")
    {
        const auto facts = greeted("example.com", "greeting 220 mail7.example.net ESMTP").facts;
        const auto ahead = plan_ahead(facts, facts.sessions.front());
        CHECK(ahead.size() == 2);
        const auto all = planned(facts);
        for (const auto& trial : ahead)
            CHECK(std::find(all.begin(), all.end(), trial) != all.end());
        const auto known = greeted("example.com", "greeting 220 mx.example.com ESMTP").facts;
        CHECK(plan_ahead(known, known.sessions.front()).empty());
        auto silent = facts;
        silent.settings.experiments = false;
        CHECK(plan_ahead(silent, silent.sessions.front()).empty());
    }
    SECTION("a subdomain's DMARC record may be that of its organisation")
    {
        auto facts = greeted("lists.example.com", "greeting 220 mx.example.com ESMTP");
        CHECK_FALSE(asks(planned(facts.facts), Purpose::domain_dmarc, "_dmarc.example.com", RecordType::txt));
        facts.experiment(Purpose::domain_dmarc, answer("_dmarc.lists.example.com", RecordType::txt, {}));
        CHECK(asks(planned(facts.facts), Purpose::domain_dmarc, "_dmarc.example.com", RecordType::txt));
    }
    SECTION("where a registry's names are not known, that may be any of its parents")
    {
        auto facts = greeted("mail.foo.me.uk", "greeting 220 mx.example.com ESMTP");
        facts.experiment(Purpose::domain_dmarc, answer("_dmarc.mail.foo.me.uk", RecordType::txt, {}));
        CHECK(asks(planned(facts.facts), Purpose::domain_dmarc, "_dmarc.foo.me.uk", RecordType::txt));
        facts.experiment(Purpose::domain_dmarc, answer("_dmarc.foo.me.uk", RecordType::txt, {}));
        CHECK(asks(planned(facts.facts), Purpose::domain_dmarc, "_dmarc.me.uk", RecordType::txt));
        CHECK_FALSE(asks(planned(facts.facts), Purpose::domain_dmarc, "_dmarc.uk", RecordType::txt));
    }
    SECTION("whether another organisation takes its reports")
    {
        auto facts = healthy_domain();
        facts.experiment(Purpose::domain_dmarc, answer("_dmarc.example.com", RecordType::txt,
                                                       {"v=DMARC1; p=reject; rua=mailto:a@reports.net"}));
        CHECK(asks(planned(facts.facts), Purpose::domain_dmarc, "example.com._report._dmarc.reports.net",
                   RecordType::txt));
    }
}

TEST_CASE("hosts, addresses and private networks get no hygiene, nor does --no-experiments")
{
    for (const auto kind : {TargetKind::host, TargetKind::address, TargetKind::self}) {
        auto facts = healthy_domain();
        facts.facts.target.kind = kind;
        CHECK(planned(facts.facts).empty());
    }
    auto off = healthy_domain();
    off.facts.settings.experiments = false;
    CHECK(planned(off.facts).empty());
    FactsBuilder inside("example.com");
    inside.mx("mx.example.com").talk("10.0.0.1", {"connected", "greeting 220 mx.example.com"});
    CHECK(planned(inside.facts).size() == 2);
}

TEST_CASE("no more than eight hosts are looked at")
{
    FactsBuilder many("example.com");
    for (int i = 1; i < 20; ++i)
        many.mx("mx" + std::to_string(i) + ".example.com")
            .talk("192.0.2." + std::to_string(i),
                  {"connected", i % 2 == 0 ? "greeting 220 a.example.net" : "greeting 220 b.example.net"});
    const auto trials = planned(many.facts);
    CHECK(std::count_if(trials.begin(), trials.end(),
                        [](const Trial& trial) { return trial.purpose == Purpose::host_name; }) == 8);
}

TEST_CASE("postmaster is asked about in the end, where a recipient was asked about and taken")
{
    const auto trials = planned(healthy_mailbox().facts);
    const auto* session = postmaster(trials);
    REQUIRE(session != nullptr);
    CHECK(session->to == std::vector<std::string>{"postmaster@example.com"});
    CHECK(session->quit_after == Step::rcpt);
    CHECK(postmaster(planned(healthy_domain().facts)) == nullptr);
    SECTION("not while another endpoint is still under way")
    {
        auto facts = healthy_mailbox();
        facts.talk("192.0.2.2", {"connected"});
        CHECK(postmaster(planned(facts.facts)) == nullptr);
    }
    SECTION("not where the recipient was refused")
    {
        auto refused = healthy_mailbox("user@example.com", "rcpt user@example.com 550 no");
        CHECK(postmaster(planned(refused.facts)) == nullptr);
    }
    SECTION("not where it was the recipient already")
    {
        auto same = healthy_mailbox("Postmaster@example.com", "rcpt Postmaster@example.com 250 ok");
        CHECK(postmaster(planned(same.facts)) == nullptr);
    }
}

} // namespace smtpprobe
