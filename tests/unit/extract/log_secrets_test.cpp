// SPDX-License-Identifier: Apache-2.0
// What no log may give away: what a client sent, which may be a password.
#include <catch2/catch.hpp>

#include "mentions.hpp"

using namespace smtpprobe;
using namespace mentions;

TEST_CASE("A word that is no SMTP command may be a password: nothing behind the client's name is shown")
{
    const auto mention = read_line("Nov 22 01:28:40 out postfix/smtpd[9744]: warning: non-SMTP command from "
                                   "unknown[192.0.2.9]: c2VjcmV0cHc=");
    CHECK(mention.client == "unknown [192.0.2.9]");
    CHECK(mention.text == "Nov 22 01:28:40 out postfix/smtpd[9744]: warning: non-SMTP command from "
                          "unknown[192.0.2.9]: ***");
    CHECK(mention.evidence.words == "non-SMTP command from unknown[192.0.2.9]");
}

TEST_CASE("What a client sent ahead of its answer is not shown")
{
    const auto mention =
        read_line("Nov 22 01:28:40 out postfix/smtpd[9744]: improper command pipelining after "
                  "AUTH from mx.example[192.0.2.9]:4567: AUTH LOGIN\\r\\nc2VjcmV0cHc=");
    CHECK(brief(mention) == "1 - 0 - -");
    CHECK(mention.client == "mx.example [192.0.2.9]");
    CHECK(mention.text.ends_with("AUTH from mx.example[192.0.2.9]:4567: ***"));
    CHECK(mention.evidence.words == "improper command pipelining after AUTH from mx.example[192.0.2.9]:4567");
}

TEST_CASE("postscreen: what came too early is not shown either")
{
    CHECK(mask_auth("NON-SMTP COMMAND from [192.0.2.9]:4567 after EHLO: secret word") ==
          "NON-SMTP COMMAND from [192.0.2.9]:4567 after EHLO: ***");
    CHECK(mask_auth("COMMAND PIPELINING from [192.0.2.9]:4567 after AUTH: secret word") ==
          "COMMAND PIPELINING from [192.0.2.9]:4567 after AUTH: ***");
}

TEST_CASE("An AUTH command that a log quotes keeps its mechanism alone")
{
    const auto exim = read_line("2026-11-22 01:28:13 SMTP protocol error in \"AUTH PLAIN AG1lAHNlY3JldHB3\" "
                                "H=(me) [192.0.2.9] AUTH command used when not advertised");
    CHECK(exim.text ==
          "2026-11-22 01:28:13 SMTP protocol error in \"AUTH PLAIN ***\" H=(me) [192.0.2.9] AUTH "
          "command used when not advertised");
    CHECK(exim.evidence.words.find("AG1l") == std::string::npos);
    CHECK(mask_auth("500 what is auth plain AG1lAHNlY3JldHB3 again") == "500 what is auth plain ***");
    CHECK(mask_auth("AUTH XOAUTH2 dXNlcj1") == "AUTH XOAUTH2 ***");
    CHECK(mask_auth("AUTH PLAIN AG1l, AUTH LOGIN bXl1") == "AUTH PLAIN ***");
    CHECK(mask_auth("\"AUTH PLAIN AG1l\" \"AUTH LOGIN bXl1\"") == "\"AUTH PLAIN ***\" \"AUTH LOGIN ***\"");
}

TEST_CASE("Words about AUTH are no AUTH command")
{
    for (const std::string_view line :
         {"lost connection after AUTH from unknown[192.0.2.9]", "530 SMTP AUTH is required", "AUTH PLAIN",
          "503 5.5.1 AUTH command used when not advertised", "an OAUTH PLAIN word", ""})
        CHECK(mask_auth(line) == line);
}
