// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "smtpprobe/address.hpp"
#include "smtpprobe/expected.hpp"
#include "smtpprobe/names.hpp"

namespace smtpprobe {

enum class Protocol : std::uint8_t { smtp, lmtp };

template <> struct Names<Protocol> {
    static constexpr std::string_view all[] = {"smtp", "lmtp"};
    static constexpr Protocol last = Protocol::lmtp;
};

/// How TLS is wanted on a connection.
enum class TlsMode : std::uint8_t {
    none,     ///< never
    may,      ///< STARTTLS where it is offered: what a relaying mail server does
    require,  ///< STARTTLS, and its absence is a problem
    implicit, ///< TLS from the first byte (RFC 8314)
};

template <> struct Names<TlsMode> {
    static constexpr std::string_view all[] = {"none", "may", "require", "implicit"};
    static constexpr TlsMode last = TlsMode::implicit;
};

enum class TargetKind : std::uint8_t {
    domain,  ///< example.com: its MX route
    mailbox, ///< user@example.com: the same route, and RCPT of that mailbox
    host,    ///< mx.example.com:25, smtp://mx.example.com: that host's addresses, no MX
    address, ///< [192.0.2.1], [2001:db8::1]:587, user@[192.0.2.1]
    self,    ///< this machine, as a sender: nobody is talked to
    socket,  ///< unix:/run/dovecot/lmtp
    process, ///< --pipe: a command that speaks SMTP on its standard input and output
};

template <> struct Names<TargetKind> {
    static constexpr std::string_view all[] = {"domain", "mailbox", "host",   "address",
                                               "self",   "socket",  "process"};
    static constexpr TargetKind last = TargetKind::process;
};

/// What the user named. Not an address: nothing has been looked up yet.
struct Target {
    std::string text; ///< as it was typed
    TargetKind kind = TargetKind::domain;
    std::string name;       ///< domain or host: A-labels, lower case, no final dot; empty for an address
    std::string shown_name; ///< the same as people read it: U-labels where it is internationalised
    std::string
        mailbox; ///< `user@example.com`, its domain as in `name`; also `user@[192.0.2.1]`, of kind address
    IpAddress address; ///< only for kind address
    std::optional<std::uint16_t> port;
    Protocol protocol = Protocol::smtp;
    std::optional<TlsMode> tls; ///< what a URL scheme says about TLS (smtps: implicit)
    std::string path = {};      ///< of a socket; the command of a process

    friend bool operator==(const Target&, const Target&) = default;
};

/// Reads what a user typed: `example.com`, `user@example.com`, `host:port`, `[192.0.2.1]`,
/// `[2001:db8::1]:587`, `192.0.2.1`, `smtp://`, `smtps://`, `submission://`, `submissions://`, `lmtp://`
/// URLs (ports 25, 465, 587, 465, 24), `unix:/path` and `lmtp:unix:/path`. A name of one label, such as
/// `localhost`, is a host. The error is one line that says what is wrong and what would be right.
Expected<Target, std::string> parse_target(std::string_view text);

/// A domain or host name as DNS wants it: A-labels (IDNA 2008, non-transitional), lower case, no
/// final dot, each label 1 to 63 octets, 253 in all. Underscores are let through: they occur.
Expected<std::string, std::string> parse_host_name(std::string_view text);

/// An envelope address for --from and --to: `user@example.com`, `postmaster`, and `<>` or the empty
/// text for the null sender. Gives it without angle brackets, the domain as `parse_host_name`.
Expected<std::string, std::string> parse_mailbox(std::string_view text);

} // namespace smtpprobe
