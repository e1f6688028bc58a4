// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "cli/explain_parts.hpp"
#include "cli/explain_writer.hpp"
#include "cli/terminal.hpp"
#include "extract/bounce.hpp"
#include "extract/lines.hpp"
#include "extract/log.hpp"
#include "extract/recognise.hpp"
#include "extract/session.hpp"
#include "mime/read_message.hpp"

namespace smtpprobe {
namespace {

/// What recognition looks at.
constexpr std::size_t kHead = 65536;
/// Bounces are read as a whole; the reader of messages has a bound of its own below this.
constexpr std::size_t kMostOfBounce = 32U << 20U;
/// Sessions too. The rest of a longer one is not looked at, and that is said.
constexpr std::size_t kMostOfSession = 2U << 20U;

volatile std::sig_atomic_t interrupted = 0;

/// An interrupt ends the reading, not the program: what was read so far is still told.
void heed_interrupts()
{
    struct sigaction action{};
    action.sa_handler = [](int) { interrupted = 1; };
    action.sa_flags = static_cast<int>(SA_RESETHAND); // the second one ends the program
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

/// Bytes from a file or standard input, piece by piece.
class Input {
public:
    explicit Input(const std::string& path)
        : descriptor_(path == "-" ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC)),
          error_(descriptor_ < 0 ? errno : 0)
    {
    }
    ~Input()
    {
        if (descriptor_ > STDIN_FILENO)
            close(descriptor_);
    }
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;

    /// Appends what there is now; false at the end, after an error and after an interrupt.
    bool read_into(std::string& text)
    {
        if (descriptor_ < 0 || interrupted != 0)
            return false;
        char buffer[kHead];
        const ssize_t count = read(descriptor_, buffer, sizeof buffer);
        if (count < 0 && errno != EINTR)
            error_ = errno;
        if (count <= 0)
            return false;
        text.append(buffer, static_cast<std::size_t>(count));
        return true;
    }
    int error() const { return error_; }

private:
    int descriptor_;
    int error_;
};

Mention mention_of(std::string_view text, std::size_t line)
{
    Mention mention;
    mention.line = line;
    mention.text = text;
    mention.evidence = ReplyEvidence::parse(text);
    return mention;
}

/// A reply of several lines as one.
Mention mention_of_lines(std::string_view text)
{
    std::string joined;
    for (const auto line : split(text, '\n')) {
        const auto words = trimmed(line);
        if (!words.empty())
            joined += (joined.empty() ? "" : " ") + std::string(words);
    }
    return mention_of(joined, 0);
}

/// Feeds the lines of the head and of what follows to `take`, and what they gave to the reader.
template <class Take> void each_line(Input& input, std::string head, ExplainWriter& writer, const Take& take)
{
    Lines lines;
    do {
        lines.feed(head, take);
        head.clear();
    } while (writer.flush() && input.read_into(head));
    lines.end(take);
}

/// One reply a line, and one answer for each, an empty line too: whoever pairs them counts lines.
void explain_replies(Input& input, std::string head, ExplainWriter& writer)
{
    each_line(input, std::move(head), writer,
              [&](std::string_view line, std::size_t number) { writer.add(mention_of(line, number)); });
}

void explain_log(Input& input, std::string head, ExplainWriter& writer)
{
    LogReader reader;
    const auto add_all = [&](const std::vector<Mention>& mentions) {
        for (const auto& mention : mentions)
            writer.add(mention);
    };
    each_line(input, std::move(head), writer,
              [&](std::string_view line, std::size_t) { add_all(reader.read(line)); });
    add_all(reader.end());
}

void explain_session(std::string_view text, ExplainWriter& writer)
{
    for (const auto& mention : read_session(text)) {
        writer.add(mention);
        if (interrupted != 0 || !writer.flush())
            return;
    }
}

std::string_view no_bounce_words(BounceKind kind)
{
    switch (kind) {
    case BounceKind::none: return "This is no bounce: it does not say that a message failed.";
    case BounceKind::bounce: return "This is a bounce, but it names no recipient and no reason.";
    case BounceKind::auto_reply: return "This is an automatic answer, not a bounce: the message has arrived.";
    case BounceKind::feedback_report:
        return "This is a complaint about a message (a feedback report), not a bounce: the message has "
               "arrived.";
    }
    return "";
}

std::optional<std::string> explain_bounce(std::string_view text, ExplainWriter& writer)
{
    const auto message = read_message(text);
    if (!message)
        return message.error();
    const Bounce bounce = read_bounce(*message);
    for (const auto& mention : bounce.mentions)
        writer.add(mention);
    if (bounce.mentions.empty())
        writer.say_instead(no_bounce_words(bounce.kind));
    return std::nullopt;
}

/// The rest of the input behind the head, so far as a whole may be long.
std::string whole_of(Input& input, std::string head, std::size_t most)
{
    while (head.size() < most && input.read_into(head)) {
    }
    if (head.size() > most) {
        complain("smtpprobe: only the first " + std::to_string(most >> 20U) + " MiB were read\n");
        head.resize(most);
    }
    return head;
}

/// Reads a text of that kind to its end; gives what went wrong.
std::optional<std::string> explain_as(TextKind kind, Input& input, std::string head, ExplainWriter& writer)
{
    switch (kind) {
    case TextKind::replies: explain_replies(input, std::move(head), writer); return std::nullopt;
    case TextKind::log: explain_log(input, std::move(head), writer); return std::nullopt;
    case TextKind::session:
        explain_session(whole_of(input, std::move(head), kMostOfSession), writer);
        return std::nullopt;
    case TextKind::bounce: return explain_bounce(whole_of(input, std::move(head), kMostOfBounce), writer);
    }
    return std::nullopt;
}

int concluded(const CommandLine& line, ExplainWriter& writer, const std::string& from)
{
    writer.end(from);
    if (interrupted != 0)
        return 130;
    return line.probe ? probe_again(line, writer.told()) : 0;
}

} // namespace

int explain_text(const CommandLine& line, const std::string& text)
{
    const TextKind kind = line.input.value_or(recognise(text, true));
    ExplainWriter writer(line, kind);
    if (kind == TextKind::session)
        explain_session(text, writer);
    else
        writer.add(mention_of_lines(text));
    return concluded(line, writer, "the text");
}

int explain_file(const CommandLine& line, const std::string& path)
{
    heed_interrupts();
    Input input(path);
    std::string head;
    const bool by_line = line.input == TextKind::replies;
    bool more = true;
    while (!by_line && more && head.size() < kHead)
        more = input.read_into(head);
    const TextKind kind = line.input ? *line.input : recognise(head, !more);
    ExplainWriter writer(line, kind);
    // A filter gives an answer for each line, whatever the lines are; a person pastes a reply of several.
    const bool filters = line.input || (path == "-" && line.format != Format::text);
    if (kind == TextKind::replies && !filters && !more && is_one_reply(head))
        writer.add(mention_of_lines(std::exchange(head, {})));
    auto wrong = explain_as(kind, input, std::move(head), writer);
    if (!wrong && input.error() != 0)
        wrong = "cannot read " + printable(path, 200) + ": " + std::strerror(input.error());
    if (!wrong)
        return concluded(line, writer, path == "-" ? "standard input" : path);
    writer.flush();
    complain("smtpprobe: " + *wrong + '\n');
    return 3;
}

} // namespace smtpprobe
