// SPDX-License-Identifier: Apache-2.0
// What the transcript shows of a login.
#include <catch2/catch.hpp>

#include "smtpprobe/render.hpp"

using namespace smtpprobe;

namespace {

std::string transcript_of(Transcript events)
{
    Report report;
    auto& session = report.facts.sessions.emplace_back();
    session.transcript = std::move(events);
    TextStyle style;
    style.width = 120;
    style.verbosity = 1;
    return to_text(report, style);
}

Event sent(std::string text, std::string decoded, std::optional<AuthStop> stop = {})
{
    return {{}, Sent{Step::auth, std::move(text), std::move(decoded), 0, stop}};
}

Event heard(int code, std::string line, std::string decoded = {})
{
    return {{}, Received{Step::auth, *Reply::make(code, {std::move(line)}), {}, {}, std::move(decoded)}};
}

} // namespace

TEST_CASE("What is behind the Base64 of a login stands below it")
{
    const auto text = transcript_of({sent("AUTH LOGIN ********", "user joe"),
                                     heard(334, "UGFzc3dvcmQ6", "Password:\x1b[2J"),
                                     sent("********", "password ********"), heard(535, "no")});
    CHECK_THAT(text, Catch::Contains("C: AUTH LOGIN ********\n              = user joe\n"));
    CHECK_THAT(text, Catch::Contains("S: 334 UGFzc3dvcmQ6\n              = Password:\\x1b[2J\n"));
    CHECK_THAT(text, Catch::Contains("=> ")); // a refusal is explained
}

TEST_CASE("Why a login was given up is told, and the answer to that is not explained")
{
    const auto text = transcript_of(
        {sent("*", "the challenge is not Base64", AuthStop::bad_base64), heard(501, "5.7.0 cancelled")});
    CHECK_THAT(text, Catch::Contains("C: *\n              = the challenge is not Base64\n"));
    CHECK_THAT(text, Catch::Contains("501 5.7.0 cancelled"));
    CHECK_THAT(text, !Catch::Contains("=> "));
}

TEST_CASE("What is missing for a login stands where it was left out")
{
    const auto text =
        transcript_of({Event{{}, Skipped{Step::auth, SkipReason::not_asked, "no Kerberos ticket"}}});
    CHECK_THAT(text, Catch::Contains(" left out: no Kerberos ticket\n"));
}

TEST_CASE("What is missing for a mechanism stands in the line of its trial")
{
    Report report;
    Session session;
    session.endpoint.address = *IpAddress::parse("192.0.2.1");
    session.endpoint.port = 587;
    session.transcript = {Event{{}, Skipped{Step::auth, SkipReason::not_asked, "no Kerberos ticket"}}};
    report.facts.experiments.push_back({Purpose::each_mechanism, Duration(), Duration(), session});
    CHECK_THAT(to_text(report, {120, false, 0}),
               Catch::Contains("AUTH at [192.0.2.1]:587: no Kerberos ticket\n"));
}
