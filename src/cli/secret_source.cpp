// SPDX-License-Identifier: Apache-2.0
#include "cli/secret_source.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/printable.hpp"

namespace smtpprobe {
namespace {

/// Longer than any token; whoever names a disk image by mistake is told so.
constexpr std::size_t kLongest = std::size_t{64} * 1024;

Unexpected<std::string> wrong(std::string why) { return Unexpected<std::string>(std::move(why)); }

std::string in_quotes(std::string_view text) { return '"' + printable(text, 80) + '"'; }

std::string system_words(int error) { return std::strerror(error); } // NOLINT: one thread reads options

/// Reads up to the first line's end. What went wrong, as an errno, or nothing.
std::optional<int> read_line(int descriptor, std::string& line)
{
    char byte = 0;
    while (line.size() <= kLongest) {
        const auto got = ::read(descriptor, &byte, 1);
        if (got < 0)
            return errno;
        if (got == 0 || byte == '\n')
            break;
        line += byte;
    }
    if (line.ends_with('\r'))
        line.pop_back();
    return std::nullopt;
}

Expected<Secret, std::string> checked(std::string line, const std::string& from)
{
    if (line.empty())
        return wrong(from + " holds no password in its first line");
    if (line.size() > kLongest)
        return wrong(from + " holds no password: its first line is longer than 64 KiB");
    if (line.find('\0') != std::string::npos)
        return wrong(from + " holds no password: there is a NUL byte in its first line");
    return Secret(std::move(line));
}

/// A descriptor that is closed in the end.
class Owned {
public:
    explicit Owned(int descriptor) : descriptor_(descriptor) {}
    ~Owned()
    {
        if (descriptor_ >= 0)
            ::close(descriptor_);
    }
    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;
    int get() const { return descriptor_; }

private:
    int descriptor_;
};

volatile std::sig_atomic_t interrupted = 0; // NOLINT: a signal handler has nothing else

void interrupt(int) { interrupted = 1; }

constexpr std::array kEndings = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

/// While it lives, the terminal shows nothing of what is typed, and the signals that would end the program
/// only end the reading: the terminal must not be left so.
class Unseen {
public:
    explicit Unseen(int terminal) : terminal_(terminal)
    {
        interrupted = 0;
        struct sigaction action = {};
        action.sa_handler = interrupt; // without SA_RESTART, so that read() gives up
        for (std::size_t i = 0; i < kEndings.size(); ++i)
            sigaction(kEndings[i], &action, &before_[i]);
        silent_ = tcgetattr(terminal_, &shown_) == 0;
        termios hidden = shown_;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (silent_)
            tcsetattr(terminal_, TCSAFLUSH, &hidden);
    }
    ~Unseen()
    {
        if (silent_)
            tcsetattr(terminal_, TCSAFLUSH, &shown_);
        for (std::size_t i = 0; i < kEndings.size(); ++i)
            sigaction(kEndings[i], &before_[i], nullptr);
    }
    Unseen(const Unseen&) = delete;
    Unseen& operator=(const Unseen&) = delete;

private:
    int terminal_;
    bool silent_ = false;
    termios shown_ = {};
    std::array<struct sigaction, kEndings.size()> before_ = {};
};

void tell(std::string_view text) { (void)!::write(STDERR_FILENO, text.data(), text.size()); }

} // namespace

Expected<Secret, std::string> secret_from_file(const std::string& path)
{
    const Owned file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string line;
    auto error = file.get() < 0 ? std::optional(errno) : read_line(file.get(), line);
    if (error)
        return wrong(in_quotes(path) + " cannot be read: " + system_words(*error));
    return checked(std::move(line), in_quotes(path));
}

Expected<Secret, std::string> secret_from_descriptor(int descriptor)
{
    std::string line;
    const auto name = "descriptor " + std::to_string(descriptor);
    const Owned owned(descriptor > STDERR_FILENO ? descriptor : -1);
    if (const auto error = read_line(descriptor, line))
        return wrong(name + " cannot be read: " + system_words(*error));
    return checked(std::move(line), name);
}

Expected<Secret, std::string> secret_from_environment(const std::string& variable)
{
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr)
        return wrong("the environment has no variable " + in_quotes(variable));
    return checked(value, "the variable " + in_quotes(variable));
}

Expected<Secret, std::string> secret_from_command(const std::string& command)
{
    std::FILE* pipe = ::popen(command.c_str(), "re");
    if (pipe == nullptr)
        return wrong(in_quotes(command) + " cannot be run: " + system_words(errno));
    std::string line;
    const auto error = read_line(::fileno(pipe), line);
    // The rest is read too, so that the command does not end by SIGPIPE.
    std::array<char, 4096> rest;
    while (!error && ::read(::fileno(pipe), rest.data(), rest.size()) > 0) {
    }
    const int status = ::pclose(pipe);
    if (error)
        return wrong(in_quotes(command) + " cannot be read: " + system_words(*error));
    if (status == -1 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return wrong(in_quotes(command) + " failed" +
                     (status != -1 && WIFEXITED(status)
                          ? " with exit status " + std::to_string(WEXITSTATUS(status))
                          : std::string()));
    return checked(std::move(line), in_quotes(command));
}

void hide_from_commands(const std::string& variable)
{
    if (!variable.empty())
        (void)::unsetenv(variable.c_str()); // NOLINT: one thread reads options
}

bool can_prompt() { return ::isatty(STDIN_FILENO) == 1; }

Expected<Secret, std::string> prompted_secret(std::string_view question)
{
    std::string line;
    std::optional<int> error;
    {
        const Unseen unseen(STDIN_FILENO);
        tell(question);
        error = read_line(STDIN_FILENO, line);
    }
    tell("\n");
    if (error)
        return wrong(interrupted != 0 ? "interrupted"
                                      : "the terminal cannot be read: " + system_words(*error));
    return checked(std::move(line), "the terminal");
}

} // namespace smtpprobe
