// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "base/ascii.hpp"
#include "cli/commands.hpp"
#include "cli/terminal.hpp"
#include "render/explanation.hpp"

namespace smtpprobe {
namespace {

Mention mention_of(std::string_view text, std::size_t line)
{
    Mention mention;
    mention.line = line;
    mention.text = text;
    mention.evidence = ReplyEvidence::parse(text);
    return mention;
}

} // namespace

int run_explain_command(const CommandLine& line)
{
    std::string text;
    for (const auto& word : line.words)
        text += (text.empty() ? "" : " ") + word;
    if (!text.empty()) {
        const auto mention = mention_of(text, 0);
        print(explanation_json(mention, explain(mention.evidence)));
        return 0;
    }
    std::string input;
    char buffer[65536];
    while (const auto count = std::fread(buffer, 1, sizeof buffer, stdin))
        input.append(buffer, count);
    std::size_t number = 0;
    std::string out;
    if (input.ends_with('\n'))
        input.pop_back();
    for (const auto one : split(input, '\n')) {
        const auto mention = mention_of(one, ++number);
        out += explanation_json(mention, explain(mention.evidence));
    }
    print(out);
    return 0;
}

} // namespace smtpprobe
