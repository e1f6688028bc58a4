// SPDX-License-Identifier: Apache-2.0
#include "smtpprobe/target.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "route/target_parts.hpp"

namespace smtpprobe {
namespace {

using Error = Unexpected<std::string>;

struct Scheme {
    std::string_view name;
    std::uint16_t port;
    Protocol protocol;
    std::optional<TlsMode> tls;
};

// submission does not ask for STARTTLS by itself: whether its absence is a problem is the user's
// --tls require, and what is offered is taken anyway.
constexpr Scheme kSchemes[] = {
    {"smtp", 25, Protocol::smtp, std::nullopt},
    {"smtps", 465, Protocol::smtp, TlsMode::implicit},
    {"submission", 587, Protocol::smtp, std::nullopt},
    {"submissions", 465, Protocol::smtp, TlsMode::implicit},
    {"lmtp", 24, Protocol::lmtp, std::nullopt},
};

constexpr std::string_view kForms =
    "a domain, a mailbox, host:port, an address, or a URL such as smtp://mx.example.com";

Expected<std::uint16_t, std::string> parse_port(std::string_view text)
{
    if (text.empty())
        return Error("a port is missing behind the ':'");
    const auto number = parse_number<std::uint32_t>(text);
    if (!number && !std::all_of(text.begin(), text.end(), is_digit))
        return Error("port " + in_quotes(text) + " is not a number between 1 and 65535");
    if (!number || *number == 0 || *number > 65535)
        return Error("port " + in_quotes(text) + " is not between 1 and 65535");
    return static_cast<std::uint16_t>(*number);
}

Expected<Target, std::string> named(Target target, TargetKind kind, std::string_view name)
{
    auto parsed = parse_host_name(name);
    if (!parsed)
        return Error(parsed.error());
    target.kind = kind;
    target.name = std::move(*parsed);
    target.shown_name = readable_name(target.name);
    return target;
}

Target addressed(Target target, const IpAddress& address)
{
    target.kind = TargetKind::address;
    target.address = address;
    return target;
}

Expected<Target, std::string> with_port(Target target, std::string_view text)
{
    const auto port = parse_port(text);
    if (!port)
        return Error(port.error());
    target.port = *port;
    return target;
}

/// `[address]` or `[address]:port`
Expected<Target, std::string> parse_bracketed(const Target& target, std::string_view text)
{
    const auto end = text.find(']');
    if (end == std::string_view::npos)
        return Error("the ']' is missing in " + in_quotes(text));
    const auto address = parse_literal(text.substr(1, end - 1));
    if (!address)
        return Error(address.error());
    const auto rest = text.substr(end + 1);
    if (rest.empty())
        return addressed(target, *address);
    if (rest.front() != ':')
        return Error("only a port can stand behind the ']' of " + in_quotes(text) + ": [192.0.2.1]:587");
    return with_port(addressed(target, *address), rest.substr(1));
}

/// A host or an address, with or without a port. `bare` is what a name without a port is.
Expected<Target, std::string> parse_place(const Target& target, std::string_view text, TargetKind bare)
{
    if (text.front() == '[')
        return parse_bracketed(target, text);
    if (const auto address = IpAddress::parse(text))
        return addressed(target, *address);
    const auto colon = text.find(':');
    if (colon == std::string_view::npos)
        return named(target, bare, text);
    if (text.find(':', colon + 1) != std::string_view::npos)
        return Error(in_quotes(text) + " is no IPv6 address; with a port one is written [2001:db8::1]:587");
    const auto host = text.substr(0, colon);
    if (host.empty())
        return Error("a host is missing before the ':' of " + in_quotes(text));
    auto ported = with_port(target, text.substr(colon + 1));
    if (!ported)
        return ported;
    if (const auto address = IpAddress::parse(host))
        return addressed(std::move(*ported), *address);
    return named(std::move(*ported), TargetKind::host, host);
}

Expected<Target, std::string> parse_url(Target target, std::string_view scheme_name, std::string_view rest)
{
    const auto* scheme = std::find_if(std::begin(kSchemes), std::end(kSchemes), [&](const Scheme& known) {
        return equal_ignoring_case(known.name, scheme_name);
    });
    if (scheme == std::end(kSchemes))
        return Error("unknown scheme " + in_quotes(scheme_name) +
                     ": smtp, smtps, submission, submissions and lmtp are known");
    if (rest.ends_with('/'))
        rest.remove_suffix(1);
    if (rest.empty())
        return Error("the URL " + in_quotes(target.text) + " names no host");
    if (rest.find_first_of("/?#") != std::string_view::npos)
        return Error("a URL here ends with its host and port; this one goes on: " + in_quotes(target.text));
    if (rest.find('@') != std::string_view::npos)
        return Error("a URL here takes no user name; give a mailbox as user@example.com, without " +
                     in_quotes(std::string(scheme_name) + "://"));
    target.protocol = scheme->protocol;
    target.tls = scheme->tls;
    target.port = scheme->port;
    return parse_place(target, rest, TargetKind::host);
}

Expected<Target, std::string> parse_mailbox_target(Target target, std::string_view text)
{
    const auto parts = split_mailbox(text);
    if (!parts)
        return Error(parts.error());
    target.mailbox = parts->text();
    if (parts->is_literal)
        return addressed(std::move(target), parts->address);
    target.kind = TargetKind::mailbox;
    target.name = parts->domain;
    target.shown_name = readable_name(target.name);
    return target;
}

struct SocketForm {
    std::string_view prefix;
    Protocol protocol;
};
// Postfix writes a socket `unix:path`, and `lmtp:unix:path` in a transport.
constexpr SocketForm kSocketForms[] = {
    {"unix:", Protocol::smtp}, {"smtp:unix:", Protocol::smtp}, {"lmtp:unix:", Protocol::lmtp}};

// sockaddr_un holds no more, with its NUL (unix(7)).
constexpr std::size_t kLongestPath = 107;

Expected<Target, std::string> parse_socket(Target target, Protocol protocol, std::string_view path)
{
    if (path.starts_with("///"))
        path.remove_prefix(2);
    if (path.empty() || path.front() != '/' || path.find('\0') != std::string_view::npos)
        return Error("a socket's path begins with a slash: unix:/run/dovecot/lmtp, not " +
                     in_quotes(target.text));
    if (path.size() > kLongestPath)
        return Error("the path of a socket has at most " + std::to_string(kLongestPath) +
                     " characters; this one has more: " + in_quotes(target.text));
    target.kind = TargetKind::socket;
    target.path = path;
    target.protocol = protocol;
    return target;
}

} // namespace

Expected<Target, std::string> parse_target(std::string_view text)
{
    Target target;
    target.text = text;
    const auto typed = trimmed(text);
    if (typed.empty())
        return Error("empty target: give " + std::string(kForms));
    for (const auto& form : kSocketForms)
        if (typed.starts_with(form.prefix))
            return parse_socket(std::move(target), form.protocol, typed.substr(form.prefix.size()));
    if (const auto scheme = typed.find("://"); scheme != std::string_view::npos && typed.front() != '"')
        return parse_url(std::move(target), typed.substr(0, scheme), typed.substr(scheme + 3));
    if (find_at_sign(typed) != std::string_view::npos)
        return parse_mailbox_target(std::move(target), typed);
    if (typed.front() == '"')
        return Error(in_quotes(text) + " is no target: a quoted local part needs its '@' and domain");
    // A name without a dot is no mail domain on the Internet, but a machine nearby.
    const auto name = typed.substr(0, typed.size() - (typed.ends_with('.') ? 1 : 0));
    const bool single = name.find('.') == std::string_view::npos;
    return parse_place(target, typed, single ? TargetKind::host : TargetKind::domain);
}

} // namespace smtpprobe
