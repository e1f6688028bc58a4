// SPDX-License-Identifier: Apache-2.0
// `self` as people read it: the sender stands where a route would.
#include <catch2/catch.hpp>

#include "smtpprobe/render.hpp"

using namespace smtpprobe;

namespace {

IpAddress address(const char* text) { return IpAddress::parse(text).value(); }

Lookup lookup(std::string name, RecordType type, std::vector<Record> records)
{
    Lookup lookup;
    lookup.name = std::move(name);
    lookup.type = type;
    lookup.outcome = records.empty() ? LookupOutcome::no_such_domain : LookupOutcome::found;
    lookup.records = std::move(records);
    return lookup;
}

Record points_to(std::string name)
{
    Record record;
    record.type = RecordType::ptr;
    record.name = std::move(name);
    return record;
}

Record holds(const char* text)
{
    Record record;
    record.address = address(text);
    return record;
}

/// 198.41.0.4 is mail.example.com, sends as example.com, and is on one of three lists.
Report report()
{
    Report report;
    auto& facts = report.facts;
    facts.target.kind = TargetKind::self;
    facts.settings.helo = "mail.example.com";
    facts.settings.as = "example.com";
    facts.own_addresses = {address("198.41.0.4")};
    const auto add = [&](Purpose purpose, decltype(Experiment::what) what) {
        facts.experiments.push_back({purpose, {}, {}, std::move(what)});
    };
    add(Purpose::own_name,
        lookup("4.0.41.198.in-addr.arpa", RecordType::ptr, {points_to("mail.example.com")}));
    add(Purpose::own_address, lookup("mail.example.com", RecordType::a, {holds("198.41.0.4")}));
    PolicyCheck check;
    check.domain = "example.com";
    check.address = address("198.41.0.4");
    check.result = PolicyResult::pass;
    check.matched = "mx of example.com";
    add(Purpose::own_policy, check);
    add(Purpose::block_list, lookup("4.0.41.198.one.example", RecordType::a, {}));
    add(Purpose::block_list, lookup("4.0.41.198.two.example", RecordType::a, {holds("127.0.0.2")}));
    add(Purpose::block_list, lookup("4.0.41.198.two.example", RecordType::txt, {}));
    add(Purpose::block_list, lookup("1.0.0.127.two.example", RecordType::a, {}));
    add(Purpose::block_list, lookup("4.0.41.198.three.example", RecordType::a, {holds("127.255.255.254")}));
    return report;
}

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

} // namespace

TEST_CASE("a sender's addresses stand with their names, SPF result and block lists")
{
    const auto text = to_text(report(), {100, false, 0});
    CHECK(has(text, "\nSender  EHLO mail.example.com, sending as example.com\n"));
    CHECK(has(text, "\n  198.41.0.4\n"));
    CHECK(has(text, "\n    PTR     mail.example.com, which leads back\n"));
    CHECK(has(text, "\n    SPF     pass for example.com, by `mx of example.com`\n"));
    CHECK(has(text, "\n    Lists   on 1 of the 2 block lists that answered; 1 did not\n"));
    CHECK_FALSE(has(text, "Route"));
    CHECK_FALSE(has(text, "Also tried"));
    CHECK(has(to_text(report(), {100, false, 1}), "Also tried"));
}

TEST_CASE("an address that servers see in place of ours stands beside it")
{
    auto made = report();
    made.facts.own_addresses = {address("192.168.1.5")};
    const auto text = to_text(made, {100, false, 0});
    CHECK(has(text, "\n  192.168.1.5 (private)\n"));
    CHECK(has(text, "\n  198.41.0.4\n    PTR"));
}

TEST_CASE("a reverse name that leads elsewhere, or nowhere, is told")
{
    auto made = report();
    std::get<Lookup>(made.facts.experiments[1].what).records = {holds("192.0.2.80")};
    CHECK(has(to_text(made, {100, false, 0}), "mail.example.com, which does not lead back\n"));
    std::get<Lookup>(made.facts.experiments[0].what) = lookup("4.0.41.198.in-addr.arpa", RecordType::ptr, {});
    CHECK(has(to_text(made, {100, false, 0}), "    PTR     no such domain (NXDOMAIN)\n"));
}
