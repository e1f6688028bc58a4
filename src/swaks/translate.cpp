// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "swaks/translation.hpp"

namespace smtpprobe {
namespace {

constexpr SwaksProtocol kProtocols[] = {
    {"SMTP", false, false, ""},          {"SSMTP", false, false, "implicit"},
    {"SSMTPA", false, true, "implicit"}, {"SMTPS", false, false, "implicit"},
    {"ESMTP", false, false, ""},         {"ESMTPA", false, true, ""},
    {"ESMTPS", false, false, "require"}, {"ESMTPSA", false, true, "require"},
    {"LMTP", true, false, ""},           {"LMTPA", true, true, ""},
    {"LMTPS", true, false, "require"},   {"LMTPSA", true, true, "require"},
};

constexpr SwaksQuitPoint kQuitPoints[] = {
    {"CONNECT", "greeting", false, false},
    {"BANNER", "greeting", false, false},
    {"FIRST-HELO", "ehlo", false, false},
    {"FIRST-EHLO", "ehlo", false, false},
    {"FIRST-LHLO", "ehlo", false, false},
    {"STARTTLS", "tls", false, false},
    {"TLS", "tls", false, false},
    {"HELO", "", false, false},
    {"EHLO", "", false, false},
    {"LHLO", "", false, false},
    {"AUTH", "", true, false},
    {"MAIL", "mail", true, true},
    {"FROM", "mail", true, true},
    {"RCPT", "rcpt", true, true},
    {"TO", "rcpt", true, true},
};

} // namespace

Expected<SwaksTranslation, std::string> Translation::make()
{
    refuse();
    protocol();
    quit_point();
    connection();
    tls();
    login();
    envelope();
    message();
    output();
    target();
    if (!wrong_.empty())
        return Unexpected<std::string>(wrong_);
    return made_;
}

void Translation::say(std::string option, std::string argument)
{
    // Tied to its option: a value may begin with a dash.
    if (argument.empty() || argument.starts_with('-'))
        return say(std::move(option) + '=' + argument);
    say(std::move(option));
    say(std::move(argument));
}

void Translation::refuse()
{
    for (const auto& use : choice_.uses) {
        const auto name = use.option->names[0];
        if (use.undone || !has(name))
            continue;
        if (use.option->coverage == Coverage::no)
            wrong(use.spelled + " is not done: " + std::string(use.option->ours));
        const bool may_be_bare = name == "auth" || name == "auth-optional" ||
                                 name == "auth-optional-strict" || name == "auth-hide-password" ||
                                 name == "show-time-lapse" || name == "silent" || name == "dump" ||
                                 name == "auth-password";
        if (use.option->argument == Argument::wanted && !use.has_value && !may_be_bare)
            wrong(use.spelled + " needs its argument; smtpprobe does not prompt for it");
    }
}

void Translation::protocol()
{
    if (!has("protocol"))
        return;
    const auto name = to_upper(value("protocol"));
    const auto* known = std::find_if(std::begin(kProtocols), std::end(kProtocols),
                                     [&](const SwaksProtocol& one) { return one.name == name; });
    if (known == std::end(kProtocols))
        return wrong("--protocol " + printable(name, 40) + " is unknown; say SMTP, ESMTP, ESMTPS, LMTP ...");
    protocol_ = *known;
    if (known->lmtp)
        say("--lmtp");
    if (name == "SMTP" || name == "SMTPS")
        remark("EHLO is said first, HELO where it is refused");
}

void Translation::quit_point()
{
    if (!has("quit-after"))
        return;
    const auto name = to_upper(value("quit-after"));
    const auto* known = std::find_if(std::begin(kQuitPoints), std::end(kQuitPoints),
                                     [&](const SwaksQuitPoint& one) { return one.name == name; });
    if (known == std::end(kQuitPoints))
        return wrong("--quit-after " + printable(name, 40) +
                     " is no point to stop at; say CONNECT, FIRST-HELO, TLS, HELO, AUTH, MAIL or RCPT");
    quit_ = *known;
    if (!known->ours.empty())
        say("--quit-after", std::string(known->ours));
}

Expected<SwaksTranslation, std::string> translate_swaks(const SwaksChoice& choice, const SwaksWorld& world)
{
    return Translation(choice, world).make();
}

std::string shell_words(const std::vector<std::string>& arguments)
{
    std::string text;
    for (const auto& argument : arguments) {
        const bool plain = !argument.empty() && std::all_of(argument.begin(), argument.end(), [](char c) {
            return is_alnum(c) || std::string_view("-_./:=@%+,[]").find(c) != std::string_view::npos;
        });
        text += text.empty() ? "" : " ";
        if (plain) {
            text += argument;
            continue;
        }
        text += '\'';
        for (const char c : argument)
            text += c == '\'' ? std::string("'\\''") : std::string(1, c);
        text += '\'';
    }
    return text;
}

} // namespace smtpprobe
