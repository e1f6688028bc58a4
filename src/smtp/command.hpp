// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpprobe {

/// A command line without its CRLF, in two spellings. Only `shown` can reach a transcript.
/// Neither holds CR, LF or NUL: one Command is one line, whatever a user typed. The makers throw
/// std::invalid_argument where an argument would break that; such text must be refused at the edge
/// (parse_mailbox, parse_host_name).
class Command {
public:
    const std::string& wire() const { return wire_; }
    const std::string& shown() const { return shown_; }

    static Command ehlo(std::string_view name);
    static Command helo(std::string_view name);
    static Command lhlo(std::string_view name);
    static Command starttls();
    /// The mailbox without angle brackets, empty for the null sender. Parameters as they are sent:
    /// `SMTPUTF8`.
    static Command mail(std::string_view mailbox, const std::vector<std::string>& parameters = {});
    static Command rcpt(std::string_view mailbox, const std::vector<std::string>& parameters = {});
    static Command data();
    /// RFC 3030: a chunk of so many octets follows at once.
    static Command bdat(std::uint64_t octets, bool last);
    static Command rset();
    static Command noop();
    static Command quit();

    /// A line as it is, to be shown as it is. Nothing where it is more than one line, or has a NUL.
    static std::optional<Command> from_line(std::string_view line);
    /// A line with a secret in it, and what may be shown instead.
    static std::optional<Command> secret(std::string_view wire, std::string_view shown);

    friend bool operator==(const Command&, const Command&) = default;

private:
    Command(std::string wire, std::string shown);
    static Command checked(std::string line);

    std::string wire_;
    std::string shown_;
};

} // namespace smtpprobe
