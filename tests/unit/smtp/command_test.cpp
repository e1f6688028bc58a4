// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "smtp/command.hpp"

using namespace smtpprobe;

TEST_CASE("commands are spelt as RFC 5321 spells them")
{
    CHECK(Command::ehlo("client.example").wire() == "EHLO client.example");
    CHECK(Command::helo("[192.0.2.1]").wire() == "HELO [192.0.2.1]");
    CHECK(Command::lhlo("[IPv6:2001:db8::1]").wire() == "LHLO [IPv6:2001:db8::1]");
    CHECK(Command::starttls().wire() == "STARTTLS");
    CHECK(Command::mail("").wire() == "MAIL FROM:<>");
    CHECK(Command::mail("a@b.example", {"SIZE=1", "SMTPUTF8"}).wire() ==
          "MAIL FROM:<a@b.example> SIZE=1 SMTPUTF8");
    CHECK(Command::rcpt("a@b.example").wire() == "RCPT TO:<a@b.example>");
    CHECK(Command::rcpt("a@b.example", {"NOTIFY=NEVER"}).wire() == "RCPT TO:<a@b.example> NOTIFY=NEVER");
    CHECK(Command::rset().wire() == "RSET");
    CHECK(Command::noop().wire() == "NOOP");
    CHECK(Command::quit().wire() == "QUIT");
}

TEST_CASE("an ordinary command may be shown as it is")
{
    CHECK(Command::mail("a@b.example").shown() == Command::mail("a@b.example").wire());
}

TEST_CASE("no argument can make a second line")
{
    const std::string nul("a\0b", 3);
    for (const std::string& evil : {std::string("a\r\nQUIT"), std::string("a\nb"), std::string("a\r"), nul}) {
        CHECK_THROWS_AS(Command::ehlo(evil), std::invalid_argument);
        CHECK_THROWS_AS(Command::helo(evil), std::invalid_argument);
        CHECK_THROWS_AS(Command::lhlo(evil), std::invalid_argument);
        CHECK_THROWS_AS(Command::mail(evil), std::invalid_argument);
        CHECK_THROWS_AS(Command::mail("a", {evil}), std::invalid_argument);
        CHECK_THROWS_AS(Command::rcpt(evil), std::invalid_argument);
        CHECK_FALSE(Command::from_line(evil));
        CHECK_FALSE(Command::secret(evil, "AUTH"));
        CHECK_FALSE(Command::secret("AUTH", evil));
    }
}

TEST_CASE("a secret is sent and not shown")
{
    const auto command = Command::secret("AUTH PLAIN AGEAYg==", "AUTH PLAIN ****");
    REQUIRE(command);
    CHECK(command->wire() == "AUTH PLAIN AGEAYg==");
    CHECK(command->shown() == "AUTH PLAIN ****");
}
