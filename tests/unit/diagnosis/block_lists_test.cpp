// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

#include "diagnosis/block_lists.hpp"
#include "smtpprobe/explain.hpp"

using namespace smtpprobe;

namespace {

Lookup answered(std::initializer_list<const char*> addresses)
{
    Lookup lookup;
    lookup.outcome = LookupOutcome::found;
    for (const auto* address : addresses) {
        Record record;
        record.address = IpAddress::parse(address).value();
        lookup.records.push_back(record);
    }
    return lookup;
}

} // namespace

TEST_CASE("Every known list has a name, a page, and words in the catalogue")
{
    std::set<std::string_view> zones;
    for (const auto& list : known_block_lists()) {
        INFO(list.zone);
        CHECK(zones.insert(list.zone).second);
        CHECK_FALSE(list.name.empty());
        CHECK(list.lookup.starts_with("https://"));
        CHECK(find_explanation(list.entry) != nullptr);
        CHECK((list.domains != (list.ipv4 || list.ipv6)));
        CHECK(list.weight != Severity::note);
        for (const auto& code : list.codes) {
            CHECK(code.from <= code.to);
            CHECK((code.entry.empty() || find_explanation(code.entry) != nullptr));
        }
    }
}

TEST_CASE("The default set is small, and has Spamhaus")
{
    const auto zones = zones_to_ask(std::nullopt);
    CHECK(zones.size() <= 8);
    CHECK(std::find(zones.begin(), zones.end(), "zen.spamhaus.org") != zones.end());
    for (const auto& zone : zones) {
        CHECK(zone.find("sorbs") == std::string::npos);
        CHECK(zone.find("manitu") == std::string::npos);
    }
    CHECK(zones_to_ask(std::vector<std::string>{}).empty());
}

TEST_CASE("Questions to a list are reversed addresses, or domains")
{
    CHECK(listing_name(IpAddress::parse("203.0.113.9").value(), "zen.spamhaus.org") ==
          "9.113.0.203.zen.spamhaus.org");
    CHECK(listing_name(IpAddress::parse("2001:db8::1").value(), "bl.example") ==
          "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.bl.example");
    CHECK(listing_name("example.com", "dbl.spamhaus.org") == "example.com.dbl.spamhaus.org");
    CHECK(must_be_listed(block_list("zen.spamhaus.org")) == "2.0.0.127.zen.spamhaus.org");
    CHECK(must_not_be_listed(block_list("zen.spamhaus.org")) == "1.0.0.127.zen.spamhaus.org");
    CHECK(must_be_listed(block_list("dbl.spamhaus.org")) == "dbltest.com.dbl.spamhaus.org");
    CHECK(must_be_listed(block_list("rhsbl.example.net")) == "test.rhsbl.example.net");
}

TEST_CASE("Each code of Spamhaus means its list, the gravest first")
{
    const auto list = block_list("zen.spamhaus.org");
    const auto entry = [&](std::initializer_list<const char*> codes) {
        return read_answer(list, answered(codes)).entry;
    };
    CHECK(entry({"127.0.0.2"}) == "vendor.spamhaus.sbl");
    CHECK(entry({"127.0.0.3"}) == "vendor.spamhaus.css");
    CHECK(entry({"127.0.0.4"}) == "vendor.spamhaus.xbl");
    CHECK(entry({"127.0.0.9"}) == "vendor.spamhaus.sbl");
    CHECK(entry({"127.0.0.10"}) == "vendor.spamhaus.pbl");
    CHECK(entry({"127.0.0.11"}) == "vendor.spamhaus.pbl");
    CHECK(entry({"127.0.0.11", "127.0.0.4", "127.0.0.3"}) == "vendor.spamhaus.xbl");
    // A code that was added later is a listing all the same.
    CHECK(entry({"127.0.0.77"}) == "vendor.spamhaus.listed");
    CHECK(read_answer(list, answered({"127.0.0.77"})).listing == Listing::listed);
}

TEST_CASE("Answers that are no listing are told apart")
{
    const auto listing = [](const char* zone, std::initializer_list<const char*> codes) {
        return read_answer(block_list(zone), answered(codes)).listing;
    };
    CHECK(listing("zen.spamhaus.org", {"127.255.255.254"}) == Listing::refused);
    CHECK(listing("any.example", {"127.255.255.255"}) == Listing::refused);
    CHECK(listing("multi.uribl.com", {"127.0.0.1"}) == Listing::refused);
    CHECK(listing("dbl.spamhaus.org", {"127.0.1.255"}) == Listing::refused);
    CHECK(listing("any.example", {"203.0.113.80"}) == Listing::no_list);
    CHECK(listing("any.example", {"203.0.113.80", "127.0.0.2"}) == Listing::listed);
    CHECK(listing("any.example", {}) == Listing::no_list);
    Lookup lookup;
    CHECK(read_answer(block_list("any.example"), lookup).listing == Listing::unanswered);
    lookup.outcome = LookupOutcome::no_such_domain;
    CHECK(read_answer(block_list("any.example"), lookup).listing == Listing::none);
}

TEST_CASE("A zone with a key of its own is Spamhaus' too")
{
    const auto list = block_list("abcdefghijklmnopqrstuvwxyz.zen.dq.spamhaus.net");
    CHECK(list.name == "Spamhaus ZEN");
    CHECK(list.zone == "abcdefghijklmnopqrstuvwxyz.zen.dq.spamhaus.net");
}

TEST_CASE("The lists that a refusal names are found in its words")
{
    using Zones = std::vector<std::string>;
    CHECK(zones_named_in("Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org; see "
                         "https://www.spamhaus.org/query/bl?ip=192.0.2.7") == Zones{"zen.spamhaus.org"});
    CHECK(zones_named_in("blocked using BL.Example.NET. Go away") == Zones{"bl.example.net"});
    CHECK(zones_named_in("found on bl.spamcop.net") == Zones{"bl.spamcop.net"});
    CHECK(zones_named_in("blocked using Spamhaus") == Zones{});
    CHECK(zones_named_in("blocked using [192.0.2.7]") == Zones{});
    CHECK(zones_named_in("blocked using 192.0.2.7") == Zones{});
    CHECK(zones_named_in("see xsbl.spamhaus.org") == Zones{});
    CHECK(zones_named_in("blocked using -a.b; listed by a..b; blocked using \x1b.c") == Zones{});
    CHECK(zones_named_in(std::string(100000, 'a')).empty());
    CHECK(zones_named_in("zen.spamhaus.org bl.spamcop.net psbl.surriel.com").size() == 2);
}
