// SPDX-License-Identifier: Apache-2.0
#include "lab/answer_book.hpp"

#include <catch2/catch.hpp>

using namespace smtpprobe;

namespace {

// Positions: 0 S, 1 EHLO, 2 S, 3 RCPT, 4 S, 5 RCPT, 6 S, 7 STARTTLS, 8 S, 9 TLS, 10 EHLO, 11 S, 12 MAIL, 13 S
const auto kBook = parse_conversation("S: 220 a\n"
                                      "C: EHLO *\n"
                                      "S: 250 a\n"
                                      "C: RCPT *\n"
                                      "S: 450 later\n"
                                      "C: RCPT *\n"
                                      "S: 250 now\n"
                                      "C: STARTTLS\n"
                                      "S: 220 go\n"
                                      "<TLS>\n"
                                      "C: EHLO *\n"
                                      "S: 250 a\n"
                                      "C: MAIL *\n"
                                      "S: 250 ok\n");

} // namespace

TEST_CASE("the next line that matches is the answer, so that a second RCPT gets the second one")
{
    CHECK(find_answer(*kBook, 1, "RCPT TO:<a@b>") == 3u);
    CHECK(find_answer(*kBook, 5, "RCPT TO:<a@b>") == 5u);
}

TEST_CASE("behind the last match the book begins again")
{
    CHECK(find_answer(*kBook, 7, "RCPT TO:<a@b>") == 3u);
    CHECK(find_answer(*kBook, 14, "mail FROM:<>") == 12u);
}

TEST_CASE("EHLO before TLS and EHLO within it have their own answers, however often they are said")
{
    CHECK(find_answer(*kBook, 3, "EHLO x") == 1u);
    CHECK(find_answer(*kBook, 10, "EHLO x") == 10u);
    CHECK(find_answer(*kBook, 14, "EHLO x") == 10u);
}

TEST_CASE("what stands on the other side of TLS only is found there")
{
    CHECK(find_answer(*kBook, 1, "MAIL FROM:<>") == 12u);
    CHECK(find_answer(*kBook, 14, "RCPT TO:<a@b>") == 3u);
}

TEST_CASE("what stands nowhere has no answer")
{
    CHECK_FALSE(find_answer(*kBook, 0, "VRFY root"));
    CHECK_FALSE(find_answer(*kBook, 99, "VRFY root"));
    CHECK_FALSE(find_answer(Conversation(), 0, "EHLO x"));
}
