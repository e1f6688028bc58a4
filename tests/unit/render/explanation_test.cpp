// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <string>

#include "base/printable.hpp"
#include "render/explanation.hpp"

using namespace smtpprobe;

namespace {

Mention mention_of(std::string_view text)
{
    Mention mention;
    mention.text = text;
    mention.evidence = ReplyEvidence::parse(text);
    return mention;
}

std::string text_of(const Mention& mention, int width = 80)
{
    Page page(TextStyle{.width = width});
    print_explanation(page, mention, explain(mention.evidence), false);
    return page.take();
}

std::size_t longest_line(std::string_view text)
{
    std::size_t longest = 0;
    while (!text.empty()) {
        const auto end = text.find('\n');
        longest = std::max(longest, columns(text.substr(0, end)));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return longest;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

} // namespace

TEST_CASE("An explanation tells what was said, what it means, who acts, and how sure that is")
{
    const auto text = text_of(mention_of("550 5.1.1 <x@example.com>: User unknown"));
    for (const auto part : {"550 5.1.1 <x@example.com>: User unknown", "Meaning", "Who acts", "To fix",
                            "How sure", "userunknown (entry words.", "RFC"})
        CHECK(has(text, part));
}

TEST_CASE("A reply out of a log is shown without the log line around it")
{
    auto mention =
        mention_of("postfix/smtp[1]: A1: to=<x@example.com>, status=bounced (host mx.example.com[192.0.2.1] "
                   "said: 550 5.1.1 No such user (in reply to RCPT TO command))");
    mention.recipient = "x@example.com";
    mention.host = "mx.example.com [192.0.2.1]";
    const auto text = text_of(mention);
    CHECK(has(text, "Seen      550 5.1.1 No such user"));
    CHECK_FALSE(has(text, "postfix/smtp"));
    CHECK(has(text, "mx.example.com [192.0.2.1], at RCPT, for x@example.com"));
}

TEST_CASE("Where a log's own server refuses, the reader is told who you are")
{
    auto mention = mention_of("550 5.1.1 User unknown");
    mention.client = "mail.example.org [192.0.2.9]";
    mention.action = MailAction::failed;
    const auto text = text_of(mention);
    CHECK(has(text, "mail.example.org [192.0.2.9]"));
    CHECK(has(text, "refused by your own server"));
    CHECK_FALSE(has(text, "the mail came back"));
}

TEST_CASE("Lines keep to the width, and no control byte gets through")
{
    auto mention = mention_of("550 5.7.1 \x1b[31m refused \x07 by \xff policy");
    mention.host = mention.recipient = mention.sender = mention.when = "a\x1b]0;b\x07";
    for (const int width : {40, 80, 120}) {
        const auto text = text_of(mention, width);
        CHECK(longest_line(text) <= static_cast<std::size_t>(width));
        for (const char c : text)
            CHECK((c == '\n' || (c >= ' ' && c != '\x7f')));
    }
}

TEST_CASE("An entry that was told before is not told again")
{
    const auto mention = mention_of("550 5.1.1 User unknown");
    Page page(TextStyle{});
    print_explanation(page, mention, explain(mention.evidence), true);
    const auto text = page.take();
    CHECK(has(text, "as above"));
    CHECK_FALSE(has(text, "To fix"));
}

TEST_CASE("The mentions that one entry explains are told together, with their number")
{
    const auto first = mention_of("550 5.1.1 User unknown");
    Page page(TextStyle{});
    print_explanations(page, first, explain(first.evidence), 12, "a@example.com and others");
    const auto text = page.take();
    CHECK(text.starts_with("12 x  "));
    CHECK(has(text, "a@example.com and others"));
}

TEST_CASE("JSON of an explanation is one line, and a status that is none is left out")
{
    auto mention = mention_of("550 5.1.1 a \"quoted\" word\nand a line");
    mention.status = "nonsense";
    const auto json = explanation_json(mention, explain(mention.evidence));
    CHECK(json.find('\n') == json.size() - 1);
    CHECK(has(json, R"("status":"5.1.1")"));
    CHECK(has(json, R"(a \"quoted\" word\\x0aand a line)"));
}

TEST_CASE("What a probe says now holds the report as an object")
{
    CHECK(standing_json("x@example.com", "gone", "It is gone.", R"({"schema":1})") ==
          "{\"recipient\":\"x@example.com\",\"standing\":\"gone\",\"words\":\"It is "
          "gone.\",\"report\":{\"schema\":1}}\n");
}
