// SPDX-License-Identifier: Apache-2.0
// Targets and routes without an address: sockets, commands, names that a proxy looks up.
#include <catch2/catch.hpp>

#include "route/plan_route.hpp"

using namespace smtpprobe;

TEST_CASE("a socket is written as Postfix writes it")
{
    const auto smtp = parse_target("unix:/run/smtp");
    REQUIRE(smtp);
    CHECK(smtp->kind == TargetKind::socket);
    CHECK(smtp->path == "/run/smtp");
    CHECK(smtp->protocol == Protocol::smtp);
    CHECK(parse_target("unix:///run/smtp")->path == "/run/smtp");
    CHECK(parse_target("lmtp:unix:/run/dovecot/lmtp")->protocol == Protocol::lmtp);
}

TEST_CASE("a path that cannot be a socket's is told")
{
    CHECK(parse_target("unix:run/smtp").error() ==
          "a socket's path begins with a slash: unix:/run/dovecot/lmtp, not 'unix:run/smtp'");
    CHECK_FALSE(parse_target("unix:"));
    CHECK_FALSE(parse_target("unix:/" + std::string(107, 'x')));
    CHECK(parse_target("unix:/" + std::string(106, 'x')));
}

TEST_CASE("a socket needs no lookup and is its own route")
{
    const auto target = *parse_target("lmtp:unix:/run/lmtp");
    CHECK(questions(target, {}, {}).empty());
    const auto route = plan_route(target, {}, {});
    CHECK(route.kind == RouteKind::place);
    REQUIRE(route.endpoints.size() == 1);
    CHECK(route.endpoints.front().carrier == Carrier::socket);
    CHECK(route.endpoints.front().protocol == Protocol::lmtp);
    CHECK(route.endpoints.front().text() == "unix:/run/lmtp");
}

TEST_CASE("a command is its own route")
{
    Target target;
    target.kind = TargetKind::process;
    target.path = "exim4 -bs";
    const auto route = plan_route(target, {}, {});
    REQUIRE(route.endpoints.size() == 1);
    CHECK(route.endpoints.front().text() == "command \"exim4 -bs\"");
}

TEST_CASE("a name that the proxy looks up is asked of nobody else")
{
    Settings settings;
    settings.way.proxy.emplace().resolves = true;
    const auto target = *parse_target("example.com");
    CHECK(questions(target, settings, {}).empty());
    const auto route = plan_route(target, settings, {});
    CHECK(route.kind == RouteKind::host);
    REQUIRE(route.endpoints.size() == 1);
    CHECK(route.endpoints.front().carrier == Carrier::tcp_by_name);
    CHECK(route.endpoints.front().text() == "example.com:25");
    settings.way.proxy->resolves = false;
    CHECK_FALSE(questions(target, settings, {}).empty());
}
