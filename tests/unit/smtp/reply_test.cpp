// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "smtpprobe/reply.hpp"

using namespace smtpprobe;

namespace {

std::string status_of(int code, std::vector<std::string> lines)
{
    const auto reply = Reply::make(code, std::move(lines));
    REQUIRE(reply);
    return reply->status() ? reply->status()->text() : "none";
}

} // namespace

TEST_CASE("a reply has a code from 200 to 599 and a line")
{
    CHECK(Reply::make(200, {""}));
    CHECK(Reply::make(599, {"x"}));
    CHECK_FALSE(Reply::make(199, {"x"}));
    CHECK_FALSE(Reply::make(600, {"x"}));
    CHECK_FALSE(Reply::make(-250, {"x"}));
    CHECK_FALSE(Reply::make(250, {}));
    CHECK_FALSE(Reply::make(250, {"two\nlines"}));
}

TEST_CASE("a reply knows its class")
{
    const auto go_on = Reply::make(354, {"go"});
    CHECK(go_on->code_class() == 3);
    CHECK(go_on->positive());
    const auto refusal = Reply::make(421, {"no"});
    CHECK(refusal->code_class() == 4);
    CHECK_FALSE(refusal->positive());
}

TEST_CASE("an enhanced status is read where it stands alone")
{
    const auto status = EnhancedStatus::parse("5.7.123");
    REQUIRE(status);
    CHECK(*status == EnhancedStatus{5, 7, 123});
    CHECK(status->text() == "5.7.123");
    for (const auto text : {"", "5", "5.", "5.7", "5.7.", "3.1.1", "1.1.1", "5.7.1 ", " 5.7.1", "5.7.1234",
                            "5.7777.1", "5.7.1.1", "5,7,1", "5.-7.1", "55.7.1"})
        CHECK_FALSE(EnhancedStatus::parse(text));
}

TEST_CASE("a reply's status is that of its first line, else of any")
{
    CHECK(status_of(550, {"5.1.1 No such user"}) == "5.1.1");
    CHECK(status_of(550, {"No such user", "5.1.1 really"}) == "5.1.1");
    CHECK(status_of(550, {"5.1.1 a", "5.7.1 b"}) == "5.1.1");
    CHECK(status_of(550, {"5.7.26: see below"}) == "5.7.26");
    CHECK(status_of(250, {"2.1.0"}) == "2.1.0");
    CHECK(status_of(250, {"5.1.1 odd"}) == "5.1.1");
    CHECK(status_of(550, {"sorry (5.1.1)"}) == "none");
}

TEST_CASE("qmail's status at the end of a line counts")
{
    CHECK(status_of(553, {"sorry, not in my list of allowed rcpthosts (#5.7.1)"}) == "5.7.1");
    CHECK(status_of(553, {"sorry (#5.7.1 and more)"}) == "none");
    CHECK(status_of(553, {"(#9.7.1)"}) == "none");
}

TEST_CASE("what looks like an enhanced status need not be one")
{
    CHECK(status_of(554, {"5.1.1.1 is on a list"}) == "none");
    CHECK(status_of(220, {"4.3.2b1 server"}) == "none");
    CHECK(status_of(554, {"5.7.1. full stop"}) == "5.7.1");
    CHECK(status_of(354, {"2.0.0 go ahead"}) == "none");
}

TEST_CASE("words are all lines without their statuses")
{
    CHECK(Reply::make(550, {"5.7.1 Access", "5.7.1 denied ", "", " today"})->words() ==
          "Access denied today");
    CHECK(Reply::make(250, {""})->words().empty());
}

TEST_CASE("a reply's text is what the server sent")
{
    CHECK(Reply::make(250, {"a", "", "c"})->text() == "250-a\n250-\n250 c");
    CHECK(Reply::make(221, {"5.0.0 bye"})->text() == "221 5.0.0 bye");
}
