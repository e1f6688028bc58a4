// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "dialogue/steps.hpp"

using namespace smtpprobe;
using std::chrono::minutes;

TEST_CASE("every step has its row, and every row that is a command its verb and limit")
{
    for (std::size_t i = 0; i <= static_cast<std::size_t>(Names<Step>::last); ++i) {
        const auto step = static_cast<Step>(i);
        const auto& facts = facts_of(step);
        CAPTURE(name(step));
        CHECK(facts.step == step);
        if (!facts.verb.empty())
            CHECK(facts.limit > Duration(0));
    }
}

TEST_CASE("the limits are those of RFC 5321 4.5.3.2")
{
    CHECK(facts_of(Step::greeting).limit == minutes(5));
    CHECK(facts_of(Step::mail).limit == minutes(5));
    CHECK(facts_of(Step::rcpt).limit == minutes(5));
    CHECK(facts_of(Step::data).limit == minutes(2));
    CHECK(facts_of(Step::message).limit == minutes(10));
}

TEST_CASE("QUIT is not waited for long") { CHECK(facts_of(Step::quit).limit <= std::chrono::seconds(10)); }
