// SPDX-License-Identifier: Apache-2.0
#include "cli/auth_options.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "cli/add_option.hpp"
#include "cli/netrc.hpp"
#include "cli/secret_source.hpp"
#include "cli/values.hpp"
#include "route/plan_route.hpp"
#include "smtp/auth_mechanisms.hpp"
#include "smtp/host_login.hpp"

namespace smtpprobe {
namespace {

/// What --auth without a list means, and --netrc without a file.
constexpr std::string_view kAny = "any";
constexpr std::string_view kUsual = "usual";

std::string known_mechanisms()
{
    std::vector<std::string> names;
    for (const auto& mechanism : auth_mechanisms())
        names.emplace_back(mechanism.name);
    return joined(names, ", ");
}

Expected<std::vector<std::string>, std::string> parse_mechanisms(std::string_view text)
{
    std::vector<std::string> mechanisms;
    if (text == kAny)
        return mechanisms;
    for (const auto part : split(text, ',')) {
        const auto* known = find_auth_mechanism(trimmed(part));
        if (known == nullptr)
            return Unexpected<std::string>('"' + printable(part, 40) +
                                           "\" is no mechanism that is spoken here; they are " +
                                           known_mechanisms());
        const std::string name(known->name);
        if (std::find(mechanisms.begin(), mechanisms.end(), name) == mechanisms.end())
            mechanisms.push_back(name);
    }
    return mechanisms;
}

Expected<std::string, std::string> parse_identity(std::string_view text)
{
    if (text.empty() || text.size() > 255 || text.find('\0') != text.npos)
        return Unexpected<std::string>("needs a name of 1 to 255 octets");
    return std::string(text);
}

Expected<int, std::string> parse_descriptor(std::string_view text)
{
    const auto number = parse_number<int>(text);
    if (!number)
        return Unexpected<std::string>('"' + printable(text, 40) +
                                       "\" is no file descriptor; say a number such as 3, and 3<FILE");
    return *number;
}

/// May this word be what --auth is about, rather than a target?
bool looks_like_mechanisms(std::string_view word)
{
    return !word.empty() && word.front() != '-' && std::all_of(word.begin(), word.end(), [](char c) {
        return is_alnum(c) || c == '-' || c == '_' || c == ',';
    }) && !equal_ignoring_case(word, "localhost");
}

bool looks_like_path(std::string_view word)
{
    return !word.empty() && word.front() != '-' &&
           (word.front() == '.' || word.front() == '/' ||
            (word.find('/') != word.npos && word.find("://") == word.npos));
}

std::size_t sources_of(const PasswordSource& source)
{
    return std::size_t{!source.file.empty()} + std::size_t{source.descriptor.has_value()} +
           std::size_t{!source.variable.empty()} + std::size_t{!source.command.empty()} +
           std::size_t{source.netrc.has_value()};
}

/// Would any mechanism that may be chosen make use of it?
template <class Needs> bool some_need(const AuthSettings& auth, Needs needs)
{
    if (auth.mechanisms.empty())
        return true;
    return std::any_of(auth.mechanisms.begin(), auth.mechanisms.end(),
                       [&](const std::string& name) { return needs(*find_auth_mechanism(name)); });
}

/// As netrc names it.
std::string host_of(const Target& target)
{
    const bool here = target.kind == TargetKind::socket || target.kind == TargetKind::process;
    if (here)
        return "localhost";
    return target.name.empty() ? target.address.text() : target.name;
}

/// Each host of an MX route has its own login; which hosts these are is not known yet.
Expected<AuthSettings, std::string> from_netrc(const CommandLine& line, const Target& target)
{
    const auto& source = line.password_source;
    const auto path = source.netrc->empty() ? default_netrc() : *source.netrc;
    if (path.empty())
        return Unexpected<std::string>("--netrc: there is no home directory; say --netrc=FILE");
    const auto named = [&](const std::string& why) {
        return Unexpected<std::string>("--netrc: " + printable(path, 200) + ' ' + why);
    };
    const auto text = read_netrc(path);
    if (!text)
        return named(text.error());
    auto auth = line.settings.auth;
    auth.by_host = parse_netrc(*text);
    if (uses_mx(target, line.settings)) {
        std::erase_if(*auth.by_host,
                      [&](const HostLogin& entry) { return !auth.user.empty() && auth.user != entry.user; });
        const bool any = std::any_of(auth.by_host->begin(), auth.by_host->end(),
                                     [](const HostLogin& entry) { return !entry.password.empty(); });
        if (!any)
            return named("has no password" + (auth.user.empty() ? "" : " for " + printable(auth.user, 80)));
        return auth;
    }
    auto login = login_at_host(auth, host_of(target));
    if (!login)
        return named(login.error());
    if (login->user.empty())
        return Unexpected<std::string>("--netrc has a password and no user; say --auth-user USER");
    return login;
}

template <class Value>
Expected<Value, std::string> under(const char* option, Expected<Value, std::string> value)
{
    if (!value)
        return Unexpected<std::string>(option + (": " + value.error()));
    return value;
}

Expected<Secret, std::string> read_password(const PasswordSource& source, const AuthSettings& auth)
{
    if (!source.file.empty())
        return under("--auth-password-file", secret_from_file(source.file));
    if (source.descriptor)
        return under("--auth-password-fd", secret_from_descriptor(*source.descriptor));
    if (!source.variable.empty())
        return under("--auth-password-env", secret_from_environment(source.variable));
    if (!source.command.empty())
        return under("--auth-password-command", secret_from_command(source.command));
    const auto user = printable(auth.user, 80);
    if (!can_prompt())
        return Unexpected<std::string>("no password for " + user +
                                       ": say --auth-password-file FILE, --auth-password-fd N, "
                                       "--auth-password-env NAME, --auth-password-command COMMAND or --netrc "
                                       "(standard input is no terminal to ask on)");
    return prompted_secret("Password for " + user + ": ");
}

} // namespace

void add_auth_options(CLI::App& app, CommandLine& line)
{
    app.option_defaults()->group("Login (AUTH)");
    auto& auth = line.settings.auth;
    auto& source = line.password_source;
    add_value(
        app, "--auth", "[MECHANISM,...]", parse_mechanisms,
        [&](std::vector<std::string> mechanisms) {
            auth.wanted = true;
            auth.mechanisms = std::move(mechanisms);
        },
        "log in: by the strongest mechanism on offer, or by the first of these");
    app.add_flag_callback(
        "--auth-all", [&] { auth.wanted = auth.all = true; }, "try every mechanism on offer, a session each");
    const auto identity = [&](const char* option, const char* placeholder, std::string& into,
                              const char* help) {
        add_value(
            app, option, placeholder, parse_identity,
            [&auth, &into](std::string text) {
                auth.wanted = true;
                into = std::move(text);
            },
            help);
    };
    identity("--auth-user", "USER", auth.user, "who logs in; without a password it is asked for");
    identity("--auth-as", "USER", auth.authorize_as, "on whose behalf (authorization identity)");
    identity("--auth-realm", "REALM", auth.realm, "realm of DIGEST-MD5, domain of NTLM");
    add_value(
        app, "--auth-password-file", "FILE", parse_text,
        [&](std::string path) { source.file = std::move(path); },
        "the password, or the token, is the first line of this file");
    add_value(
        app, "--auth-password-fd", "NUMBER", parse_descriptor,
        [&](int descriptor) { source.descriptor = descriptor; }, "it is the first line of this descriptor");
    add_value(
        app, "--auth-password-env", "NAME", parse_text,
        [&](std::string name) { source.variable = std::move(name); },
        "it is the value of this environment variable");
    add_value(
        app, "--auth-password-command", "COMMAND", parse_text,
        [&](std::string command) { source.command = std::move(command); },
        "it is the first line that this command prints");
    add_value(
        app, "--netrc", "[FILE]", parse_text,
        [&](std::string path) {
            auth.wanted = true;
            source.netrc = path == kUsual ? std::string() : std::move(path);
        },
        "user and password stand in this netrc file (default: ~/.netrc)");
    app.add_flag("--auth-insecure", auth.insecure,
                 "log in also without TLS, or where its certificate does not hold");
    app.add_flag_callback(
        "--no-initial-response", [&] { auth.initial_response = false; },
        "send the first answer behind the AUTH command, not with it");
    app.add_flag("--show-secrets", auth.show_secrets, "show passwords in the decoded transcript");
}

std::vector<std::string> with_tied_values(std::vector<std::string> arguments)
{
    const auto tie = [&](std::size_t at, auto looks_right, std::string_view otherwise) {
        const bool has_value = at + 1 < arguments.size() && looks_right(arguments[at + 1]);
        arguments[at] += '=' + (has_value ? arguments[at + 1] : std::string(otherwise));
        if (has_value)
            arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    };
    for (std::size_t at = 0; at < arguments.size() && arguments[at] != "--"; ++at) {
        if (arguments[at] == "--auth")
            tie(at, looks_like_mechanisms, kAny);
        else if (arguments[at] == "--netrc")
            tie(at, looks_like_path, kUsual);
    }
    return arguments;
}

std::string wrong_with_auth(const CommandLine& line)
{
    const auto& auth = line.settings.auth;
    const auto& source = line.password_source;
    if (sources_of(source) > 1)
        return "the password can come from one place only; say one of --auth-password-file, "
               "--auth-password-fd, --auth-password-env, --auth-password-command and --netrc";
    if (sources_of(source) == 1 && !auth.wanted)
        return "there is a password but nobody to log in; say --auth-user USER";
    if ((auth.insecure || auth.show_secrets || !auth.initial_response) && !auth.wanted)
        return std::string(auth.insecure       ? "--auth-insecure"
                           : auth.show_secrets ? "--show-secrets"
                                               : "--no-initial-response") +
               " is about a login, and none is asked for; say --auth";
    // Who wrote the bounce or the log would choose who gets the password.
    if (line.command == CommandKind::explain && line.probe && auth.wanted)
        return "explain --probe does not log in: a text says whom it probes";
    if (auth.all && !auth.mechanisms.empty())
        return "--auth-all tries every mechanism, --auth only the named ones; say one of them";
    const auto needs_user = [](const AuthMechanism& mechanism) { return mechanism.needs_user; };
    if (auth.wanted && auth.user.empty() && !source.netrc && some_need(auth, needs_user))
        return "nobody to log in; say --auth-user USER, or --netrc";
    return {};
}

Expected<AuthSettings, std::string> read_login(const CommandLine& line, const Target& target)
{
    AuthSettings auth = line.settings.auth;
    const auto needs_password = [](const AuthMechanism& mechanism) { return mechanism.needs_password; };
    if (!auth.wanted || !auth.password.empty() || !some_need(auth, needs_password))
        return auth;
    if (line.password_source.netrc)
        return from_netrc(line, target);
    auto password = read_password(line.password_source, auth);
    if (!password)
        return Unexpected<std::string>(std::move(password.error()));
    auth.password = *std::move(password);
    return auth;
}

} // namespace smtpprobe
