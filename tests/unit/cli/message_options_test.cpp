// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "cli/message_options.hpp"

using namespace smtpprobe;
using namespace std::chrono_literals;

namespace {

std::string complaint(const std::vector<std::string>& arguments)
{
    const auto line = parse_command_line(arguments);
    REQUIRE_FALSE(line);
    CHECK(line.error().exit_status == 3);
    return line.error().text;
}

} // namespace

TEST_CASE("A size is a number of octets, of thousands or of millions")
{
    CHECK(parse_size("5000") == 5000U);
    CHECK(parse_size("20k") == 20'000U);
    CHECK(parse_size("10M") == 10'000'000U);
    for (const auto* bad : {"", "0", "k", "-1", "1.5M", "10G", "99999999999999999999", "99999999M"})
        CHECK_FALSE(parse_size(bad));
}

TEST_CASE("A header field has a name and no line ends")
{
    CHECK(parse_header_field("X-Test: value") == "X-Test: value");
    CHECK(parse_header_field("X-Test:"));
    for (const auto* bad : {"", ":", "no colon", "two words: x", "X: a\r\nBcc: b", "\xc3\xa9: x"})
        CHECK_FALSE(parse_header_field(bad));
}

TEST_CASE("Options of the message reach the settings")
{
    const auto line = parse_command_line({"user@example.com",
                                          "--send",
                                          "--subject",
                                          "s",
                                          "--body",
                                          "b",
                                          "--header",
                                          "A: 1",
                                          "--header",
                                          "B: 2",
                                          "--attach",
                                          "f",
                                          "--test-body",
                                          "gtube",
                                          "--size",
                                          "10k",
                                          "--bdat",
                                          "--expect-in",
                                          "imaps://u@h/",
                                          "--expect-password-env",
                                          "P"});
    REQUIRE(line);
    const auto& message = line->settings.message;
    CHECK(message.send);
    CHECK(message.subject == "s");
    CHECK(message.body == "b");
    CHECK(message.headers == std::vector<std::string>{"A: 1", "B: 2"});
    CHECK(message.attachments == std::vector<std::string>{"f"});
    CHECK(message.test_body == TestBody::gtube);
    CHECK(message.size == 10'000U);
    CHECK(message.transfer == Transfer::bdat);
    CHECK(message.expect_in == "imaps://u@h/");
    CHECK(line->expect_password_variable == "P");
    CHECK(line->settings.deadline == 12min);
    CHECK(parse_command_line({"a@example.com", "--send", "--deadline", "30s"})->settings.deadline == 30s);
    CHECK_FALSE(parse_command_line({"example.com"})->settings.message.send);
}

TEST_CASE("The login at the mail server and the one at the mailbox are loosened by options of their own")
{
    const std::vector<std::string> words{"a@example.com",         "--send", "--expect-in", "imap://u@h/",
                                         "--expect-password-env", "P"};
    const auto with = [&](std::vector<std::string> more) {
        more.insert(more.begin(), words.begin(), words.end());
        return parse_command_line(more)->settings;
    };
    const auto mailbox = with({"--expect-insecure"});
    CHECK(mailbox.message.expect_insecure);
    CHECK_FALSE(mailbox.auth.insecure);
    const auto server = with({"--auth-user", "u", "--auth-insecure"});
    CHECK(server.auth.insecure);
    CHECK_FALSE(server.message.expect_insecure);
}

TEST_CASE("What does not go together about a message is told before anything is sent")
{
    CHECK(complaint({"example.com", "--send"}).find("--send needs a recipient") != std::string::npos);
    CHECK(complaint({"a@example.com", "--bdat"}).find("--bdat is about a message") != std::string::npos);
    CHECK(complaint({"a@example.com", "--send", "--message", "f", "--size", "5"}).find("leave out --size") !=
          std::string::npos);
    CHECK(complaint({"a@example.com", "--send", "--expect-password-env", "P"}).find("no --expect-in") !=
          std::string::npos);
    CHECK(complaint({"a@example.com", "--send", "--expect-insecure"}).find("say --expect-in imap://") !=
          std::string::npos);
    CHECK(complaint({"a@example.com", "--send", "--expect-in", "maildir:/m", "--expect-insecure"})
              .find("about a mailbox on a server") != std::string::npos);
    CHECK(complaint({"demo", "--send"}).find("goes with no sub-command") != std::string::npos);
    CHECK(complaint({"explain", "--probe", "--send"}).find("goes with no sub-command") != std::string::npos);
    CHECK(complaint({"a@example.com", "--send", "--expect-in", "imaps://u:p4ss@h/"}).find("p4ss") ==
          std::string::npos);
}
