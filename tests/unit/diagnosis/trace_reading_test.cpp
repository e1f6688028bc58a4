// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "connect_facts.hpp"
#include "diagnosis/connect_picture.hpp"

using namespace smtpprobe;
using test::ConnectFacts;

namespace {

constexpr auto kHost = "8.9.9.25";

/// As the diagnosis reads it: two traces from a machine behind a private router.
TraceReading read(std::initializer_list<const char*> to_25, std::initializer_list<const char*> to_443)
{
    auto facts = ConnectFacts().own("192.168.1.7").endpoint(kHost, "silent");
    facts.trace(kHost, 25, to_25);
    if (to_443.size() > 0)
        facts.trace(kHost, 443, to_443);
    const auto made = facts.facts();
    const ConnectPicture picture(made);
    return picture.trace(made.route.endpoints.front()).value();
}

constexpr std::initializer_list<const char*> kWholeWay = {"1 expired 192.168.1.1", "2 expired 5.0.2.1",
                                                          "3 expired 5.0.2.5",     "4 expired 7.0.4.1",
                                                          "5 expired 8.9.9.1",     "6 connected"};

} // namespace

TEST_CASE("Where a port dies is told from the last router that answers")
{
    const auto before_any = read({"1 silent", "2 silent"}, kWholeWay);
    CHECK(before_any.place == Place::provider);
    CHECK(before_any.at_own_border);
    CHECK(read({"1 expired 192.168.1.1", "2 silent"}, kWholeWay).place == Place::provider);
    CHECK(read({"1 expired 192.168.1.1", "2 expired 5.0.2.1", "3 silent"}, kWholeWay).place ==
          Place::provider);
    CHECK(read({"1 expired 192.168.1.1", "2 expired 5.0.2.1", "3 expired 5.0.2.5", "4 silent"}, kWholeWay)
              .place == Place::provider);
    CHECK(read({"1 expired 192.168.1.1", "2 expired 5.0.2.1", "3 expired 5.0.2.5", "4 expired 7.0.4.1"},
               kWholeWay)
              .place == Place::on_the_way);
    CHECK(read({"1 expired 192.168.1.1", "2 silent", "3 silent", "4 silent", "5 expired 8.9.9.1"}, kWholeWay)
              .place == Place::their_side);
}

TEST_CASE("Two routers of ours: the rule is at the first one")
{
    const auto reading =
        read({"1 expired 192.168.1.1", "2 silent"},
             {"1 expired 192.168.1.1", "2 expired 192.168.0.1", "3 expired 5.0.2.1", "4 connected"});
    CHECK(reading.place == Place::own_network);
    CHECK(reading.last_ttl == 1);
    CHECK(reading.host_ttl == 4);
}

TEST_CASE("Private addresses of another block behind our router are the provider's")
{
    const auto reading =
        read({"1 expired 192.168.1.1", "2 expired 10.20.0.1", "3 silent"},
             {"1 expired 192.168.1.1", "2 expired 10.20.0.1", "3 expired 5.0.2.1", "4 connected"});
    CHECK(reading.place == Place::provider);
    CHECK_FALSE(reading.at_own_border);
}

TEST_CASE("Routers that answer to nobody leave open whose filter it is")
{
    // The provider's routers keep silent for both ports: the SYNs may have got as far as the host's door.
    CHECK(read({"1 expired 192.168.1.1", "2 silent", "3 silent"},
               {"1 expired 192.168.1.1", "2 silent", "3 silent", "4 silent", "5 connected"})
              .place == Place::unknown);
    CHECK(
        read({"1 silent", "2 silent"}, {"1 silent", "2 silent", "3 expired 5.0.2.1", "4 connected"}).place ==
        Place::unknown);
    // The next one that is heard is still the provider's.
    CHECK(read({"1 expired 192.168.1.1", "2 expired 5.0.2.1", "3 silent"},
               {"1 expired 192.168.1.1", "2 expired 5.0.2.1", "3 silent", "4 expired 5.0.2.9",
                "5 expired 7.0.4.1", "6 connected"})
              .place == Place::provider);
}

TEST_CASE("A host whose distance was not found is told without a hop")
{
    const auto reading =
        read({"1 expired 192.168.1.1", "2 silent"}, {"1 expired 192.168.1.1", "64 connected"});
    CHECK(reading.text == "SYNs to port 25 get as far as hop 1 (192.168.1.1), those to port 443 reach it");
    CHECK(reading.compared_reached);
    CHECK(reading.place == Place::unknown);
}

TEST_CASE("How far each port got is told in one sentence")
{
    CHECK(read({"1 expired 192.168.1.1", "2 silent"}, kWholeWay).text ==
          "SYNs to port 25 get as far as hop 1 (192.168.1.1), those to port 443 reach it at hop 6");
    CHECK(read({"1 silent"}, kWholeWay).text ==
          "SYNs to port 25 are answered by no router, those to port 443 reach it at hop 6");
    CHECK(read({"1 silent"}, {"1 silent"}).text.empty());
    CHECK(read({"1 expired 192.168.1.1", "2 unreachable 5.0.2.1"}, {}).text ==
          "SYNs to port 25 are turned back at hop 2 (5.0.2.1)");
}

TEST_CASE("A refusal from nearer than the host is seen")
{
    const auto reading = read({"1 expired 192.168.1.1", "2 refused"}, kWholeWay);
    CHECK(reading.reached);
    CHECK(reading.answered_early == 2);
    CHECK(reading.place == Place::provider);
}

TEST_CASE("Silence alone tells no place")
{
    CHECK(read({"1 silent", "2 silent"}, {"1 silent", "2 silent"}).place == Place::unknown);
    CHECK(read({}, {}).place == Place::unknown);
}
