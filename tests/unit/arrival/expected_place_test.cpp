// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "arrival/expected_place.hpp"
#include "arrival/imap_mailbox.hpp"

using namespace smtpprobe;

TEST_CASE("A mailbox to wait at is a maildir, or a folder on an IMAP server")
{
    CHECK(parse_expected_place("maildir:/var/mail/user")->maildir == "/var/mail/user");
    CHECK(parse_expected_place("maildir:Mail/.INBOX.x")->maildir == "Mail/.INBOX.x");

    const auto plain = *parse_expected_place("imap://user@mail.example.com");
    CHECK(plain.host == "mail.example.com");
    CHECK(plain.user == "user");
    CHECK(plain.port == 143);
    CHECK(plain.folder == "INBOX");
    CHECK_FALSE(plain.implicit_tls);
    CHECK(plain.maildir.empty());

    const auto full = *parse_expected_place("IMAPS://user@example.com@[2001:db8::1]:1993/Test/a%20b");
    CHECK(full.host == "[2001:db8::1]");
    CHECK(full.user == "user@example.com");
    CHECK(full.port == 1993);
    CHECK(full.folder == "Test/a b");
    CHECK(full.implicit_tls);
    CHECK(parse_expected_place("imaps://a%40b@h")->port == 993);
    CHECK(parse_expected_place("imaps://a%3Ab@h")->user == "a:b");
}

TEST_CASE("What is no mailbox to wait at is told in half a sentence")
{
    for (const auto* text :
         {"", "maildir:", "/var/mail", "http://user@host/", "imap://user@", "imap://user@ho st",
          "imap://us%0aer@host", "imap://us%4@host", "imap://user@-o/x", "imap://user@host:0/x",
          "imap://user@host:99999", "imap://user@host:/x"})
        CHECK_FALSE(parse_expected_place(text));
    CHECK(parse_expected_place("imap://mail.example.com/INBOX").error() ==
          "\"imap://mail.example.com/INBOX\" names no user; say imaps://USER@HOST/INBOX");
    const auto with_password = parse_expected_place("imap://user:hunter2@host/").error();
    CHECK(with_password.find("hunter2") == std::string::npos);
    CHECK(with_password.find("--expect-password-file") != std::string::npos);
}

TEST_CASE("The numbers of a SEARCH response are read, whatever else stands there")
{
    CHECK(uids_in("* SEARCH 4 17 4294967295\r\n") == std::vector<std::uint32_t>{4, 17, 4294967295});
    CHECK(uids_in("* SEARCH\r\n").empty());
    CHECK(uids_in("* 3 EXISTS\r\n* search 5 x -1 99999999999 6\n") == std::vector<std::uint32_t>{5, 6});
    CHECK(uids_in("").empty());
    std::string many = "* SEARCH";
    for (int i = 0; i < 5000; ++i)
        many += " 7";
    CHECK(uids_in(many).size() == 50);
}

TEST_CASE("A text that IMAP cannot quote is not sent")
{
    CHECK(imap_quoted("<a\"b\\c@d>") == "\"<a\\\"b\\\\c@d>\"");
    CHECK_FALSE(imap_quoted("a\r\nA1 DELETE INBOX"));
    CHECK_FALSE(imap_quoted("\xc3\xa9"));
}
