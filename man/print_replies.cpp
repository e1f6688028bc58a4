// SPDX-License-Identifier: Apache-2.0
// Prints man/smtpprobe-replies.7 from the catalogue: `cmake --build BUILD --target replies-manual`
// writes it, and the ctest of that name holds the file to it.
#include <cstdio>
#include <string>
#include <string_view>

#include "base/ascii.hpp"
#include "render/words.hpp"
#include "smtpprobe/explain.hpp"
#include "smtpprobe/verb.hpp"

using namespace smtpprobe;

namespace {

constexpr std::string_view kHead = R"(.\" SPDX-License-Identifier: Apache-2.0
.\" Generated from src/knowledge by man/print_replies.cpp: edit the catalogue, not this file.
.Dd November 22, 2026
.Dt SMTPPROBE-REPLIES 7
.Os
.Sh NAME
.Nm smtpprobe-replies
.Nd what the replies and failures of mail servers mean
.Sh DESCRIPTION
This is the catalogue by which
.Xr smtpprobe 1
explains: the words of vendors and of servers in general, enhanced status
codes, reply codes at the command that they answer, failures of connection
and TLS, and outcomes of DNS lookups.
.Pp
Of what a reply says, the first of these decides that the catalogue knows:
a vendor's own mark or sentence, words in general use, the enhanced status,
the code at its command, the class of the code.
Words that say little more than no give way to a status or code that names
one condition.
.Pp
Each entry has its id, as
.Ql smtpprobe explain ID
takes it and JSON gives it, and its class in brackets, as
.Ql smtpprobe explain --class CLASS
takes it.
In the steps, DOMAIN, HOST, ADDRESS and PORT stand for yours.
)";

struct Section {
    std::string_view prefix;
    std::string_view title;
    std::string_view about;
};

constexpr Section kSections[] = {
    {"vendor.", "WORDS OF VENDORS",
     "What single providers and programs say, in their own words or with marks of their own."},
    {"words.", "WORDS IN GENERAL USE", "What many servers say, in whatever code."},
    {"status.", "ENHANCED STATUS CODES", "The three numbers of RFC 3463. An x stands for any class."},
    {"code.", "REPLY CODES", "The three digits, by the command that they answer."},
    {"unknown.", "NOTHING KNOWN", "What is said where nothing else fits."},
    {"fault.", "FAILURES", "What kept a server from answering, or an answer from being read."},
    {"dns.", "LOOKUPS", "Outcomes of DNS questions."},
    {"", "OBSERVATIONS", "What a probe finds out besides."},
};

/// The section that an entry stands in: the first whose prefix fits.
const Section& section_of(const Explanation& entry)
{
    const Section* section = kSections;
    while (!entry.id.starts_with(section->prefix))
        ++section;
    return *section;
}

/// Text for mdoc: no line begins with a control character, no backslash is left alone.
std::string mdoc(std::string_view text)
{
    std::string out;
    if (text.starts_with('.') || text.starts_with('\''))
        out += "\\&";
    for (const char c : text)
        out += c == '\\' ? std::string("\\e") : std::string(1, c);
    return out;
}

/// The same as the arguments of a macro: a word such as No or At would be one itself.
std::string arguments(std::string_view text)
{
    std::string out;
    for (const std::string_view word : words_of(text)) {
        out += out.empty() ? "" : " ";
        if (word.size() <= 3)
            out += "\\&";
        out += mdoc(word);
    }
    return out;
}

/// A new line for each sentence, as mdoc wants it.
std::string sentences(std::string_view text)
{
    std::string out;
    std::size_t from = 0;
    for (std::size_t at = text.find(". "); at != std::string_view::npos; at = text.find(". ", at + 2)) {
        const char next = at + 2 < text.size() ? text[at + 2] : ' ';
        if (next < 'A' || next > 'Z')
            continue;
        out += mdoc(text.substr(from, at + 1 - from)) + '\n';
        from = at + 2;
    }
    return out + mdoc(text.substr(from)) + '\n';
}

void print_fix(std::string& page, const Explanation& entry)
{
    page += ".Bl -dash -compact\n";
    for (const std::string_view step : entry.fix)
        page += ".It\n" + sentences(step);
    page += ".El\n";
}

void print_entry(std::string& page, const Explanation& entry)
{
    page += ".It Ic " + std::string(entry.id) + " Bq " + std::string(name(entry.kind)) + '\n';
    page += ".Em " + arguments(entry.title) + " .\n";
    page += sentences(entry.means);
    if (!entry.cause.empty())
        page += "Cause: " + sentences(entry.cause);
    page += ".br\n" + sentences(who_words(entry.who, entry.retry));
    print_fix(page, entry);
}

void print_section(std::string& page, const Section& section)
{
    page += ".Sh " + std::string(section.title) + '\n' + sentences(section.about) + ".Bl -tag -width Ds\n";
    for (const Explanation* entry : all_explanations())
        if (&section_of(*entry) == &section)
            print_entry(page, *entry);
    page += ".El\n";
}

void print_verb(std::string& page, const Verb& verb)
{
    page += ".It Ic " + arguments(verb.syntax) + '\n' + sentences(verb.does);
    page += ".Bl -tag -width 4444 -compact\n";
    for (const VerbReply& reply : verb.replies)
        page += ".It Sy " + std::to_string(reply.code) + '\n' + sentences(reply.means);
    page += ".El\n";
}

} // namespace

int main()
{
    std::string page(kHead);
    for (const Section& section : kSections)
        print_section(page, section);
    page += ".Sh COMMANDS\nThe commands of SMTP, and what a server answers to each.\n.Bl -tag -width Ds\n";
    for (const Verb& verb : all_verbs())
        print_verb(page, verb);
    page += ".El\n.Sh SEE ALSO\n.Xr smtpprobe 1\n";
    return std::fwrite(page.data(), 1, page.size(), stdout) == page.size() ? 0 : 1;
}
