// SPDX-License-Identifier: Apache-2.0
#include "knowledge/named_fault.hpp"

#include <algorithm>
#include <string>

#include "base/ascii.hpp"
#include "base/tls_alerts.hpp"
#include "knowledge/haystack.hpp"
#include "knowledge/unwrap.hpp"

namespace smtpprobe {
namespace {

constexpr FaultName kNames[] = {
#include "knowledge/data/fault-names.inc"
};

constexpr int kMostAlert = 255;

NamedFault named(const FaultName& row, Confidence confidence)
{
    return {{find_explanation(row.id), DecidedBy::fault, confidence}, row.naming, row.name, row.fault};
}

NamedFault named_alert(int alert)
{
    const Fault fault{.kind = FaultKind::handshake, .detail = {}, .tls_alert = alert};
    return {explain(Step::tls, fault), FaultNaming::tls_alert, alert_name(alert), FaultKind::handshake};
}

std::string with_spaces(std::string_view name)
{
    std::string spaced(name);
    std::replace(spaced.begin(), spaced.end(), '_', ' ');
    return spaced;
}

/// `handshake_failure`, `alert handshake failure`, `sslv3 alert handshake failure`
std::optional<NamedFault> alert_in(const Haystack& text, bool whole)
{
    if (!whole && text.text().find("alert") == std::string::npos)
        return std::nullopt;
    int best = -1;
    std::size_t length = 0;
    for (int alert = 0; alert <= kMostAlert; ++alert) {
        const std::string_view alert_text = alert_name(alert);
        const bool stands =
            !alert_text.empty() && alert_text.size() > length &&
            (whole ? text.text() == alert_text
                   : text.has_word(alert_text) || text.has_word("alert " + with_spaces(alert_text)));
        if (stands) {
            best = alert;
            length = alert_text.size();
        }
    }
    return best < 0 ? std::nullopt : std::optional(named_alert(best));
}

/// A number and the words that say what it counts: `socket error code 10061`, `errno=111`, `alert 40`.
struct Counted {
    int number = -1;
    bool alert = false;
    bool curl = false;
    bool told = false; ///< there are words at all
};

constexpr std::string_view kCounters[] = {"errno",  "error",  "code",   "socket", "winsock",
                                          "wsa",    "os",     "system", "win32",  "exit",
                                          "status", "number", "tls",    "ssl",    "fatal"};

std::optional<Counted> counted(std::string_view text)
{
    Counted counted;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        while (end < text.size() && is_alnum(text[end]))
            ++end;
        const std::string_view word = text.substr(at, end - at);
        at = end + 1;
        if (word.empty())
            continue;
        if (const auto number = parse_number<int>(word)) {
            if (counted.number >= 0)
                return std::nullopt;
            counted.number = *number;
            continue;
        }
        counted.told = true;
        if (word == "alert")
            counted.alert = true;
        else if (word == "curl")
            counted.curl = true;
        else if (std::find(std::begin(kCounters), std::end(kCounters), word) == std::end(kCounters))
            return std::nullopt;
    }
    return counted.number < 0 ? std::nullopt : std::optional(counted);
}

std::optional<NamedFault> by_number(const Counted& counted)
{
    // A small number alone is no errno: people would mean a port, a step, a priority.
    constexpr int least_alone = 50;
    if (counted.alert)
        return counted.number <= kMostAlert ? std::optional(named_alert(counted.number)) : std::nullopt;
    if (counted.curl) {
        for (const FaultName& row : kNames)
            if (row.exit == counted.number)
                return named(row, row.confidence);
        return std::nullopt;
    }
    if (!counted.told && counted.number < least_alone)
        return std::nullopt;
    for (const std::size_t system : {0U, 2U, 1U})
        for (const FaultName& row : kNames)
            if (row.numbers[system] == counted.number)
                return named(row,
                             system == 1 ? Confidence::guess : std::min(row.confidence, Confidence::likely));
    return std::nullopt;
}

/// The digits behind the mark, over `=`, `(` and blanks.
std::optional<int> number_behind(std::string_view text, std::string_view mark)
{
    const std::size_t at = text.find(mark);
    if (at == std::string_view::npos)
        return std::nullopt;
    const std::size_t from = text.find_first_not_of("=:( ", at + mark.size());
    if (from == std::string_view::npos)
        return std::nullopt;
    std::size_t end = from;
    while (end < text.size() && is_digit(text[end]) && end - from < 6)
        ++end;
    return parse_number<int>(text.substr(from, end - from));
}

std::optional<NamedFault> by_number_within(std::string_view text)
{
    if (const auto alert = number_behind(text, "alert number"); alert && *alert <= kMostAlert)
        return named_alert(*alert);
    for (const std::string_view mark : {"errno", "os error", "socket error code", "socket error",
                                        "winsock error", "win32 error", "wsa error", "error code"})
        if (const auto number = number_behind(text, mark))
            // Behind words that count other things too, only numbers that are nothing else.
            if (const bool windows = *number >= 10000; windows || mark == "errno" || mark == "os error")
                if (auto found = by_number({.number = *number, .told = true}))
                    return found;
    if (const auto exit = number_behind(text, "curl:"))
        return by_number({.number = *exit, .curl = true, .told = true});
    return std::nullopt;
}

/// Mail servers say at which step a connection ended: `while sending RCPT TO`, `in response to EHLO`.
std::optional<Step> step_within(std::string_view text)
{
    for (const std::string_view mark :
         {" while sending ", " while receiving the initial server ", " while performing the ",
          " in response to ", " timeout after ", " during client ", " while waiting for "}) {
        const std::size_t at = text.find(mark);
        if (at == std::string_view::npos)
            continue;
        const std::string_view rest = text.substr(at + mark.size());
        if (mark == " while performing the " && !rest.starts_with("ehlo") && !rest.starts_with("helo") &&
            !rest.starts_with("lhlo"))
            return Step::tls;
        if (const auto step = step_named(rest))
            return step;
    }
    return std::nullopt;
}

std::optional<NamedFault> longest_within(const Haystack& text)
{
    const FaultName* best = nullptr;
    std::size_t length = 0;
    for (const FaultName& row : kNames)
        for (const std::string_view phrase : row.texts)
            if (phrase.size() > length && text.has(phrase)) {
                best = &row;
                length = phrase.size();
            }
    return best == nullptr ? std::nullopt : std::optional(named(*best, best->confidence));
}

} // namespace

std::span<const FaultName> fault_names() { return kNames; }

std::optional<NamedFault> fault_named(std::string_view text)
{
    text = trimmed(text);
    while (text.ends_with('.'))
        text.remove_suffix(1);
    const Haystack wanted(text);
    std::string_view lower = wanted.text();
    if (lower.empty() || lower.size() == Haystack::kMost)
        return std::nullopt;
    if (auto alert = alert_in(wanted, true))
        return alert;
    for (const std::string_view lead :
         {"alert ", "tls alert ", "sslv3 alert ", "tlsv1 alert ", "tlsv13 alert "})
        if (lower.starts_with(lead) && !is_digit(lower.back()))
            return alert_in(wanted, false);
    if (lower.starts_with("wsae"))
        lower.remove_prefix(3);
    for (const FaultName& row : kNames) {
        if (lower == to_lower(row.name))
            return named(row, row.confidence);
        for (const std::string_view phrase : row.texts)
            if (!phrase.empty() && lower == phrase)
                return named(row, row.confidence);
    }
    const auto number = counted(lower);
    return number ? by_number(*number) : std::nullopt;
}

std::optional<NamedFault> fault_within(std::string_view text)
{
    const Haystack line(text);
    if (line.text().empty())
        return std::nullopt;
    if (auto alert = alert_in(line, false))
        return alert;
    auto found = longest_within(line);
    if (!found)
        return by_number_within(line.text());
    if (found->naming == FaultNaming::system_error && found->fault)
        if (const auto step = step_within(line.text()))
            found->explained = explain(*step, Fault{.kind = *found->fault, .detail = {}});
    return found;
}

} // namespace smtpprobe
