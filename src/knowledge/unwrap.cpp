// SPDX-License-Identifier: Apache-2.0
#include "knowledge/unwrap.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/ascii.hpp"
#include "knowledge/listed_status.hpp"

namespace smtpprobe {
namespace {

/// Longer lines than this are no reply, nor what a log or a bounce makes of one.
constexpr std::size_t kMostBytes = 16384;

struct NamedStep {
    std::string_view name;
    Step step;
};

// Longer names first where one begins another.
constexpr NamedStep kStepNames[] = {
    {"rcpt", Step::rcpt},
    {"mail", Step::mail},
    {"end of data", Step::message},
    {"end-of-data", Step::message},
    {"end of message", Step::message},
    {"data terminat", Step::message},
    {"the final dot", Step::message},
    {"message", Step::message},
    {"eod", Step::message},
    {"dot", Step::message},
    {"bdat", Step::message},
    {"data", Step::data},
    {"ehlo", Step::ehlo},
    {"helo", Step::helo},
    {"lhlo", Step::lhlo},
    {"starttls", Step::starttls},
    {"auth", Step::auth},
    {"initial connection", Step::greeting},
    {"connect", Step::greeting},
    {"greeting", Step::greeting},
    {"banner", Step::greeting},
    {"rset", Step::rset},
    {"noop", Step::noop},
    {"vrfy", Step::vrfy},
    {"expn", Step::expn},
    {"help", Step::help},
    {"etrn", Step::etrn},
    {"quit", Step::quit},
};

/// Behind these stands the reply of a server further on. The last of them in a line counts.
constexpr std::string_view kMarks[] = {
    " said:",
    "server said:",
    "host said:",
    "error from remote mail server after",
    " returned '",
    "responded:",
    "responded with:",

    "<<< ",
    "smtp;",
    "server replied:",
    "the response was:",
    " replied:",
    "reported error:",
    "other server returned was:",
    "remote server answered:",
};

bool digit_at(std::string_view text, std::size_t at) { return at < text.size() && is_digit(text[at]); }

/// A reply code at this place: three digits of class 2 to 5, then no digit, letter or dot.
int code_at(std::string_view text, std::size_t at)
{
    if (at + 3 > text.size() || text[at] < '2' || text[at] > '5' || text[at + 1] > '9' ||
        !digit_at(text, at + 1) || !digit_at(text, at + 2))
        return 0;
    const char behind = at + 3 < text.size() ? text[at + 3] : ' ';
    // `205@example.com` begins with no code, nor does `450.2` or `550x`.
    if (std::string_view(" \t-:;,.)]}>'\"").find(behind) == std::string_view::npos ||
        (behind == '.' && digit_at(text, at + 4)))
        return 0;
    return (text[at] - '0') * 100 + (text[at + 1] - '0') * 10 + (text[at + 2] - '0');
}

/// The length of an enhanced status at this place, 0 for none. An IP address is none.
std::size_t status_length_at(std::string_view text, std::size_t at)
{
    if (at >= text.size() || (text[at] != '2' && text[at] != '4' && text[at] != '5') ||
        (at > 0 && (is_alnum(text[at - 1]) || text[at - 1] == '.')))
        return 0;
    std::size_t end = at + 1;
    for (int part = 0; part < 2; ++part) {
        if (end >= text.size() || text[end] != '.' || !digit_at(text, end + 1))
            return 0;
        const std::size_t digits = ++end;
        while (digit_at(text, end))
            ++end;
        if (end - digits > 3)
            return 0;
    }
    if (end < text.size() && (is_alnum(text[end]) || (text[end] == '.' && digit_at(text, end + 1))))
        return 0;
    return end - at;
}

/// The last mark, and where the text behind it begins.
std::size_t behind_last_mark(const std::string& lower)
{
    std::size_t best = std::string::npos;
    for (const std::string_view mark : kMarks) {
        const std::size_t at = lower.rfind(mark);
        if (at != std::string::npos && (best == std::string::npos || at + mark.size() > best))
            best = at + mark.size();
    }
    return best;
}

/// Where a reply begins: its code.
struct Found {
    std::size_t at = std::string_view::npos;
    int code = 0;
};

/// `5.1.0 - Unknown address error 550-'5.2.2 … Mailbox full'`: so Cisco's gateways quote the other server.
bool quotes_at(std::string_view text, std::size_t at) { return text.substr(at + 3, 2) == "-'"; }

/// A code that stands like one: at the start, or behind a blank or an opening mark, and followed by
/// an enhanced status or a quotation, or said behind a mark that announces it.
Found find_code(std::string_view text, bool announced)
{
    const std::size_t first = text.find_first_not_of("#'\"<>[( \t-*");
    for (std::size_t at = 0; at + 3 <= text.size(); ++at) {
        const bool starts =
            at == 0 || std::string_view(" \t'\"(<[;:#=").find(text[at - 1]) != std::string_view::npos;
        const int code = starts ? code_at(text, at) : 0;
        if (code == 0)
            continue;
        const bool at_start = first == at;
        const bool with_status = status_length_at(text, at + 4) > 0;
        const bool behind_colon =
            at >= 2 && text[at - 1] == ' ' && (text[at - 2] == ':' || text[at - 2] == ';');
        if (at > 0 && text[at - 1] == '=' && !with_status) // SIZE=222
            continue;
        if (announced || at_start || with_status || behind_colon || quotes_at(text, at))
            return {at, code};
    }
    return {};
}

/// `[SMTP Error Code 550]`, `ERROR_CODE :550`
Found find_spelled_code(std::string_view text, const std::string& lower)
{
    for (const std::string_view spelled : {"error code ", "error_code :", "errorcode: ", "reply code "}) {
        const std::size_t at = lower.find(spelled);
        if (at != std::string::npos)
            if (const int code = code_at(text, at + spelled.size()))
                return {at + spelled.size(), code};
    }
    return {};
}

std::optional<EnhancedStatus> find_status(std::string_view text, int code)
{
    for (std::size_t at = 0; at < text.size(); ++at)
        if (const std::size_t length = status_length_at(text, at)) {
            const auto status = EnhancedStatus::parse(text.substr(at, length));
            const bool marked = at == 0 || (code != 0 && at == 4) || text[at - 1] == '#' ||
                                text[at - 1] == '(' || text[at - 1] == '-';
            if (status && (code == 0 || marked || status->status_class == code / 100))
                return status;
            at += length;
        }
    return std::nullopt;
}

/// The text without the code and status that every line of a multi-line reply repeats.
std::string without_repeats(std::string_view text, int code, const std::optional<EnhancedStatus>& status)
{
    const std::string code_text = code != 0 ? std::to_string(code) : std::string();
    const std::string status_text = status ? status->text() : std::string();
    std::string words;
    const auto pieces = words_of(text);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        std::string_view piece = pieces[i];
        if (!code_text.empty() && piece.size() > 3 && piece.starts_with(code_text) && piece[3] == '-')
            piece.remove_prefix(4);
        else if (piece == code_text && (i == 0 || (i + 1 < pieces.size() && pieces[i + 1] == status_text)))
            continue;
        if (piece.empty() || (!status_text.empty() && piece == status_text))
            continue;
        if (!words.empty())
            words += ' ';
        words += piece;
    }
    return words;
}

/// Cuts `(in reply to RCPT TO command)` off the end, of the text and of its lower-case form, and reads it.
std::optional<Step> take_in_reply_to(std::string_view& text, std::string& lower)
{
    const std::size_t at = lower.rfind("(in reply to ");
    if (at == std::string::npos)
        return std::nullopt;
    const auto step = step_named(text.substr(at + 13));
    text = trimmed(text.substr(0, at));
    lower = to_lower(text);
    return step;
}

/// `SMTP error from remote mail server after RCPT TO:<x>:`
std::optional<Step> step_after(std::string_view lower)
{
    constexpr std::string_view kMark = "mail server after ";
    const std::size_t at = lower.find(kMark);
    if (at == std::string_view::npos)
        return std::nullopt;
    std::string_view rest = lower.substr(at + kMark.size());
    for (const std::string_view filler : {"pipelined ", "sending "})
        if (starts_with_ignoring_case(rest, filler))
            rest.remove_prefix(filler.size());
    return step_named(rest);
}

/// The words that may stand before a code at the start: a command, or the moment that it is of. A
/// sentence such as `Mailbox is full 452` begins with none.
constexpr std::string_view kLeading[] = {
    "rcpt",        "rcpt to",     "mail",     "mail from", "data",
    "end of data", "end-of-data", "message",  "eod",       "dot",
    "bdat",        "ehlo",        "helo",     "lhlo",      "starttls",
    "auth",        "connect",     "greeting", "banner",    "initial connection",
    "rset",        "noop",        "vrfy",     "expn",      "help",
    "etrn",        "quit",
};

/// `RCPT 550 …`, `RCPT TO: 550 …` at the start.
std::optional<Step> take_leading_step(std::string_view& text)
{
    const std::size_t end = text.find_first_of("0123456789");
    if (end == std::string_view::npos || end == 0 || end > 24 || code_at(text, end) == 0)
        return std::nullopt;
    std::string_view head = trimmed(text.substr(0, end));
    while (head.ends_with(':') || head.ends_with(' '))
        head.remove_suffix(1);
    const std::string lower = to_lower(head);
    if (std::find(std::begin(kLeading), std::end(kLeading), lower) == std::end(kLeading))
        return std::nullopt;
    text.remove_prefix(end);
    return step_named(lower);
}

} // namespace

std::optional<Step> step_named(std::string_view text)
{
    text = trimmed(text);
    for (const NamedStep& named : kStepNames)
        if (starts_with_ignoring_case(text, named.name))
            return named.step;
    return std::nullopt;
}

ReplyEvidence unwrap(std::string_view line)
{
    ReplyEvidence evidence;
    std::string_view text = trimmed(line.substr(0, kMostBytes));
    evidence.step = take_leading_step(text);

    std::string lower = to_lower(text);
    if (const auto step = take_in_reply_to(text, lower))
        evidence.step = step;
    else if (const auto after = step_after(lower))
        evidence.step = after;

    // A sender check that failed quotes what it was told; that reply is about the sender, and the
    // outer one is what counts.
    const bool callout = lower.find("called:") != std::string::npos;
    const std::size_t behind = callout ? std::string::npos : behind_last_mark(lower);
    std::string_view inner = text;
    Found found;
    if (behind != std::string::npos && behind < text.size()) {
        inner = text.substr(behind);
        found = find_code(inner, true);
    }
    if (found.code == 0) {
        inner = text;
        found = find_code(inner, false);
        if (found.code == 0)
            found = find_spelled_code(text, lower);
        else if (found.at < 4 || quotes_at(text, found.at))
            inner = text.substr(found.at);
    } else {
        inner = inner.substr(found.at);
    }
    evidence.code = found.code;
    evidence.status = find_status(inner, evidence.code);
    if (evidence.code == 0 && !evidence.status)
        if (const auto listed = listed_status(inner)) {
            evidence.status = listed->status;
            inner.remove_prefix(listed->size);
        }
    evidence.words = without_repeats(inner, evidence.code, evidence.status);
    return evidence;
}

ReplyEvidence ReplyEvidence::parse(std::string_view line) { return unwrap(line); }

} // namespace smtpprobe
