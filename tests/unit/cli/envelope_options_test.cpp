// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "cli/envelope_options.hpp"

using namespace smtpprobe;

namespace {

CommandLine line_of(std::vector<std::string> arguments)
{
    auto line = parse_command_line(arguments, "");
    REQUIRE(line);
    return *line;
}

/// The message without the program's name and the line end.
std::string refused(std::vector<std::string> arguments)
{
    const auto line = parse_command_line(arguments, "");
    REQUIRE_FALSE(line);
    CHECK(line.error().exit_status == 3);
    const auto& text = line.error().text;
    return text.substr(11, text.size() - 12);
}

} // namespace

TEST_CASE("the envelope's options")
{
    const auto line =
        line_of({"user@example.com", "--mail-size",  "1000",          "--body-type",    "8bitmime",
                 "--smtputf8",       "--notify",     "success,delay", "--ret",          "hdrs",
                 "--envid",          "x 1",          "--orcpt",       "a@example.com",  "--requiretls",
                 "--mt-priority=-9", "--deliver-by", "60;r",          "--hold-for",     "2h",
                 "--mail-auth",      "<>",           "--unoffered",   "--no-pipelining"});
    const auto& envelope = line.settings.envelope;
    CHECK(envelope.size == 1000);
    CHECK(envelope.body == "8BITMIME");
    CHECK(envelope.smtputf8);
    CHECK(envelope.notify == "SUCCESS,DELAY");
    CHECK(envelope.ret == "HDRS");
    CHECK(envelope.envid == "x 1");
    CHECK(envelope.orcpt == "rfc822;a@example.com");
    CHECK(envelope.require_tls);
    CHECK(envelope.mt_priority == -9);
    CHECK(envelope.deliver_by == "60;R");
    CHECK(envelope.hold_for == 7200);
    CHECK(envelope.auth == "");
    CHECK(envelope.unoffered);
    CHECK_FALSE(envelope.pipelining);
}

TEST_CASE("values that are none are refused")
{
    for (const auto* text : {"7BITS", "", "8bit"})
        CHECK_FALSE(parse_body_type(text));
    for (const auto* text : {"", "never,success", "success,success", "always", "success,"})
        CHECK_FALSE(parse_notify(text));
    CHECK_FALSE(parse_ret("all"));
    CHECK_FALSE(parse_envid(""));
    CHECK_FALSE(parse_envid(std::string(101, 'x')));
    CHECK_FALSE(parse_envid("a\r\nRSET"));
    for (const auto* text : {"", ";a@example.com", "rfc822;", "rfc 822;a", "rfc822;a\nb"})
        CHECK_FALSE(parse_orcpt(text));
    for (const auto* text : {"", "10", "-10", "+1", "1.5", "--1"})
        CHECK_FALSE(parse_priority(text));
    for (const auto* text : {"60", "60;", "60;X", "0;R", "-60;R", ";R", "1e3;R", "9999999999;N"})
        CHECK_FALSE(parse_deliver_by(text));
    CHECK(parse_deliver_by("-60;nt").value() == "-60;NT");
    for (const auto* text : {"", "0", "2w", "h", "-5", "99999d"})
        CHECK_FALSE(parse_hold_for(text));
    for (const auto* text :
         {"2026-12-24", "2026-12-24 18:00:00Z", "2026-12-24T18:00:00", "now", "2026-12-24T18:00:00+1:00"})
        CHECK_FALSE(parse_hold_until(text));
    CHECK(parse_hold_until("2026-12-24t18:00:00z").value() == "2026-12-24T18:00:00Z");
    CHECK(parse_hold_until("2026-12-24T18:00:00+01:00"));
}

TEST_CASE("The option --verb says where, and what has an option of its own is not said by it")
{
    CHECK(parse_extra_verb("ETRN example.com").value() == ExtraVerb{"ETRN example.com", Step::ehlo});
    CHECK(parse_extra_verb("rcpt:HELP").value() == ExtraVerb{"HELP", Step::rcpt});
    CHECK(parse_extra_verb("mail: VRFY user ").value() == ExtraVerb{"VRFY user", Step::mail});
    for (const auto* text : {"", "rcpt:", "HELP\r\nRSET", "<x>", "data", "MAIL FROM:<>", "quit", "STARTTLS"})
        CHECK_FALSE(parse_extra_verb(text));
    CHECK_FALSE(parse_extra_verb("NOOP " + std::string(510, 'x')));
    CHECK(refused({"example.com", "--verb", "DATA"}) == "--verb \"DATA\" is what --send is for");

    const auto verbs = line_of({"user@example.com", "--verb", "NOOP", "--verb", "rcpt:HELP"}).settings.verbs;
    CHECK(verbs == std::vector<ExtraVerb>{{"NOOP", Step::ehlo}, {"HELP", Step::rcpt}});
}

TEST_CASE("what needs an envelope or a message is not asked for without")
{
    CHECK(
        refused({"example.com", "--ret", "full"}) ==
        "a parameter of MAIL or RCPT needs an envelope; say user@example.com as the target, --from or --to");
    CHECK(refused({"example.com", "--verb", "rcpt:HELP"}).starts_with("--verb behind mail or rcpt needs"));
    CHECK(refused({"user@example.com", "--verb", "rcpt:BURL imap://x/ LAST"})
              .ends_with("without --send; add it"));
    CHECK(refused({"user@example.com", "--hold-for", "60", "--hold-until", "2026-12-24T18:00:00Z"})
              .find("excludes") != std::string::npos);
    line_of({"example.com", "--no-pipelining", "--verb", "HELP"});
}
