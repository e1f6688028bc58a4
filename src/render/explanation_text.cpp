// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "base/printable.hpp"
#include "knowledge/remarks.hpp"
#include "render/explanation.hpp"
#include "render/labelled.hpp"
#include "render/words.hpp"

namespace smtpprobe {
namespace {

/// A quoted reply is cut behind this many bytes: some fill a screen.
constexpr std::size_t kMostQuoted = 1000;

/// Was it taken out of a log, a session or a bounce, whose own words stand around it?
bool is_extracted(const Mention& mention)
{
    return !mention.when.empty() || !mention.host.empty() || !mention.recipient.empty();
}

void append_with(std::string& text, std::string_view link, std::string_view more)
{
    if (more.empty())
        return;
    text += text.empty() ? "" : ", ";
    text += link;
    text += more;
}

/// Who said it, to which command, about whom.
std::string circumstances(const Mention& mention)
{
    std::string text;
    append_with(text, "", mention.host);
    if (mention.evidence.step)
        append_with(text, "at ", step_words(*mention.evidence.step));
    append_with(text, "for ", mention.recipient);
    append_with(text, "from ", mention.sender);
    append_with(text, "", mention.when);
    return text;
}

std::string_view action_words(MailAction action)
{
    switch (action) {
    case MailAction::unsaid: return "";
    case MailAction::failed: return "given up: the mail came back";
    case MailAction::delayed: return "put off: the sending server goes on trying";
    case MailAction::delivered: return "delivered";
    case MailAction::relayed: return "passed on to a system that sends no reports";
    case MailAction::expanded: return "passed on to the members of a list";
    }
    return "";
}

/// What became of the mail. Of a line in which the reader's own server turns a client away, that it does.
void print_fate(Page& page, const Mention& mention)
{
    if (mention.client.empty()) {
        print_part(page, "Mail", action_words(mention.action));
        return;
    }
    print_part(page, "Client", mention.client);
    print_part(page, "Mail",
               "refused by your own server: the client keeps it or returns it. 'You' below is that client.");
}

std::string_view standing_words(VerbStanding standing)
{
    switch (standing) {
    case VerbStanding::current: return "every server knows it";
    case VerbStanding::extension: return "an extension: only where the reply to EHLO lists it";
    case VerbStanding::obsolete: return "obsolete: few servers know it today";
    case VerbStanding::never_a_standard: return "never a standard: some programs know it";
    }
    return "";
}

std::string certainty(const Explained& explained)
{
    std::string words(confidence_words(explained.confidence));
    if (explained.decided_by != DecidedBy::nothing)
        words += ", by the " + std::string(name(explained.decided_by));
    return words;
}

void print_meaning(Page& page, const ReplyEvidence& evidence, const Explained& explained)
{
    print_entry(page, *explained.entry);
    for (const Remark remark : remarks_on(evidence, explained))
        print_part(page, "Note", remark_words(remark));
    print_part(page, "How sure", certainty(explained));
    print_origin(page, *explained.entry);
}

} // namespace

std::string quoted(const Mention& mention)
{
    const ReplyEvidence& evidence = mention.evidence;
    if (!is_extracted(mention) || evidence.words.empty())
        return printable(mention.text, kMostQuoted);
    std::string text = evidence.code != 0 ? std::to_string(evidence.code) + ' ' : std::string();
    if (evidence.status && evidence.words.find(evidence.status->text()) == std::string::npos)
        text += evidence.status->text() + ' ';
    return printable(text + evidence.words, kMostQuoted);
}

void print_entry(Page& page, const Explanation& entry)
{
    print_part(page, "Meaning", entry.means);
    print_part(page, "Cause", entry.cause);
    print_part(page, "Who acts", who_words(entry.who, entry.retry));
    print_fix(page, entry.fix);
}

void print_origin(Page& page, const Explanation& entry)
{
    std::string kind(name(entry.kind));
    kind += " (entry ";
    kind += entry.id;
    kind += entry.vendor.empty() ? ")" : ", wording of " + std::string(entry.vendor) + ')';
    print_part(page, "Class", kind);
    print_sources(page, entry.source);
}

void print_verb(Page& page, const Verb& verb)
{
    page.item("", Tone::plain, verb.syntax, Tone::strong);
    print_part(page, "Does", verb.does);
    print_part(page, "Standing", standing_words(verb.standing));
    std::string_view label = "Answers";
    for (const VerbReply& reply : verb.replies) {
        page.item("  " + padded(label, 10) + std::to_string(reply.code) + "  ", Tone::faint, reply.means);
        label = "";
    }
    label = "By hand";
    for (const std::string_view hint : verb.by_hand) {
        page.item("  " + padded(label, 10), Tone::faint, hint);
        label = "";
    }
    print_sources(page, verb.source);
}

void print_whole_entry(Page& page, const Explanation& entry)
{
    page.gap();
    page.item("", Tone::plain, entry.title, Tone::strong);
    print_entry(page, entry);
    print_part(page, "Example", entry.example);
    print_origin(page, entry);
}

void print_explanation(Page& page, const Mention& mention, const Explained& explained, bool again)
{
    page.gap();
    page.item("", Tone::plain, explained.entry->title, Tone::strong);
    print_part(page, "Seen", quoted(mention));
    print_part(page, "By", circumstances(mention));
    print_fate(page, mention);
    if (again)
        print_part(page, "Meaning", "as above");
    else
        print_meaning(page, mention.evidence, explained);
}

void print_explanations(Page& page, const Mention& first, const Explained& explained, std::size_t count,
                        std::string_view recipients)
{
    if (count == 1)
        return print_explanation(page, first, explained, false);
    page.gap();
    page.item(std::to_string(count) + " x  ", Tone::strong, explained.entry->title, Tone::strong);
    print_part(page, "First", quoted(first));
    print_part(page, "By", first.host);
    print_part(page, "At", first.when);
    print_part(page, "For", recipients);
    print_fate(page, first);
    print_meaning(page, first.evidence, explained);
}

} // namespace smtpprobe
