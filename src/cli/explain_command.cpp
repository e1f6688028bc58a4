// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <sys/stat.h>
#include <unistd.h>

#include "base/printable.hpp"
#include "cli/commands.hpp"
#include "cli/explain_parts.hpp"
#include "cli/terminal.hpp"

namespace smtpprobe {
namespace {

bool is_file(const std::string& path)
{
    struct stat about = {};
    return stat(path.c_str(), &about) == 0;
}

/// No reply looks like this.
bool looks_like_path(const std::string& text)
{
    if (text.find_first_of(" \n") != std::string::npos)
        return false;
    const bool named =
        text.ends_with(".eml") || text.ends_with(".log") || text.ends_with(".txt") || text.ends_with(".msg");
    return named || text.starts_with('/') || text.starts_with("./") || text.starts_with("../");
}

} // namespace

int run_explain_command(const CommandLine& line)
{
    if (line.list)
        return list_entries(line);
    if (line.words.empty() && isatty(STDIN_FILENO) == 1) {
        complain(
            "smtpprobe: nothing to explain; say a code, a reply in quotes, a command, an error's name or "
            "a file, or give text on standard input\n");
        return 3;
    }
    if (line.words.empty())
        return explain_file(line, "-");
    std::string text;
    for (const auto& word : line.words)
        text += (text.empty() ? "" : " ") + word;
    if (const auto status = explain_name(line, text))
        return *status;
    if (line.words.size() == 1 && (text == "-" || is_file(text)))
        return explain_file(line, text);
    if (line.words.size() == 1 && looks_like_path(text)) {
        complain("smtpprobe: there is no file " + printable(text, 200) + " to explain\n");
        return 3;
    }
    return explain_text(line, text);
}

} // namespace smtpprobe
