// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "smtpprobe/expected.hpp"
#include "smtpprobe/settings.hpp"

// How options are declared, for the files that declare them.

namespace smtpprobe {

/// Carries a finished message out of CLI11's callbacks.
struct Usage {
    std::string message;
};

template <class T> T checked(const std::string& option, Expected<T, std::string> value)
{
    if (!value)
        throw Usage{option + ' ' + value.error()};
    return std::move(*value);
}

/// An option whose value one of the parse_… functions reads; `take` gets what it gave.
template <class Parse, class Take>
CLI::Option* add_value(CLI::App& app, const std::string& names, const char* placeholder, Parse parse,
                       Take take, const char* help)
{
    const auto shown = names.substr(names.find("--"));
    const std::function<void(const std::string&)> read = [=](const std::string& text) {
        take(checked(shown, parse(text)));
    };
    return app.add_option_function<std::string>(names, read, help)->type_name(placeholder);
}

/// An option that may be given several times.
template <class Parse, class Take>
void add_values(CLI::App& app, const std::string& names, const char* placeholder, Parse parse, Take take,
                const char* help)
{
    const auto shown = names.substr(names.find("--"));
    const std::function<void(const std::vector<std::string>&)> read =
        [=](const std::vector<std::string>& texts) {
            for (const auto& text : texts)
                take(checked(shown, parse(text)));
        };
    app.add_option_function<std::vector<std::string>>(names, read, help)
        ->type_name(placeholder)
        ->expected(1)
        ->allow_extra_args(false) // else a sub-command's own words would be taken for further values
        ->take_all();
}

/// What to probe, how, and for how long.
void add_route_options(CLI::App& app, Settings& settings);
void add_conversation_options(CLI::App& app, Settings& settings);
void add_tls_options(CLI::App& app, Settings& settings);
void add_time_options(CLI::App& app, Settings& settings);
/// What is tried beyond the route's own lookups and conversations.
void add_experiment_options(CLI::App& app, Settings& settings);

} // namespace smtpprobe
