// SPDX-License-Identifier: Apache-2.0
#include "probe/policy_run.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <catch2/catch.hpp>

#include "lab/dns_server.hpp"

using namespace smtpprobe;
using namespace std::chrono_literals;

TEST_CASE("A check whose resolver is cancelled asks no more, though a part of its answers had come")
{
    asio::io_context loop;
    DnsServer dns(loop.get_executor());
    dns.add({txt_record("example.com", "v=spf1 include:fast.example include:slow.example -all"),
             txt_record("fast.example", "v=spf1 include:next.example -all"),
             txt_record("next.example", "v=spf1 -all")});
    dns.trouble("slow.example", DnsTrouble::silence);

    ResolverSettings settings;
    settings.servers = {dns.listen().value()};
    auto resolver = std::make_shared<Resolver>(loop.get_executor(), settings);
    TryPolicy asked;
    asked.domain = "example.com"; // the unspecified address: every term is followed
    std::optional<PolicyCheck> made;
    asio::co_spawn(loop, run_policy(resolver, asked, Instant(), Resolver::Clock::now()),
                   [&](std::exception_ptr error, PolicyCheck check) {
                       REQUIRE_FALSE(error);
                       made = std::move(check);
                   });
    const auto seen = [&](const char* name) {
        const auto all = dns.seen();
        return std::any_of(all.begin(), all.end(),
                           [&](const auto& one) { return one.question.name == name; });
    };
    while (!(seen("fast.example") && seen("slow.example")))
        REQUIRE(loop.run_one() != 0);
    loop.poll(); // the answer to the first of them is there
    // The probe is over: whoever borrowed the resolver from it has it alone.
    resolver->cancel();
    resolver.reset();
    while (!made)
        REQUIRE(loop.run_one() != 0);
    CHECK(made->result == PolicyResult::temperror);
    CHECK_FALSE(seen("next.example"));
}
