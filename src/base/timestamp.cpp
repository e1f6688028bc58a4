// SPDX-License-Identifier: Apache-2.0
#include "base/timestamp.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

namespace chrono = std::chrono;

struct CivilTime {
    chrono::year_month_day date;
    chrono::hh_mm_ss<Duration> time;
};

CivilTime civil_time(Instant instant)
{
    constexpr Instant first = chrono::sys_days(chrono::year(0) / 1 / 1);
    constexpr Instant last = chrono::sys_days(chrono::year(10000) / 1 / 1) - Duration(1);
    instant = std::clamp(instant, first, last);
    const auto day = chrono::floor<chrono::days>(instant);
    return {day, chrono::hh_mm_ss<Duration>(instant - day)};
}

template <std::size_t N, class... Numbers>
std::string formatted(const char (&format)[N], const CivilTime& civil, Numbers... more)
{
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, format, static_cast<int>(civil.date.year()),
                  static_cast<unsigned>(civil.date.month()), static_cast<unsigned>(civil.date.day()),
                  static_cast<int>(civil.time.hours().count()),
                  static_cast<int>(civil.time.minutes().count()), more...);
    return buffer;
}

/// Digits stand where the pattern has a 0; everything else must be the same.
bool has_form(std::string_view text, std::string_view pattern)
{
    return text.size() == pattern.size() &&
           std::equal(text.begin(), text.end(), pattern.begin(),
                      [](char c, char wanted) { return wanted == '0' ? is_digit(c) : c == wanted; });
}

} // namespace

std::string timestamp(Instant instant)
{
    const auto civil = civil_time(instant);
    const auto seconds = static_cast<int>(civil.time.seconds().count());
    const auto fraction_us = static_cast<int>(civil.time.subseconds().count());
    if (fraction_us == 0)
        return formatted("%04d-%02u-%02uT%02d:%02d:%02dZ", civil, seconds);
    return formatted("%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", civil, seconds, fraction_us);
}

std::optional<Instant> parse_timestamp(std::string_view text)
{
    const auto dot = text.find('.');
    const bool whole = dot == std::string_view::npos;
    std::string_view digits;
    if (!whole) {
        digits = text.substr(dot + 1, text.size() - dot - 2);
        constexpr std::string_view zeros = "000000000";
        if (!text.ends_with('Z') || digits.empty() || digits.size() > zeros.size() ||
            !has_form(digits, zeros.substr(0, digits.size())))
            return std::nullopt;
    }
    if (!has_form(whole ? text : text.substr(0, dot), whole ? "0000-00-00T00:00:00Z" : "0000-00-00T00:00:00"))
        return std::nullopt;

    const auto number = [&](std::size_t at, std::size_t length) {
        return *parse_number<unsigned>(text.substr(at, length));
    };
    const chrono::year_month_day date(chrono::year(static_cast<int>(number(0, 4))),
                                      chrono::month(number(5, 2)), chrono::day(number(8, 2)));
    // 60 is a leap second; the clock of this program has none.
    if (!date.ok() || number(11, 2) > 23 || number(14, 2) > 59 || number(17, 2) > 60)
        return std::nullopt;
    std::string microseconds(digits.substr(0, 6));
    microseconds.resize(6, '0');
    return Instant(chrono::sys_days(date)) + chrono::hours(number(11, 2)) + chrono::minutes(number(14, 2)) +
           chrono::seconds(number(17, 2)) + Duration(*parse_number<int>(microseconds));
}

std::string date_text(Instant instant)
{
    return formatted("%04d-%02u-%02u %02d:%02d UTC", civil_time(instant));
}

} // namespace smtpprobe
