// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <string>

#include "diagnosis/named_wait.hpp"

using namespace smtpprobe;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST_CASE("The wait that a server asks for is read from its words")
{
    struct Case {
        const char* words;
        Duration wait;
    };
    for (const auto& [words, wait] : {
             Case{"Greylisted, try again in 300 seconds", seconds(300)},
             Case{"Greylisting in action, please come back in 00:04:59", seconds(299)},
             Case{"please come back in 4:59", seconds(299)},
             Case{"Greylisted for 5 minutes", minutes(5)},
             Case{"<user@example.com>: Recipient address rejected: Greylisted for 1 minutes", minutes(1)},
             Case{"You must wait 2 hours", hours(2)},
             Case{"greylisted, retry=120", seconds(120)},
             Case{"Try again after 60sec", seconds(60)},
             Case{"temporarily deferred for 300s", seconds(300)},
             Case{"wait 4 minutes and 59 seconds", seconds(299)},
             Case{"wait 1 hour, 2 minutes, 3 seconds", seconds(3723)},
             Case{"please retry in 300", seconds(300)},
             Case{"please retry in 300.", seconds(300)},
             Case{"Bitte versuchen Sie es in 5 Minuten wieder", minutes(5)},
             Case{"Merci de patienter 10 minutes", minutes(10)},
             Case{"Too many messages: limit is 20 per 10 minutes", minutes(10)},
             Case{"10 minutes have been used, try again in 30 seconds", seconds(30)},
             Case{"try again in at least 5 mins", minutes(5)},
             Case{"try again in 999999 hours", hours(24 * 7)},
         }) {
        CAPTURE(words);
        const auto named = named_wait(words);
        REQUIRE(named.has_value());
        CHECK(named->count() == wait.count());
    }
}

TEST_CASE("No wait is read where none is named")
{
    for (const std::string words :
         {"", "Greylisted, see http://postgrey.schweikert.ch/help/example.com.html",
          "4.7.1 Service unavailable - try again later", "Too many connections from 192.0.2.1",
          "queue id 4F2m3s1 deferred", "try again in 0 seconds", "in 5.7.1", "host mx5 min.example.com",
          "come back at 12:30:45", "in 12:75", "load average 35.2 too high", "retry in 5",
          "client 10.0.0.5 seconds the motion", "in 99999999999999999999 seconds", "for 3 recipients"}) {
        CAPTURE(words);
        CHECK_FALSE(named_wait(words).has_value());
    }
}

TEST_CASE("Any bytes end the search for a wait")
{
    std::string all;
    for (int byte = 0; byte < 256; ++byte)
        all += static_cast<char>(byte);
    CHECK_FALSE(named_wait(all + "in " + all).has_value());
    CHECK_FALSE(named_wait(std::string(100000, '9')).has_value());
    CHECK_FALSE(named_wait(std::string(100000, ':')).has_value());
    std::string sums;
    for (int i = 0; i < 1000000; ++i)
        sums += "1+";
    CHECK_FALSE(named_wait(sums).has_value());
}
