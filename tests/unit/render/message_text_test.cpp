// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include <catch2/catch.hpp>

#include "smtp/odd_end.hpp"
#include "smtpprobe/render.hpp"

using namespace smtpprobe;

namespace {

Report arrived()
{
    Report report;
    report.facts.message = MessageFacts{.id = "<a@b>", .octets = 1234, .unsendable = ""};
    auto& arrival = report.facts.arrival.emplace();
    arrival.outcome = ArrivalOutcome::arrived;
    arrival.where = "maildir:/box";
    arrival.waited = std::chrono::milliseconds(1200);
    arrival.hops = {{.from = "here ([192.0.2.1])",
                     .by = "mx.test",
                     .with = "ESMTPS",
                     .id = "4D2A81",
                     .at = {},
                     .delay = 1},
                    {.from = "mx.test", .by = "box.test", .with = "LMTP", .id = "", .at = {}, .delay = -3}};
    return report;
}

std::string text_of(const Report& report)
{
    TextStyle style;
    style.width = 100;
    return to_text(report, style);
}

} // namespace

TEST_CASE("A message's way is shown from the sender to the mailbox, with the delay of each hop")
{
    const auto text = text_of(arrived());
    CHECK(text.find("Message  <a@b>, 1234 octets\n") != std::string::npos);
    CHECK(text.find("Arrival  arrived after 1.2 s, in maildir:/box\n") != std::string::npos);
    const auto first = text.find("+1 s  here ([192.0.2.1]) -> mx.test, ESMTPS, as 4D2A81\n");
    const auto second = text.find("-3 s  mx.test -> box.test, LMTP\n");
    CHECK(first != std::string::npos);
    CHECK(second != std::string::npos);
    CHECK(first < second);
}

TEST_CASE("What servers wrote into a message's way cannot harm a terminal")
{
    auto report = arrived();
    auto& hop = report.facts.arrival->hops[0];
    hop.from = "\x1b[2Jevil\r\n";
    hop.by = std::string(5000, 'x');
    hop.delay = std::numeric_limits<std::int64_t>::min();
    const auto text = text_of(report);
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find("\\x1b[2Jevil") != std::string::npos);
    CHECK(text.size() < 2000);
}

TEST_CASE("Without a message there is nothing about one")
{
    CHECK(text_of(Report()).find("Message") == std::string::npos);
}

TEST_CASE("An odd message is shown with its end, and with what was answered from there on")
{
    Report report;
    report.facts.target.text = "mx.example.com";
    Session session;
    session.endpoint.address = IpAddress::v4({192, 0, 2, 1});
    const auto answer = [](Step step, int code) {
        return Event{{}, Received{step, *Reply::make(code, {"text"}), {}, {}}};
    };
    session.transcript = {answer(Step::data, 354),
                          {{}, Sent{Step::message, shown_ending(OddEnd::lf_dot_crlf)}},
                          answer(Step::message, 250),
                          {{}, Sent{Step::quit, "QUIT"}},
                          answer(Step::quit, 500)};
    report.facts.experiments.push_back({Purpose::check_smuggling, {}, {}, session});
    CHECK(
        text_of(report).find("a message with <LF>.<CR><LF> in it, to [192.0.2.1]:25: answered by 250, 500") !=
        std::string::npos);
}
