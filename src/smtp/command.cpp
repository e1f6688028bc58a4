// SPDX-License-Identifier: Apache-2.0
#include "smtp/command.hpp"

#include <stdexcept>

namespace smtpprobe {
namespace {

bool is_one_line(std::string_view text)
{
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

std::string with_argument(std::string_view verb, std::string_view argument)
{
    return std::string(verb) + ' ' + std::string(argument);
}

std::string with_path(std::string_view verb, std::string_view mailbox,
                      const std::vector<std::string>& parameters)
{
    std::string line = std::string(verb) + '<' + std::string(mailbox) + '>';
    for (const auto& parameter : parameters)
        line += ' ' + parameter;
    return line;
}

} // namespace

Command::Command(std::string wire, std::string shown) : wire_(std::move(wire)), shown_(std::move(shown)) {}

Command Command::checked(std::string line)
{
    auto command = from_line(line);
    if (!command)
        throw std::invalid_argument("a command with CR, LF or NUL in it");
    return *std::move(command);
}

Command Command::ehlo(std::string_view name) { return checked(with_argument("EHLO", name)); }
Command Command::helo(std::string_view name) { return checked(with_argument("HELO", name)); }
Command Command::lhlo(std::string_view name) { return checked(with_argument("LHLO", name)); }
Command Command::starttls() { return checked("STARTTLS"); }
Command Command::data() { return checked("DATA"); }
Command Command::bdat(std::uint64_t octets, bool last)
{
    return checked(with_argument("BDAT", std::to_string(octets)) + (last ? " LAST" : ""));
}
Command Command::rset() { return checked("RSET"); }
Command Command::noop() { return checked("NOOP"); }
Command Command::quit() { return checked("QUIT"); }

Command Command::mail(std::string_view mailbox, const std::vector<std::string>& parameters)
{
    return checked(with_path("MAIL FROM:", mailbox, parameters));
}

Command Command::rcpt(std::string_view mailbox, const std::vector<std::string>& parameters)
{
    return checked(with_path("RCPT TO:", mailbox, parameters));
}

std::optional<Command> Command::from_line(std::string_view line) { return secret(line, line); }

std::optional<Command> Command::secret(std::string_view wire, std::string_view shown)
{
    if (!is_one_line(wire) || !is_one_line(shown))
        return std::nullopt;
    return Command(std::string(wire), std::string(shown));
}

} // namespace smtpprobe
