// SPDX-License-Identifier: Apache-2.0
// The message of --send, and the mailbox where it should arrive.
#include "cli/message_options.hpp"

#include <algorithm>
#include <utility>

#include "arrival/expected_place.hpp"
#include "base/ascii.hpp"
#include "base/printable.hpp"
#include "cli/add_option.hpp"
#include "cli/secret_source.hpp"
#include "cli/values.hpp"
#include "probe/outgoing.hpp"

namespace smtpprobe {
namespace {

/// How long a probe may take with a message: the answer to the final dot alone may take ten minutes
/// (RFC 5321 4.5.3.2.6), and who hangs up before does not know whether it was delivered.
constexpr Duration kDeadlineWithMessage = std::chrono::minutes(12);

constexpr std::uint64_t kMostOctets = 10'000'000'000;

Expected<TestBody, std::string> parse_test_body(std::string_view text)
{
    if (const auto body = from_name<TestBody>(text))
        return *body;
    return Unexpected<std::string>('"' + printable(text, 80) +
                                   "\" is no test body; say plain, eicar or gtube");
}

Expected<std::string, std::string> parse_expect_in(std::string_view text)
{
    if (const auto place = parse_expected_place(text); !place)
        return Unexpected<std::string>(place.error());
    return std::string(text);
}

/// The first option that says what to compose, or empty.
std::string composing_option(const MessageSettings& message)
{
    if (!message.subject.empty())
        return "--subject";
    if (!message.body.empty())
        return "--body";
    if (!message.body_file.empty())
        return "--body-file";
    if (message.test_body != TestBody::plain)
        return "--test-body";
    if (!message.headers.empty())
        return "--header";
    if (!message.attachments.empty())
        return "--attach";
    return message.size ? "--size" : "";
}

std::string option_without_send(const CommandLine& line)
{
    const auto& message = line.settings.message;
    if (const auto option = composing_option(message); !option.empty())
        return option;
    if (!message.file.empty())
        return "--message";
    if (!message.expect_in.empty())
        return "--expect-in";
    return message.transfer == Transfer::bdat ? "--bdat" : "";
}

std::string wrong_with_expectation(const CommandLine& line)
{
    const auto& message = line.settings.message;
    const bool has_password = !line.expect_password_file.empty() || !line.expect_password_variable.empty();
    if (message.expect_insecure &&
        (message.expect_in.empty() || !parse_expected_place(message.expect_in)->maildir.empty()))
        return "--expect-insecure is about a mailbox on a server; say --expect-in imap://USER@HOST/FOLDER";
    if (message.expect_in.empty())
        return has_password ? "a password for --expect-in is given, and no --expect-in" : "";
    const bool imap = parse_expected_place(message.expect_in)->maildir.empty();
    if (imap && !has_password)
        return "--expect-in needs the password of the mailbox; add --expect-password-file FILE";
    return {};
}

void add_expectation_options(CLI::App& app, CommandLine& line)
{
    auto& message = line.settings.message;
    add_value(
        app, "--expect-in", "PLACE", parse_expect_in,
        [&](std::string place) { message.expect_in = std::move(place); },
        "wait until the message is there, and show its way: maildir:PATH,\n"
        "imap://USER@HOST/FOLDER or imaps://USER@HOST/FOLDER");
    add_value(
        app, "--expect-timeout", "TIME", parse_duration,
        [&](Duration time) { message.expect_timeout = time; }, "longest wait for it (default 5m)");
    auto* file = add_value(
        app, "--expect-password-file", "FILE", parse_text,
        [&](std::string path) { line.expect_password_file = std::move(path); },
        "the mailbox's password is the first line of this file");
    add_value(
        app, "--expect-password-env", "NAME", parse_text,
        [&](std::string name) { line.expect_password_variable = std::move(name); },
        "the mailbox's password is in this environment variable")
        ->excludes(file);
    app.add_flag("--expect-insecure", message.expect_insecure,
                 "send the mailbox's password also where the connection is not encrypted");
}

} // namespace

Expected<std::string, std::string> parse_header_field(std::string_view text)
{
    const auto colon = text.find(':');
    const auto name = trimmed(text.substr(0, colon));
    const bool fine = colon != std::string_view::npos && !name.empty() &&
                      std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7f; }) &&
                      std::none_of(text.begin(), text.end(), [](char c) {
                          return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 0x7f;
                      });
    if (!fine)
        return Unexpected<std::string>('"' + printable(text, 80) +
                                       "\" is no header field; say 'Name: value'");
    return std::string(text);
}

Expected<std::uint64_t, std::string> parse_size(std::string_view text)
{
    auto digits = text;
    std::uint64_t unit = 1;
    if (text.ends_with('k') || text.ends_with('K'))
        unit = 1000;
    else if (text.ends_with('M'))
        unit = 1'000'000;
    if (unit > 1)
        digits.remove_suffix(1);
    const auto number = parse_number<std::uint64_t>(digits);
    if (!number || *number == 0 || *number > kMostOctets / unit)
        return Unexpected<std::string>('"' + printable(text, 80) +
                                       "\" is no size; say a number of octets, such as 5000, 20k or 10M");
    return *number * unit;
}

void add_message_options(CLI::App& app, CommandLine& line)
{
    auto& message = line.settings.message;
    app.option_defaults()->group("Message");
    app.add_flag_callback(
        "--send",
        [&settings = line.settings, deadline = app.get_option("--deadline")] {
            settings.message.send = true;
            if (deadline->empty())
                settings.deadline = kDeadlineWithMessage;
        },
        "deliver a message, to the first host that takes it; nothing is ever delivered without this\n"
        "(--deadline is 12m then)");
    add_value(
        app, "--subject", "TEXT", parse_text, [&](std::string text) { message.subject = std::move(text); },
        "its subject (default: one that names program, sender and target)");
    auto* body = add_value(
        app, "--body", "TEXT", parse_text, [&](std::string text) { message.body = std::move(text); },
        "its text");
    add_value(
        app, "--body-file", "FILE", parse_text,
        [&](std::string path) { message.body_file = std::move(path); },
        "its text, from a file; - is standard input")
        ->excludes(body);
    add_values(
        app, "--header", "FIELD", parse_header_field,
        [&](std::string field) { message.headers.push_back(std::move(field)); },
        "'Name: value', in place of our own field of that name, or beside it; repeatable");
    add_values(
        app, "--attach", "FILE", parse_text,
        [&](std::string path) { message.attachments.push_back(std::move(path)); },
        "attach this file; repeatable");
    add_value(
        app, "--message", "FILE", parse_text, [&](std::string path) { message.file = std::move(path); },
        "send this message as it is, but for its line ends; - is standard input");
    add_value(
        app, "--test-body", "KIND", parse_test_body, [&](TestBody kind) { message.test_body = kind; },
        "plain; eicar: with the test file that virus scanners find; gtube: with the line that spam filters "
        "find");
    add_value(
        app, "--size", "OCTETS", parse_size, [&](std::uint64_t octets) { message.size = octets; },
        "fill the message up to this size (5000, 20k, 10M)");
    app.add_flag_callback(
        "--bdat", [&] { message.transfer = Transfer::bdat; },
        "hand it over by BDAT where the server offers CHUNKING, instead of DATA");
    add_expectation_options(app, line);
}

std::string wrong_with_message(const CommandLine& line)
{
    const auto& message = line.settings.message;
    if (message.send && (line.command != CommandKind::probe ||
                         std::any_of(line.targets.begin(), line.targets.end(),
                                     [](const Target& target) { return target.kind == TargetKind::self; })))
        return "--send delivers to a target, and goes with no sub-command; say smtpprobe user@example.com "
               "--send";
    if (!message.send) {
        const auto option = option_without_send(line);
        return option.empty() ? wrong_with_expectation(line)
                              : option + " is about a message, and nothing is sent without --send; add it";
    }
    for (const auto& target : line.targets)
        if (line.settings.to.empty() && target.mailbox.empty())
            return "--send needs a recipient; say user@example.com as the target, or --to user@example.com";
    if (line.settings.quit_after)
        return "--quit-after ends the conversation before the message; leave out one of it and --send";
    if (const auto option = composing_option(message); !option.empty() && !message.file.empty())
        return "--message is sent as it is; leave out " + option;
    return wrong_with_expectation(line);
}

Expected<Secret, std::string> read_expect_password(const CommandLine& line)
{
    if (line.expect_password_file.empty() && line.expect_password_variable.empty())
        return Secret();
    auto password = line.expect_password_file.empty() ? secret_from_environment(line.expect_password_variable)
                                                      : secret_from_file(line.expect_password_file);
    if (!password)
        return Unexpected<std::string>("--expect-password: " + password.error());
    return password;
}

Expected<MessagesToSend, std::string> read_messages(const CommandLine& line)
{
    const auto& settings = line.settings;
    MessagesToSend messages(line.targets.size());
    for (std::size_t i = 0; settings.message.send && i < line.targets.size(); ++i) {
        // A given message is the same for every target, and standard input can be read once.
        if (i > 0 && (!settings.message.file.empty() || settings.message.body_file == "-")) {
            messages[i] = messages.front();
            continue;
        }
        auto message = prepare_outgoing(settings, line.targets[i]);
        if (!message)
            return Unexpected<std::string>(message.error());
        if (!settings.message.expect_in.empty() && (*message)->facts().id.empty())
            return Unexpected<std::string>("--expect-in looks for the Message-ID, and " +
                                           printable(settings.message.file, 200) +
                                           " has none; add one to its header");
        messages[i] = std::move(*message);
    }
    return messages;
}

} // namespace smtpprobe
