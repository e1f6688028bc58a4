// SPDX-License-Identifier: Apache-2.0
#include "probe/way_out.hpp"

#include <catch2/catch.hpp>

using namespace smtpprobe;

namespace {

Endpoint at(const char* host, const char* address, std::uint16_t port = 25)
{
    Endpoint endpoint;
    endpoint.host = host;
    endpoint.address = *IpAddress::parse(address);
    endpoint.port = port;
    return endpoint;
}

/// With all that is meant for one's own hosts.
SessionRequest request_to(Endpoint endpoint)
{
    SessionRequest request;
    request.endpoint = std::move(endpoint);
    request.plan.auth.emplace();
    request.plan.from = "us@example.org";
    request.plan.to = {"them@example.com"};
    request.plan.xclient = {"ADDR=192.0.2.1"};
    request.plan.xforward = {"ADDR=192.0.2.1"};
    request.plan.verbs = {{"ETRN example.com", Step::ehlo}};
    request.proxy_header.emplace();
    request.show_certificate = true;
    request.respond = [](const Respond&, const std::optional<ChannelBinding>&) { return Response(); };
    Route route;
    route.endpoints = {at("mx.example.com", "192.0.2.25")};
    keep_from_strangers(request, route);
    return request;
}

} // namespace

TEST_CASE("a host that is none of the route gets no login, no mail, and no word on whom we speak for")
{
    // Its name is of no account: whoever has the address gets what is sent.
    for (const auto& stranger :
         {at("gmail-smtp-in.l.google.com", "192.0.2.99"), at("mx.example.com", "192.0.2.99")}) {
        const auto request = request_to(stranger);
        CHECK_FALSE(request.plan.auth);
        CHECK_FALSE(request.plan.from);
        CHECK(request.plan.to.empty());
        CHECK(request.plan.xclient.empty());
        CHECK(request.plan.xforward.empty());
        CHECK(request.plan.verbs.empty());
        CHECK_FALSE(request.proxy_header);
        CHECK_FALSE(request.respond);
        CHECK_FALSE(request.show_certificate);
    }
}

TEST_CASE("a host of the route gets it all, at another port, too")
{
    for (const auto port : {std::uint16_t{25}, std::uint16_t{465}}) {
        const auto request = request_to(at("mx.example.com", "192.0.2.25", port));
        CHECK(request.plan.auth);
        CHECK(request.plan.to.size() == 1);
        CHECK(request.plan.xclient.size() == 1);
        CHECK(request.plan.xforward.size() == 1);
        CHECK(request.plan.verbs.size() == 1);
        CHECK(request.proxy_header);
        CHECK(request.respond);
        CHECK(request.show_certificate);
    }
}
