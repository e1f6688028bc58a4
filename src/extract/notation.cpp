// SPDX-License-Identifier: Apache-2.0
#include "extract/notation.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/ascii.hpp"
#include "extract/reading.hpp"

namespace smtpprobe {
namespace {

struct Mark {
    Notation notation;
    std::string_view prefix;
    Speaker speaker;
};

// Longer marks first where one begins another. Blanks before a line are dropped before it is compared.
constexpr Mark kMarks[] = {
    {Notation::swaks, "<** ", Speaker::server},
    {Notation::swaks, "<~* ", Speaker::server},
    {Notation::swaks, "<-  ", Speaker::server},
    {Notation::swaks, "<~  ", Speaker::server},
    {Notation::swaks, "-> ", Speaker::client},
    {Notation::swaks, "~> ", Speaker::client},
    {Notation::swaks, "**> ", Speaker::client},
    {Notation::swaks, "*~> ", Speaker::client},
    {Notation::swaks, "=== ", Speaker::program},
    {Notation::swaks, "*** ", Speaker::program},
    {Notation::finger, "posttls-finger: < ", Speaker::server},
    {Notation::finger, "posttls-finger: > ", Speaker::client},
    {Notation::finger, "posttls-finger: ", Speaker::program},
    {Notation::msmtp, "<-- ", Speaker::server},
    {Notation::msmtp, "--> ", Speaker::client},
    {Notation::msmtp, "msmtp: server message: ", Speaker::server},
    {Notation::msmtp, "msmtp: ", Speaker::program},
    {Notation::arrows, "<<< ", Speaker::server},
    {Notation::arrows, ">>> ", Speaker::client},
    {Notation::arrows, "... ", Speaker::program},
    {Notation::curl, "< ", Speaker::server},
    {Notation::curl, "> ", Speaker::client},
    {Notation::curl, "* ", Speaker::program},
    {Notation::curl, "curl: ", Speaker::program},
    {Notation::letters, "S: ", Speaker::server},
    {Notation::letters, "C: ", Speaker::client},
    {Notation::letters, "!! ", Speaker::program},
    {Notation::letters, "=> ", Speaker::program},
    {Notation::letters, "* ", Speaker::program},
    {Notation::smtplib, "reply: ", Speaker::server},
    {Notation::smtplib, "send: ", Speaker::client},
    {Notation::smtplib, "connect: ", Speaker::program},
};

constexpr std::size_t kNotations = static_cast<std::size_t>(Notation::smtplib) + 1;

/// `   1.2 ms  C:  EHLO x` without the time.
std::string_view without_time(std::string_view line)
{
    line = trimmed(line);
    if (line.empty() || !is_digit(line.front()) || reply_code(line) != 0)
        return line;
    const std::size_t end = line.find_first_not_of("0123456789.: hminsu");
    return end > 16 ? line : line.substr(end);
}

/// curl writes its first words behind its progress bar.
std::string_view without_progress(std::string_view line)
{
    const std::size_t bar = line.rfind("--:--:--");
    const std::size_t star = bar == std::string_view::npos ? bar : line.find("* ", bar);
    return trimmed(star == std::string_view::npos ? line : line.substr(star));
}

/// `b'220 x\r\n'` without its quotes.
std::string_view unquoted(std::string_view text)
{
    if (text.starts_with('b'))
        text.remove_prefix(1);
    if (text.size() >= 2 && (text.front() == '\'' || text.front() == '"') && text.back() == text.front())
        text = text.substr(1, text.size() - 2);
    while (text.ends_with("\\n") || text.ends_with("\\r"))
        text.remove_suffix(2);
    return text;
}

Spoken spoken_by_phpmailer(std::string_view line)
{
    for (const auto& [mark, speaker] : {std::pair{std::string_view("SERVER -> CLIENT: "), Speaker::server},
                                        std::pair{std::string_view("CLIENT -> SERVER: "), Speaker::client}})
        if (const std::size_t at = line.substr(0, 64).find(mark); at != std::string_view::npos)
            return {speaker, trimmed(line.substr(at + mark.size()))};
    return {};
}

/// What telnet, nc and openssl say of themselves.
bool is_terminal_talk(std::string_view line)
{
    for (const std::string_view beginning :
         {"Trying ", "Connected to ", "Connecting To ", "Could not open connection", "Escape character is ",
          "Connection closed by ", "Connection to ", "telnet: ", "nc: ", "nc.openbsd: ", "ncat: ", "Ncat: ",
          "CONNECTED(", "verify error:", "verify return:", "depth=", "connect:errno=", "DONE"})
        if (line.starts_with(beginning))
            return true;
    // (UNKNOWN) [127.0.0.9] 2526 (?) : Connection refused; 40174B28CF7F0000:error:8000006F:system library:
    return line.starts_with("(UNKNOWN) [") || line.substr(0, 32).find(":error:") != std::string_view::npos;
}

Spoken spoken_plainly(std::string_view line)
{
    const std::string_view text = trimmed(line); // articles indent what they quote
    if (reply_code(text) != 0)
        return {Speaker::server, text};
    if (is_terminal_talk(text))
        return {Speaker::program, text};
    return {Speaker::client, line};
}

/// A whole command: no sentence of a reply looks so.
bool is_plain_command(std::string_view line)
{
    line = trimmed(line);
    if (starts_with_ignoring_case(line, "MAIL FROM:") || starts_with_ignoring_case(line, "RCPT TO:")) {
        const std::string_view rest = trimmed(line.substr(line.find(':') + 1));
        return rest.starts_with('<') && rest.find('>') != std::string_view::npos && !rest.ends_with(':');
    }
    for (const std::string_view verb : {"EHLO ", "HELO ", "LHLO "})
        if (starts_with_ignoring_case(line, verb))
            return words_of(line).size() == 2 && line.find(':') == std::string_view::npos;
    return false;
}

/// Its lines name the program: whatever it says is of a session.
bool is_by_name(Notation notation) { return notation == Notation::finger || notation == Notation::msmtp; }

struct Tally {
    std::size_t lines = 0;
    bool conversation = false; ///< a command, or a word of a connection
};

} // namespace

Spoken spoken(Notation notation, std::string_view line)
{
    switch (notation) {
    case Notation::none: return {};
    case Notation::plain: return spoken_plainly(line);
    case Notation::phpmailer: return spoken_by_phpmailer(line);
    case Notation::letters: line = without_time(line); break;
    case Notation::curl: line = without_progress(line); break;
    case Notation::swaks:
    case Notation::finger:
    case Notation::msmtp:
    case Notation::arrows:
    case Notation::smtplib: line = trimmed(line); break;
    }
    for (const Mark& mark : kMarks) {
        if (mark.notation != notation)
            continue;
        const std::string_view bare = trimmed(mark.prefix); // an empty line of the message
        if (!line.starts_with(mark.prefix) && line != bare)
            continue;
        std::string_view text = trimmed(line.substr(std::min(mark.prefix.size(), line.size())));
        if (notation == Notation::smtplib)
            text = unquoted(text);
        // Exchange writes the two arrows the other way round.
        if (notation == Notation::arrows && mark.speaker != Speaker::program)
            return {reply_code(text) != 0 ? Speaker::server : Speaker::client, text};
        return {mark.speaker, text};
    }
    return {};
}

Notation notation_of(std::string_view text)
{
    std::array<Tally, kNotations> tallies;
    std::size_t replies = 0;
    for_each_line(text, [&](std::string_view line, std::size_t) {
        const std::string_view words = trimmed(line);
        replies += reply_code(words) != 0 ? 1U : 0U;
        for (std::size_t i = 2; i < kNotations; ++i) {
            const Spoken said = spoken(static_cast<Notation>(i), line);
            if (said.speaker == Speaker::nobody)
                continue;
            ++tallies[i].lines;
            if ((said.speaker == Speaker::client && command_step(said.text)) ||
                (said.speaker == Speaker::program &&
                 (!connected_to(said.text).empty() || is_by_name(static_cast<Notation>(i)))))
                tallies[i].conversation = true;
        }
        Tally& plain = tallies[1];
        if (is_terminal_talk(words))
            plain.lines += connected_to(words).empty() && !tells_of_failure(words) ? 0U : 1U;
        if (is_plain_command(words) || !connected_to(words).empty() || words.starts_with("CONNECTED(") ||
            words.starts_with("connect:errno=") || words.starts_with("Connecting To "))
            plain.conversation = true;
    });
    Notation best = Notation::none;
    std::size_t most = 0;
    for (std::size_t i = 2; i < kNotations; ++i)
        if (tallies[i].conversation && tallies[i].lines > most) {
            best = static_cast<Notation>(i);
            most = tallies[i].lines;
        }
    if (tallies[1].conversation && tallies[1].lines + replies > most)
        return Notation::plain;
    return best;
}

std::string_view connected_to(std::string_view words)
{
    for (const std::string_view beginning :
         {"Connected to ", "Trying ", "Connection to ", "while talking to "}) {
        if (!words.starts_with(beginning))
            continue;
        const std::string_view rest = trimmed(words.substr(beginning.size()));
        std::string_view host = rest.substr(0, rest.find(' '));
        // `mx.example (192.0.2.1) port 25`, `mx.example 25 port [tcp/smtp] succeeded!`; else one word, or
        // it is a sentence of a reply.
        const std::string_view more = rest.substr(host.size());
        const bool is_word = more.empty() || more.starts_with(" (") || more.starts_with(" port ") ||
                             more.find(" succeeded") != std::string_view::npos;
        if (!is_word || (beginning == "Connection to " && more.find(" succeeded") == std::string_view::npos))
            return {};
        while (host.ends_with('.') || host.ends_with(':') || host.ends_with(','))
            host.remove_suffix(1);
        return host;
    }
    return {};
}

bool tells_of_failure(std::string_view words)
{
    constexpr std::string_view kWords[] = {
        "refused",    "timed out", "timeout",       "unreachable", "unable to",      "failed",
        "failure",    "error",     "no route",      "lost",        "unexpectedl",    "reset by",
        "not known",  "resolve",   "denied",        "closed by",   "broken pipe",    "unknown host",
        "could not",  "cannot ",   "not supported", "not accept",  "host not found", "before the reply",
        "terminated", "no such",
    };
    if (words.starts_with("verify error:num=") || words.starts_with("connect:errno"))
        return true;
    return std::any_of(std::begin(kWords), std::end(kWords),
                       [&](std::string_view word) { return has_ignoring_case(words, word); });
}

} // namespace smtpprobe
