// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <sys/ioctl.h>
#include <unistd.h>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

constexpr int kNarrowest = 40;
/// Lines longer than this are hard to read, however wide the terminal is.
constexpr int kWidest = 120;
constexpr int kUsual = 80;

int width_of(int descriptor)
{
    winsize size{};
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    const char* columns = std::getenv("COLUMNS");
    return columns != nullptr ? parse_number<int>(columns).value_or(kUsual) : kUsual;
}

bool is_set(const char* variable)
{
    const char* value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

bool draws(int descriptor)
{
    const char* term = std::getenv("TERM");
    return isatty(descriptor) == 1 && term != nullptr && std::string_view(term) != "dumb";
}

} // namespace

TextStyle text_style(Colour colour, int verbosity)
{
    TextStyle style;
    style.width = std::clamp(width_of(STDOUT_FILENO), kNarrowest, kWidest);
    style.colour = colour == Colour::always ||
                   (colour == Colour::automatic && draws(STDOUT_FILENO) && !is_set("NO_COLOR"));
    style.verbosity = verbosity;
    return style;
}

bool can_show_progress() { return draws(STDERR_FILENO); }

int progress_width() { return width_of(STDERR_FILENO); }

bool print(std::string_view text)
{
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    return std::fflush(stdout) == 0 && written;
}

void complain(std::string_view text)
{
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
}

} // namespace smtpprobe
