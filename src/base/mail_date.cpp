// SPDX-License-Identifier: Apache-2.0
#include "base/mail_date.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::optional<unsigned> month_of(std::string_view word)
{
    for (unsigned i = 0; i < std::size(kMonths); ++i)
        if (equal_ignoring_case(word, kMonths[i]))
            return i + 1;
    return std::nullopt;
}

/// `05:20:49` or `05:20`
std::optional<std::chrono::seconds> time_of(std::string_view word)
{
    const auto parts = split(word, ':');
    if (parts.size() != 2 && parts.size() != 3)
        return std::nullopt;
    int numbers[3] = {};
    constexpr int kLimits[3] = {23, 59, 60};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto number = parts[i].size() == 2 ? parse_number<int>(parts[i]) : std::nullopt;
        if (!number || *number > kLimits[i])
            return std::nullopt;
        numbers[i] = *number;
    }
    return std::chrono::hours(numbers[0]) + std::chrono::minutes(numbers[1]) +
           std::chrono::seconds(numbers[2]);
}

/// How far the zone is ahead of UTC (RFC 5322 3.3, and GMT and UT of 4.3).
std::optional<std::chrono::minutes> zone_of(std::string_view word)
{
    if (word == "GMT" || word == "UT" || word == "UTC" || word == "Z")
        return std::chrono::minutes(0);
    if (word.size() != 5 || (word[0] != '+' && word[0] != '-'))
        return std::nullopt;
    const auto hours = parse_number<int>(word.substr(1, 2));
    const auto minutes = parse_number<int>(word.substr(3, 2));
    if (!hours || !minutes || *hours > 14 || *minutes > 59)
        return std::nullopt;
    const auto ahead = std::chrono::minutes(*hours * 60 + *minutes);
    return word[0] == '-' ? -ahead : ahead;
}

} // namespace

std::optional<Instant> mail_date(std::string_view text)
{
    const auto words = words_of(text.substr(0, 1000));
    for (std::size_t i = 0; i + 4 < words.size(); ++i) {
        const auto day = parse_number<unsigned>(words[i]);
        const auto month = month_of(words[i + 1]);
        const auto year = parse_number<int>(words[i + 2]);
        const auto time = time_of(words[i + 3]);
        auto zone_word = words[i + 4];
        while (!zone_word.empty() && (zone_word.back() == ')' || zone_word.back() == ';'))
            zone_word.remove_suffix(1);
        const auto zone = zone_of(zone_word);
        if (!day || !month || !year || !time || !zone || *year < 1970 || *year > 9999)
            continue;
        const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(*month),
                                               std::chrono::day(*day)};
        if (date.ok())
            return Instant(std::chrono::sys_days(date).time_since_epoch() + *time - *zone);
    }
    return std::nullopt;
}

std::string mail_date_text(Instant instant)
{
    constexpr std::string_view kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(instant - day));
    char text[64];
    std::snprintf(text, sizeof text, "%s, %u %s %04d %02d:%02d:%02d +0000",
                  kDays[std::chrono::weekday(day).c_encoding()].data(), static_cast<unsigned>(date.day()),
                  kMonths[static_cast<unsigned>(date.month()) - 1].data(), static_cast<int>(date.year()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    return text;
}

} // namespace smtpprobe
