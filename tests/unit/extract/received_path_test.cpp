// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "base/timestamp.hpp"
#include "extract/received_path.hpp"

using namespace smtpprobe;

namespace {

Instant at(std::string_view text) { return *parse_timestamp(text); }

constexpr std::string_view kThreeHops =
    "Return-Path: <probe@here.test>\r\n"
    "Delivered-To: user@ci.test\r\n"
    "Received: from mx.ci.test\r\n"
    "\tby dove.ci.test with LMTP\r\n"
    "\tid MHTyFwq8Z2cKNgAAGEaA2w (envelope-from <probe@here.test>)\r\n"
    "\tfor <user@ci.test>; Sun, 22 Nov 2026 07:20:59 +0100\r\n"
    "Received: from relay.test (relay.test [192.0.2.7])\r\n"
    "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\r\n"
    "\tby mx.ci.test (Postfix) with ESMTPS id 4D2A81\r\n"
    "\tfor <user@ci.test>; Sun, 22 Nov 2026 06:20:57 +0000 (UTC)\r\n"
    "Received: from here.test ([198.51.100.4]) by relay.test with esmtp (Exim 4.96)\r\n"
    "\tid 1tEZxy-0001; Sun, 22 Nov 2026 06:20:52 +0000\r\n"
    "Message-ID:\r\n <abc@here.test>\r\n"
    "Subject: Received: by nobody; Sun, 22 Nov 2026 06:20:52 +0000\r\n"
    "\r\n"
    "Received: from body by body; Sun, 22 Nov 2026 06:20:52 +0000\r\n";

} // namespace

TEST_CASE("Received fields are read backwards: from the sender to the mailbox")
{
    const auto path = read_received_path(kThreeHops);
    REQUIRE(path.hops.size() == 3);
    CHECK(path.left_out == 0);
    const auto& first = path.hops[0];
    CHECK(first.from == "here.test ([198.51.100.4])");
    CHECK(first.by == "relay.test");
    CHECK(first.with == "esmtp");
    CHECK(first.id == "1tEZxy-0001");
    CHECK(first.at == at("2026-11-22T06:20:52Z"));
    CHECK(path.hops[1].from == "relay.test (relay.test [192.0.2.7])");
    CHECK(path.hops[1].by == "mx.ci.test");
    CHECK(path.hops[1].with == "ESMTPS");
    CHECK(path.hops[1].id == "4D2A81");
    CHECK(path.hops[2].by == "dove.ci.test");
    CHECK(path.hops[2].with == "LMTP");
    CHECK(path.hops[2].at == at("2026-11-22T06:20:59Z"));
}

TEST_CASE("Each hop's delay counts from the hop before it, the first one's since it was sent")
{
    auto hops = read_received_path(kThreeHops).hops;
    measure_delays(hops, at("2026-11-22T06:20:50.9Z"));
    CHECK(hops[0].delay == 2);
    CHECK(hops[1].delay == 5);
    CHECK(hops[2].delay == 2);

    measure_delays(hops, at("2026-11-22T06:20:55Z"));
    CHECK(hops[0].delay == -3); // their clock is behind ours

    hops[0].delay.reset();
    measure_delays(hops, std::nullopt);
    CHECK_FALSE(hops[0].delay);
    CHECK(hops[1].delay == 5);

    hops[1].at.reset();
    hops[1].delay.reset();
    measure_delays(hops, at("2026-11-22T06:20:50Z"));
    CHECK_FALSE(hops[1].delay);
    CHECK(hops[2].delay == 7); // since the last hop that says when
}

TEST_CASE("A Received field that says little gives what it says")
{
    const auto path =
        read_received_path("Received: (qmail 4711 invoked by uid 1000); 22 Nov 2026 06:20:52 -0000\n"
                           "received: by with id\n"
                           "Received:\n"
                           "Received: from a (unclosed (comment by b with c; no date\n");
    REQUIRE(path.hops.size() == 4);
    CHECK(path.hops[3].by.empty());
    CHECK(path.hops[3].at == at("2026-11-22T06:20:52Z"));
    CHECK(path.hops[2].by.empty());
    CHECK(path.hops[1] == ReceivedHop());
    CHECK(path.hops[0].from == "a (unclosed (comment by b with c");
    CHECK_FALSE(path.hops[0].at);
}

TEST_CASE("Of a header that never ends a bounded part is kept")
{
    std::string header;
    for (int i = 0; i < 150; ++i)
        header += "Received: from x by host" + std::to_string(i) + "; Sun, 22 Nov 2026 06:20:52 +0000\r\n";
    const auto path = read_received_path(header);
    CHECK(path.hops.size() == kMostReceivedFields);
    CHECK(path.left_out == 50);
    CHECK(path.hops.back().by == "host0");

    const auto long_one = read_received_path("Received: by " + std::string(1'000'000, 'x'));
    REQUIRE(long_one.hops.size() == 1);
    CHECK(long_one.hops[0].by == std::string(255, 'x'));
    CHECK(read_received_path("Received: " + std::string(1'000'000, '(')).hops.size() == 1);
}

TEST_CASE("A message's own Message-ID is found in its header, and nowhere else")
{
    CHECK(message_id_of(kThreeHops) == "<abc@here.test>");
    CHECK(message_id_of("message-id: (why) <a@b> \nMessage-ID: <c@d>\n") == "<a@b>");
    CHECK(message_id_of("Subject: none\n\nMessage-ID: <in@body>\n").empty());
    CHECK(message_id_of("Message-ID: no brackets\n").empty());
    CHECK(message_id_of("").empty());
}
