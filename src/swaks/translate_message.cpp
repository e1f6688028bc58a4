// SPDX-License-Identifier: Apache-2.0
// What goes over: envelope and message; and what is printed.
#include <algorithm>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "swaks/translation.hpp"

namespace smtpprobe {

void Translation::envelope()
{
    const auto name = [&] { return world_.host.empty() ? std::string("localhost") : world_.host; };
    if (has("helo"))
        say("--helo", value("helo"));
    else if (!world_.host.empty())
        say("--helo", world_.host);
    const auto list = value("to");
    for (const auto one : split(list, ','))
        if (!trimmed(one).empty())
            to_.emplace_back(trimmed(one));
    if (!quit_.envelope)
        return;
    if (to_.empty() && quit_.ours != "mail")
        wrong("no recipient; say --to user@example.com");
    const auto sender =
        has("from") ? value("from") : (world_.user.empty() ? "root" : world_.user) + '@' + name();
    say("--from", sender.empty() ? "<>" : sender);
    if (quit_.ours != "mail")
        for (const auto& one : to_)
            say("--to", one);
    if (!has("pipeline"))
        say("--no-pipelining");
}

void Translation::message()
{
    if (!quit_.envelope || !quit_.ours.empty())
        return;
    say("--send");
    const auto data = value("data");
    if (data.size() > 1 && data.front() == '@' && data[1] != '@')
        say("--message", data.substr(1));
    else if (has("data"))
        wrong("--data takes @FILE here, no text and no standard input");
    else
        compose();
}

void Translation::compose()
{
    const auto body = value("body");
    if (body == "-")
        wrong("--body takes a text or @FILE here, no standard input");
    else if (body.size() > 1 && body.front() == '@' && body[1] != '@')
        say("--body-file", body.substr(1));
    else if (has("body"))
        say("--body", with_lines(body.starts_with("@@") ? body.substr(1) : body));
    for (const auto& file : choice_.all("attach")) {
        if (file.size() > 1 && file.front() == '@' && file[1] != '@')
            say("--attach", file.substr(1));
        else
            wrong("--attach takes @FILE here, no text and no standard input");
    }
    for (const auto name : {"add-header", "header"})
        for (const auto& text : choice_.all(name)) {
            const auto lines = with_lines(text);
            for (const auto line : split(lines, '\n'))
                field(std::string(line));
        }
}

void Translation::field(const std::string& line)
{
    constexpr std::string_view kSubject = "subject:";
    if (starts_with_ignoring_case(line, kSubject))
        say("--subject", std::string(trimmed(std::string_view(line).substr(kSubject.size()))));
    else if (!line.empty())
        say("--header", line);
}

std::string Translation::with_lines(std::string text)
{
    for (const std::string_view form : {"\\n", "%NEWLINE%"})
        for (auto at = text.find(form); at != std::string::npos; at = text.find(form, at + 1))
            text.replace(at, form.size(), "\n");
    return text;
}

void Translation::output()
{
    say("--exit-style", has("exit-style") ? value("exit-style") : "swaks");
    say(has("silent") || has("hide-all") ? "--quiet" : "--verbose");
}

} // namespace smtpprobe
