// SPDX-License-Identifier: Apache-2.0
#include "lab/situations.hpp"

#include <set>

#include <catch2/catch.hpp>

#include "smtpprobe/explain.hpp"

using namespace smtpprobe;

TEST_CASE("every situation has a name of its own and a story of one sentence")
{
    std::set<std::string_view> names;
    for (const auto& situation : situations()) {
        INFO(situation.name);
        CHECK(names.insert(situation.name).second);
        CHECK(situation.story.ends_with('.'));
        CHECK(situation.story.size() <= 80);
        CHECK(find_situation(situation.name) == &situation);
    }
    CHECK(names.size() >= 12);
    CHECK(find_situation("never heard of") == nullptr);
}

TEST_CASE("every situation is about its own domain, and no two share a host")
{
    std::set<std::string_view> hosts;
    for (const auto& situation : situations()) {
        INFO(situation.name);
        const std::string domain = std::string(situation.name) + ".test";
        const auto target = parse_target(situation.target);
        REQUIRE(target);
        CHECK(target->name == domain);
        for (const auto& host : situation.hosts) {
            CHECK(hosts.insert(host.name).second);
            CHECK(host.name.ends_with("." + domain));
        }
    }
}

TEST_CASE("every conversation of the lab can be read and names its host")
{
    for (const auto& situation : situations())
        for (const auto& host : situation.hosts) {
            if (host.conversation.empty())
                continue;
            INFO(host.name);
            const auto conversation = conversation_of(host);
            REQUIRE(conversation);
            CHECK_FALSE(conversation->lines.empty());
            for (const auto& line : conversation->lines)
                CHECK(line.text.find('{') == std::string::npos);
        }
}

TEST_CASE("what a situation must be concluded to be stands in the catalogue, and fits together")
{
    for (const auto& situation : situations()) {
        INFO(situation.name << ": " << situation.lead);
        CHECK(find_explanation(situation.lead) != nullptr);
        CHECK((situation.verdict == Verdict::accepts) == (situation.outcome == Outcome::ok));
    }
}
