// SPDX-License-Identifier: Apache-2.0
#include "extract/log_line.hpp"

#include <cstddef>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

/// Compares with a picture: `9` a digit, `a` a letter, anything else itself.
bool looks_like(std::string_view text, std::string_view picture)
{
    if (text.size() < picture.size())
        return false;
    for (std::size_t i = 0; i < picture.size(); ++i) {
        const char want = picture[i];
        const bool fits = want == '9' ? is_digit(text[i]) : want == 'a' ? is_alpha(text[i]) : text[i] == want;
        if (!fits)
            return false;
    }
    return true;
}

std::size_t behind_digits(std::string_view line, std::size_t at)
{
    while (at < line.size() && is_digit(line[at]))
        ++at;
    return at;
}

/// `.123456` and `Z`, `+00:00`, ` +0000` behind a time.
std::size_t behind_fraction_and_zone(std::string_view line, std::size_t at)
{
    if (at < line.size() && (line[at] == '.' || line[at] == ','))
        at = behind_digits(line, at + 1);
    if (at < line.size() && line[at] == 'Z')
        return at + 1;
    const std::size_t zone = at < line.size() && line[at] == ' ' ? at + 1 : at;
    const std::string_view rest = line.substr(zone);
    for (const std::string_view picture : {"+99:99", "-99:99", "+9999", "-9999"})
        if (looks_like(rest, picture))
            return zone + picture.size();
    return at;
}

/// `5/13/00 2:36:27 PM`
std::size_t american_time_length(std::string_view line)
{
    std::size_t at = behind_digits(line, 0);
    for (const char separator : {'/', '/', ' ', ':', ':'}) {
        const std::size_t before = at;
        if (at == 0 || at > 24 || at >= line.size() || line[at] != separator)
            return 0;
        at = behind_digits(line, at + 1);
        if (at == before + 1)
            return 0;
    }
    const std::string_view rest = line.substr(at);
    return rest.starts_with(" AM") || rest.starts_with(" PM") ? at + 3 : at;
}

bool is_program_name(std::string_view name)
{
    if (name.empty() || name.size() > 64)
        return false;
    for (const char c : name)
        if (!is_alnum(c) && std::string_view("-_./@()+").find(c) == std::string_view::npos)
            return false;
    return true;
}

/// `program[123]: text`, `program: text`
bool take_program(std::string_view rest, LogLine& line)
{
    const std::size_t end = rest.find_first_of(" \t");
    std::string_view tag = rest.substr(0, end);
    if (!tag.ends_with(':') || end == std::string_view::npos)
        return false;
    tag.remove_suffix(1);
    if (const std::size_t bracket = tag.find('['); bracket != std::string_view::npos && tag.ends_with(']'))
        tag = tag.substr(0, bracket);
    if (!is_program_name(tag))
        return false;
    line.program = tag;
    line.text = trimmed(rest.substr(end));
    return true;
}

/// `host app 123 msgid - text` behind `1 2026-11-22T01:28:40Z `
bool take_rfc5424(std::string_view rest, LogLine& line)
{
    std::string_view fields[5];
    for (auto& field : fields) {
        rest = trimmed(rest);
        const std::size_t end = rest.find(' ');
        if (end == std::string_view::npos)
            return false;
        field = rest.substr(0, end);
        rest.remove_prefix(end);
    }
    if (fields[4] != "-" || !is_program_name(fields[1]))
        return false;
    line.program = fields[1];
    line.text = trimmed(rest);
    return true;
}

} // namespace

std::size_t time_length(std::string_view line)
{
    if (looks_like(line, "9999-99-99 99:99:99") || looks_like(line, "9999-99-99T99:99:99"))
        return behind_fraction_and_zone(line, 19);
    if (looks_like(line, "aaa 99 99:99:99") || looks_like(line, "aaa  9 99:99:99")) {
        const std::size_t end = 15;
        return end < line.size() && line[end] == '.' ? behind_digits(line, end + 1) : end;
    }
    return american_time_length(line);
}

std::optional<LogLine> syslog_line(std::string_view line)
{
    LogLine found;
    if (line.starts_with('<')) {
        const std::size_t close = line.find('>');
        if (close > 4)
            return std::nullopt;
        line.remove_prefix(close + 1);
    }
    const bool rfc5424 = line.starts_with("1 ") && time_length(line.substr(2)) > 0;
    if (rfc5424)
        line.remove_prefix(2);
    const std::size_t length = time_length(line);
    if (length == 0) {
        // journalctl -o cat and the logs of containers leave the time and the host out.
        const bool known = line.starts_with("postfix/") || line.starts_with("postfix-") ||
                           line.starts_with("sm-mta[") || line.starts_with("sendmail[");
        return known && take_program(line, found) ? std::optional(found) : std::nullopt;
    }
    found.when = line.substr(0, length);
    const std::string_view rest = trimmed(line.substr(length));
    if (rfc5424)
        return take_rfc5424(rest, found) ? std::optional(found) : std::nullopt;
    // `host program[1]: text`; Postfix in a container leaves the host out.
    const std::size_t blank = rest.find(' ');
    if (blank == std::string_view::npos || blank == 0)
        return std::nullopt;
    if (!rest.substr(0, blank).ends_with(':') && take_program(trimmed(rest.substr(blank)), found))
        return found;
    return take_program(rest, found) ? std::optional(found) : std::nullopt;
}

} // namespace smtpprobe
