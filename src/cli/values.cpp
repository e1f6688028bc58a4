// SPDX-License-Identifier: Apache-2.0
#include "cli/values.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "base/ascii.hpp"
#include "base/printable.hpp"

namespace smtpprobe {
namespace {

std::string quoted(std::string_view text) { return '"' + printable(text, 80) + '"'; }

Unexpected<std::string> wrong(std::string_view text, std::string_view why)
{
    return Unexpected<std::string>(quoted(text) + std::string(why));
}

struct Unit {
    std::string_view name;
    double seconds;
};
constexpr Unit kUnits[] = {{"ms", 0.001}, {"s", 1}, {"m", 60}, {"min", 60}, {"h", 3600}, {"", 1}};

struct QuitPoint {
    std::string_view name;
    Step step;
};
constexpr QuitPoint kQuitPoints[] = {{"connect", Step::connect},   {"greeting", Step::greeting},
                                     {"banner", Step::greeting},   {"ehlo", Step::ehlo},
                                     {"helo", Step::ehlo},         {"lhlo", Step::ehlo},
                                     {"starttls", Step::starttls}, {"tls", Step::tls},
                                     {"mail", Step::mail},         {"rcpt", Step::rcpt}};

} // namespace

Expected<Duration, std::string> parse_duration(std::string_view text)
{
    const auto digits = std::min(text.find_first_not_of("0123456789."), text.size());
    const auto unit = std::find_if(std::begin(kUnits), std::end(kUnits), [&](const Unit& candidate) {
        return candidate.name == text.substr(digits);
    });
    // Not from_chars(): of all the program it alone would have libm loaded at each start.
    const std::string number(text.substr(0, digits));
    char* end = nullptr;
    const double value = std::strtod(number.c_str(), &end);
    if (digits == 0 || unit == std::end(kUnits) || end != number.c_str() + digits)
        return wrong(text, " is not a duration; say 30s, 500ms, 2m or 1h");
    const double seconds = value * unit->seconds;
    if (!(seconds >= 0.001) || seconds > 86'400)
        return wrong(text, " is not between 1ms and 24h");
    return std::chrono::round<Duration>(std::chrono::duration<double>(seconds));
}

Expected<std::uint16_t, std::string> parse_port(std::string_view text)
{
    const auto port = parse_number<std::uint16_t>(text);
    if (!port || *port == 0)
        return wrong(text, " is not a port; say a number from 1 to 65535");
    return *port;
}

Expected<IpAddress, std::string> parse_address(std::string_view text)
{
    const auto address = IpAddress::parse(text);
    if (!address)
        return wrong(text, " is not an IP address; say 192.0.2.1 or 2001:db8::1");
    return *address;
}

Expected<NameServer, std::string> parse_name_server(std::string_view text)
{
    constexpr std::string_view kRight =
        " is not a name server; say 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:53";
    auto host = text;
    std::string_view port;
    if (!text.empty() && text.front() == '[') {
        const auto close = text.find(']');
        if (close == std::string_view::npos || (close + 1 < text.size() && text[close + 1] != ':'))
            return wrong(text, kRight);
        host = text.substr(1, close - 1);
        port = close + 1 < text.size() ? text.substr(close + 2) : "53";
    } else if (std::count(text.begin(), text.end(), ':') == 1) {
        host = text.substr(0, text.find(':'));
        port = text.substr(text.find(':') + 1);
    } else {
        port = "53";
    }
    const auto address = IpAddress::parse(host);
    const auto number = parse_port(port);
    if (!address || !number)
        return wrong(text, kRight);
    return NameServer{*address, *number};
}

Expected<ControlTarget, std::string> parse_control(std::string_view text)
{
    const auto target = parse_target(text);
    if (!target || target->kind == TargetKind::mailbox || !target->mailbox.empty() ||
        text.find("://") != std::string_view::npos)
        return wrong(text, " is no control target; say mx.example.net, mx.example.net:25 or [192.0.2.1]:25");
    ControlTarget control;
    control.host = target->name;
    if (target->kind == TargetKind::address)
        control.address = target->address;
    control.port = target->port.value_or(25);
    return control;
}

Expected<TlsMode, std::string> parse_tls_mode(std::string_view text)
{
    const auto mode = from_name<TlsMode>(text);
    if (!mode)
        return wrong(text, " is no way to use TLS; say none, may, require or implicit");
    return *mode;
}

Expected<Step, std::string> parse_quit_after(std::string_view text)
{
    for (const auto& point : kQuitPoints)
        if (equal_ignoring_case(point.name, text))
            return point.step;
    return wrong(text, " is no step to stop after; say connect, greeting, ehlo, starttls, tls, mail or rcpt");
}

Expected<std::string, std::string> parse_helo(std::string_view text)
{
    const bool plain = !text.empty() && text.size() <= 255 &&
                       std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
    if (!plain)
        return wrong(text,
                     " cannot be said in EHLO; say a host name such as mail.example.com, or [192.0.2.1]");
    return std::string(text);
}

Expected<ExitStyle, std::string> parse_exit_style(std::string_view text)
{
    const auto style = from_name<ExitStyle>(text);
    if (!style)
        return wrong(text, " is no style of exit status; say plain, swaks or sysexits");
    return *style;
}

Expected<Format, std::string> parse_format(std::string_view text)
{
    if (text == "text")
        return Format::text;
    if (text == "json")
        return Format::json;
    if (text == "ndjson")
        return Format::ndjson;
    return Unexpected<std::string>('"' + printable(text, 80) +
                                   "\" is no output format; say text, json or ndjson");
}

Expected<Colour, std::string> parse_colour(std::string_view text)
{
    if (text == "auto")
        return Colour::automatic;
    if (text == "always")
        return Colour::always;
    if (text == "never")
        return Colour::never;
    return Unexpected<std::string>('"' + printable(text, 80) +
                                   "\" is no choice for colour; say auto, always or never");
}

Expected<TextKind, std::string> parse_text_kind(std::string_view text)
{
    if (const auto kind = from_name<TextKind>(text))
        return *kind;
    return Unexpected<std::string>('"' + printable(text, 80) +
                                   "\" is no kind of text; say replies, session, log or bounce");
}

Expected<Cause, std::string> parse_class(std::string_view text)
{
    if (const auto cause = from_name<Cause>(text))
        return *cause;
    std::string known;
    for (const auto one : Names<Cause>::all)
        known += (known.empty() ? "" : ", ") + std::string(one);
    return Unexpected<std::string>('"' + printable(text, 80) + "\" is no class; they are " + known);
}

Expected<std::string, std::string> parse_text(std::string_view text)
{
    if (text.empty())
        return Unexpected<std::string>("needs a value");
    return std::string(text);
}

} // namespace smtpprobe
