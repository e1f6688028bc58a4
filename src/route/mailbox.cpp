// SPDX-License-Identifier: Apache-2.0
#include "base/ascii.hpp"
#include "route/target_parts.hpp"
#include "smtpprobe/target.hpp"

namespace smtpprobe {
namespace {

// A path has 256 octets with its angle brackets (RFC 5321 4.5.3.1.3).
constexpr std::size_t kMaxMailbox = 254;

using Error = Unexpected<std::string>;

bool is_control(char c) { return static_cast<unsigned char>(c) < 32 || c == 127; }

/// What is wrong with a local part; empty where nothing is. Dots may stand where RFC 5321 has none:
/// such mailboxes exist, and a probe of one is the point. Long ones too.
std::string check_local(std::string_view local)
{
    if (local.empty())
        return "there is nothing before the '@'";
    for (const char c : local)
        if (is_control(c))
            return "a control character cannot stand in a mailbox";
    if (local.front() == '"') {
        for (std::size_t i = 1; i < local.size(); ++i) {
            if (local[i] == '\\')
                ++i;
            else if (local[i] == '"')
                return i + 1 == local.size() ? "" : "there is text behind the closing quote";
        }
        return "the closing quote is missing";
    }
    for (const char c : local)
        if (c == ' ' || std::string_view("()<>[]:;,\\\"@").find(c) != std::string_view::npos)
            return in_quotes({&c, 1}) + " before the '@' must stand in double quotes";
    return {};
}

} // namespace

std::size_t find_at_sign(std::string_view text)
{
    bool quoted = false;
    auto found = std::string_view::npos;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (quoted && text[i] == '\\')
            ++i;
        else if (text[i] == '"')
            quoted = !quoted;
        else if (text[i] == '@' && !quoted)
            found = i;
    }
    return found;
}

Expected<IpAddress, std::string> parse_literal(std::string_view inner)
{
    const bool tagged = starts_with_ignoring_case(inner, "IPv6:");
    const auto address = IpAddress::parse(tagged ? inner.substr(5) : inner);
    if (!address || (tagged && address->family() != Family::ipv6))
        return Error("there is no address in the brackets of " + in_quotes("[" + std::string(inner) + "]") +
                     ": [192.0.2.1] or [2001:db8::1] would be one");
    return *address;
}

Expected<MailboxParts, std::string> split_mailbox(std::string_view text)
{
    MailboxParts parts;
    if (text.size() > kMaxMailbox)
        return Error(in_quotes(text) + " is longer than a mailbox can be: 254 octets");
    const auto at = find_at_sign(text);
    if (at == std::string_view::npos) {
        if (!equal_ignoring_case(text, "postmaster"))
            return Error(in_quotes(text) + " is no mailbox: user@example.com would be one");
        parts.local = text;
        return parts;
    }
    parts.local = text.substr(0, at);
    if (const auto wrong = check_local(parts.local); !wrong.empty())
        return Error(in_quotes(text) + " is no mailbox: " + wrong);

    const auto domain = text.substr(at + 1);
    if (domain.empty())
        return Error(in_quotes(text) + " is no mailbox: there is nothing behind the '@'");
    if (domain.front() == '[') {
        if (domain.back() != ']')
            return Error(in_quotes(text) + " is no mailbox: the ']' must be its end");
        const auto address = parse_literal(domain.substr(1, domain.size() - 2));
        if (!address)
            return Error(address.error());
        parts.is_literal = true;
        parts.address = *address;
        parts.domain = "[" + address->smtp_literal() + "]";
        return parts;
    }
    if (IpAddress::parse(domain))
        return Error("the address in " + in_quotes(text) + " must stand in brackets: user@[192.0.2.1]");
    if (domain.find(':') != std::string_view::npos)
        return Error(in_quotes(text) + " is no mailbox: it takes no port (use --port)");
    auto name = parse_host_name(domain);
    if (!name)
        return Error(name.error());
    parts.domain = std::move(*name);
    return parts;
}

Expected<std::string, std::string> parse_mailbox(std::string_view text)
{
    auto inner = trimmed(text);
    if (inner.size() >= 2 && inner.front() == '<' && inner.back() == '>')
        inner = inner.substr(1, inner.size() - 2);
    if (inner.empty())
        return std::string();
    const auto parts = split_mailbox(inner);
    if (!parts)
        return Error(parts.error());
    return parts->text();
}

} // namespace smtpprobe
