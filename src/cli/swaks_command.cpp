// SPDX-License-Identifier: Apache-2.0
// smtpprobe swaks: the options of swaks(1), read and done in smtpprobe's way.
#include "cli/swaks_command.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <pwd.h>
#include <unistd.h>

#include "base/printable.hpp"
#include "net/own_name.hpp"
#include "smtpprobe/probe.hpp"
#include "swaks/translate.hpp"

namespace smtpprobe {
namespace {

constexpr int kWrongOptions = 1; // swaks(1), EXIT CODES

std::string user_name(bool by_system)
{
    const char* name = by_system ? nullptr : std::getenv("LOGNAME");
    if (name != nullptr && *name != '\0')
        return name;
    const auto* entry = ::getpwuid(::getuid());
    return entry != nullptr ? entry->pw_name : std::string();
}

std::string padded_to(std::string text, std::size_t width)
{
    text.resize(std::max(text.size() + 2, width), ' ');
    return text;
}

std::string row(std::string head, const SwaksOption& option)
{
    return padded_to(std::move(head), 34) + padded_to(std::string(word(option.coverage)), 8) +
           std::string(option.ours) + '\n';
}

/// Every option; no line begins with a blank, so that nobody takes them for options of smtpprobe itself.
std::string table()
{
    std::string text =
        "smtpprobe swaks OPTIONS: as swaks(1) has them, with one dash or two, `no-` to forget.\n"
        "A message is sent unless --quit-after is given. ~/.swaksrc is not read, nor SWAKS_OPT_...\n"
        "With --explain-options nothing is done but to say what would be.\n\n";
    for (const auto& option : swaks_options()) {
        std::string head;
        for (const auto name : option.names)
            if (!name.empty())
                head += (head.empty() ? "--" : name.size() > 4 ? ", --" : ", -") + std::string(name);
        text += row(std::move(head), option);
    }
    return text;
}

Answer explained(const SwaksChoice& choice, const Expected<SwaksTranslation, std::string>& made)
{
    if (choice.uses.size() == 1)
        return {table(), 0};
    std::string text;
    for (const auto& use : choice.uses) {
        if (use.option->names[0] == "explain-options")
            continue;
        const bool secret = use.option->names[0] == "auth-password";
        auto head = use.spelled;
        if (use.has_value)
            head += ' ' + (secret ? std::string("(not shown)") : shell_words({use.value}));
        text += row(printable(head, 200), *use.option);
    }
    if (!made)
        return {text + "\nsmtpprobe swaks: " + made.error() + '\n', 0};
    auto arguments = made->arguments;
    if (made->password) // its place in a command line of ours
        arguments.insert(arguments.begin(), {"--auth-password-env", "NAME"});
    text += "\nsmtpprobe " + printable(shell_words(arguments), 4000) + '\n';
    for (const auto& remark : made->remarks)
        text += "note: " + remark + '\n';
    return {text, 0};
}

} // namespace

bool is_swaks(const std::string& program, std::vector<std::string>& arguments)
{
    if (std::filesystem::path(program).filename() == "swaks")
        return true;
    if (arguments.empty() || arguments.front() != "swaks")
        return false;
    arguments.erase(arguments.begin());
    return true;
}

Expected<CommandLine, Answer> parse_swaks_command_line(const std::vector<std::string>& arguments)
{
    const auto answer = [](std::string text, int status) {
        return Unexpected<Answer>(Answer{std::move(text), status});
    };
    const auto choice = read_swaks_options(arguments);
    if (!choice)
        return answer("smtpprobe swaks: " + choice.error() + '\n', kWrongOptions);
    if (choice->has("help"))
        return answer(table(), 0);
    if (choice->has("version"))
        return answer("smtpprobe " + std::string(version()) + ", with the options of swaks\n", 0);
    SwaksWorld world;
    world.user = user_name(choice->has("force-getpwuid"));
    world.host = own_host_name();
    world.is_directory = [](const std::string& path) {
        std::error_code ignored;
        return std::filesystem::is_directory(path, ignored);
    };
    auto made = translate_swaks(*choice, world);
    if (choice->has("explain-options") || choice->has("dump"))
        return Unexpected<Answer>(explained(*choice, made));
    if (!made)
        return answer("smtpprobe swaks: " + made.error() + '\n', kWrongOptions);
    auto line = parse_command_line(made->arguments, {});
    if (!line) {
        auto wrong = line.error();
        wrong.exit_status = kWrongOptions;
        return Unexpected<Answer>(std::move(wrong));
    }
    if (made->password)
        line->settings.auth.password = Secret(*made->password);
    return line;
}

} // namespace smtpprobe
