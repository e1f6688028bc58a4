// SPDX-License-Identifier: Apache-2.0
#include "swaks/read_options.hpp"

#include <algorithm>

#include "base/printable.hpp"

namespace smtpprobe {
namespace {

using Error = Unexpected<std::string>;

std::string shown(std::string_view text) { return printable(text, 80); }

bool is_named(const SwaksOption& option, std::string_view name)
{
    return std::find(std::begin(option.names), std::end(option.names), name) != std::end(option.names);
}

/// The option of that name, or the only one with a name that begins so.
Expected<const SwaksOption*, std::string> find_option(std::string_view name)
{
    std::vector<const SwaksOption*> begun;
    std::string candidates;
    for (const auto& option : swaks_options()) {
        if (is_named(option, name))
            return &option;
        const bool begins = std::any_of(std::begin(option.names), std::end(option.names),
                                        [&](std::string_view known) { return known.starts_with(name); });
        if (!begins)
            continue;
        begun.push_back(&option);
        candidates += (candidates.empty() ? "" : ", ") + std::string(option.names[0]);
    }
    if (begun.size() == 1 && name.size() > 1)
        return begun.front();
    if (begun.size() > 1 && name.size() > 1)
        return Error("option " + shown(name) + " is ambiguous: " + candidates.substr(0, 120));
    return Error("unknown option: " + shown(name) + "; see smtpprobe swaks --help");
}

/// --h-Subject TEXT is --header 'Subject: TEXT'.
constexpr std::string_view kHeaderForm = "h-";

} // namespace

std::string SwaksChoice::value(std::string_view name) const
{
    const auto found = values_.find(std::string(name));
    return found == values_.end() ? std::string() : found->second.back();
}

std::vector<std::string> SwaksChoice::all(std::string_view name) const
{
    const auto found = values_.find(std::string(name));
    return found == values_.end() ? std::vector<std::string>() : found->second;
}

void SwaksChoice::take(const SwaksUse& use)
{
    uses.push_back(use);
    const std::string name(use.option->names[0]);
    if (use.undone)
        values_.erase(name);
    else
        values_[name].push_back(use.value);
}

Expected<SwaksChoice, std::string> read_swaks_options(const std::vector<std::string>& arguments)
{
    SwaksChoice choice;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        std::string_view argument = arguments[i];
        if (!argument.starts_with('-') || argument == "-")
            return Error("swaks takes options alone; \"" + shown(argument) + "\" is none");
        const std::size_t dashes = argument.starts_with("--") ? 2 : 1;
        const auto equals = argument.find('=');
        auto name = argument.substr(dashes, equals == argument.npos ? argument.npos : equals - dashes);
        SwaksUse use;
        use.spelled = argument.substr(0, equals);
        std::string header;
        if (name.starts_with(kHeaderForm) && name.size() > kHeaderForm.size()) {
            header = std::string(name.substr(kHeaderForm.size())) + ": ";
            name = "header";
        }
        auto option = find_option(name);
        if (!option && name.starts_with("no-")) {
            option = find_option(name.substr(3));
            use.undone = true;
        }
        if (!option)
            return Error(option.error());
        use.option = *option;
        const bool wanted = use.option->argument == Argument::wanted && !use.undone;
        if (equals != argument.npos) {
            use.has_value = true;
            use.value = argument.substr(equals + 1);
        } else if (wanted && i + 1 < arguments.size() &&
                   (!arguments[i + 1].starts_with('-') || arguments[i + 1] == "-")) {
            use.has_value = true;
            use.value = arguments[++i];
        }
        if (use.has_value && !wanted)
            return Error(use.spelled + " takes no argument");
        use.value = header + use.value;
        choice.take(use);
    }
    return choice;
}

} // namespace smtpprobe
