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

namespace smtpprobe {
namespace {

/// What recognition looks at.
constexpr std::size_t kHead = 65536;
/// A line longer than this is cut into several: memory stays bounded.
constexpr std::size_t kMostOfLine = 1U << 20U;

volatile std::sig_atomic_t interrupted = 0;

/// An interrupt ends the reading, not the program: what was read so far is still told.
void heed_interrupts()
{
    struct sigaction action{};
    action.sa_handler = [](int) { interrupted = 1; };
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

/// Bytes from a file or standard input, piece by piece.
class Input {
public:
    explicit Input(const std::string& path)
        : descriptor_(path == "-" ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC)), error_(errno)
    {
        if (descriptor_ >= 0)
            error_ = 0;
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

/// Lines out of pieces. The last one need not have an end.
class Lines {
public:
    template <class Take> void feed(std::string_view piece, const Take& take)
    {
        rest_ += piece;
        std::size_t from = 0;
        for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', from)) {
            take(without_return(std::string_view(rest_).substr(from, end - from)), ++number_);
            from = end + 1;
        }
        rest_.erase(0, from);
        if (rest_.size() > kMostOfLine)
            end(take);
    }
    template <class Take> void end(const Take& take)
    {
        if (!rest_.empty())
            take(without_return(rest_), ++number_);
        rest_.clear();
    }

private:
    static std::string_view without_return(std::string_view line)
    {
        return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
    }
    std::string rest_;
    std::size_t number_ = 0;
};

/// One reply a line, and one answer for each, an empty line too: whoever pairs them counts lines.
void explain_replies(Input& input, std::string head, ExplainWriter& writer)
{
    Lines lines;
    const auto take = [&](std::string_view line, std::size_t number) {
        writer.add(mention_of(line, number));
    };
    do {
        lines.feed(head, take);
        head.clear();
    } while (writer.flush() && input.read_into(head));
    lines.end(take);
}

} // namespace

int explain_text(const CommandLine& line, const std::string& text)
{
    ExplainWriter writer(line, false);
    writer.add(mention_of(text, 0));
    writer.end("the text");
    return 0;
}

int explain_file(const CommandLine& line, const std::string& path)
{
    heed_interrupts();
    Input input(path);
    std::string head;
    while (head.size() < kHead && input.read_into(head)) {
    }
    if (input.error() != 0) {
        complain("smtpprobe: cannot read " + printable(path, 200) + ": " + std::strerror(input.error()) +
                 '\n');
        return 3;
    }
    ExplainWriter writer(line, false);
    explain_replies(input, std::move(head), writer);
    writer.end(path == "-" ? "standard input" : path);
    return interrupted != 0 ? 130 : 0;
}

} // namespace smtpprobe
