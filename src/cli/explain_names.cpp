// SPDX-License-Identifier: Apache-2.0
#include <utility>
#include <vector>

#include "base/ascii.hpp"
#include "cli/explain_parts.hpp"
#include "cli/terminal.hpp"
#include "knowledge/named_fault.hpp"
#include "render/explanation.hpp"
#include "render/labelled.hpp"
#include "render/words.hpp"

namespace smtpprobe {
namespace {

/// An entry and the steps at which a code selects it.
struct AtSteps {
    Explained explained;
    std::string steps;
};

std::vector<AtSteps> meanings_of_code(int code)
{
    std::vector<AtSteps> meanings;
    for (std::size_t i = 0; i < std::size(Names<Step>::all); ++i) {
        const auto step = static_cast<Step>(i);
        if (step == Step::resolve || step == Step::connect || step == Step::tls)
            continue;
        const Explained explained = explain(ReplyEvidence{.step = step, .code = code});
        auto known = meanings.begin();
        while (known != meanings.end() && known->explained.entry != explained.entry)
            ++known;
        if (known == meanings.end())
            meanings.push_back({explained, std::string(step_words(step))});
        else
            known->steps += ", " + std::string(step_words(step));
    }
    return meanings;
}

int say(const CommandLine& line, const std::string& text, const ReplyEvidence& evidence,
        const Explained& explained)
{
    Mention mention;
    mention.text = text;
    mention.evidence = evidence;
    if (line.format != Format::text) {
        print(explanation_json(mention, explained));
        return 0;
    }
    Page page(text_style(line.colour, line.verbosity));
    print_explanation(page, mention, explained, false);
    print(page.take());
    return 0;
}

/// A code alone: what it means depends on the command that it answers.
int explain_code(const CommandLine& line, const std::string& text, int code)
{
    const ReplyEvidence evidence{.step = {}, .code = code};
    const auto meanings = meanings_of_code(code);
    if (line.format != Format::text || meanings.size() < 2)
        return say(line, text, evidence, explain(evidence));
    Page page(text_style(line.colour, line.verbosity));
    page.item("", Tone::plain,
              text + " means different things, by the command that it answers:", Tone::strong);
    for (const auto& [explained, steps] : meanings)
        page.item("  at " + steps + "  ", Tone::faint, explained.entry->title);
    const Explained usual = explain(evidence);
    page.gap();
    page.item("Without more, take it for: ", Tone::plain, usual.entry->title, Tone::strong);
    print_entry(page, *usual.entry);
    print_origin(page, *usual.entry);
    page.gap();
    page.item("", Tone::plain,
              "With the command or the server's words it gets exact: `smtpprobe explain MAIL " + text +
                  "`, `smtpprobe explain '" + text + " 5.7.1 <the words>'`");
    print(page.take());
    return 0;
}

bool is_family(const std::string& text)
{
    return text.size() == 5 && (is_digit(text[0]) || text[0] == 'x') && text[1] == '.' && is_digit(text[2]) &&
           text[3] == '.' && text[4] == 'x';
}

int say_entry(const CommandLine& line, const Explanation& entry)
{
    if (line.format != Format::text) {
        print(entry_json(entry));
        return 0;
    }
    Page page(text_style(line.colour, line.verbosity));
    print_whole_entry(page, entry);
    print(page.take());
    return 0;
}

int say_verb(const CommandLine& line, const Verb& verb)
{
    if (line.format != Format::text) {
        print(verb_json(verb));
        return 0;
    }
    Page page(text_style(line.colour, line.verbosity));
    print_verb(page, verb);
    print(page.take());
    return 0;
}

} // namespace

std::optional<int> explain_name(const CommandLine& line, const std::string& text)
{
    if (const Verb* verb = find_verb(text))
        return say_verb(line, *verb);
    if (const Explanation* entry = find_explanation(to_lower(text)))
        return say_entry(line, *entry);
    if (const auto lower = to_lower(text); is_family(lower))
        if (const Explanation* entry = find_explanation("status.x" + lower.substr(1)))
            return say_entry(line, *entry);
    const auto code = text.size() == 3 ? parse_number<int>(text) : std::nullopt;
    if (code && *code >= 200 && *code < 600)
        return explain_code(line, text, *code);
    if (const auto fault = fault_named(text))
        return say(line, text, ReplyEvidence{}, fault->explained);
    return std::nullopt;
}

} // namespace smtpprobe
