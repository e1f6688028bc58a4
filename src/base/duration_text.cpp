// SPDX-License-Identifier: Apache-2.0
#include "base/duration_text.hpp"

#include <cstdio>

namespace smtpprobe {
namespace {

/// Three significant digits at most, without a tail of zeros.
std::string short_number(double value, int decimals)
{
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.*f", decimals, value);
    std::string text = buffer;
    if (text.find('.') == std::string::npos)
        return text;
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.')
        text.pop_back();
    return text;
}

std::string two_units(std::int64_t value, std::int64_t per_unit, const char* unit, const char* lesser)
{
    std::string text = std::to_string(value / per_unit) + ' ' + unit;
    if (value % per_unit != 0)
        text += ' ' + std::to_string(value % per_unit) + ' ' + lesser;
    return text;
}

} // namespace

std::string duration_text(Duration duration)
{
    const std::int64_t us = duration.count() < 0 ? 0 : duration.count();
    if (us < 10'000)
        return short_number(static_cast<double>(us) / 1e3, 1) + " ms";
    if (us < 999'500)
        return short_number(static_cast<double>(us) / 1e3, 0) + " ms";
    if (us < 10'000'000)
        return short_number(static_cast<double>(us) / 1e6, 2) + " s";
    const std::int64_t seconds = (us + 500'000) / 1'000'000;
    if (seconds < 120)
        return std::to_string(seconds) + " s";
    if (seconds < 7200)
        return two_units(seconds, 60, "min", "s");
    if (seconds < 172'800)
        return two_units(seconds / 60, 60, "h", "min");
    return std::to_string(seconds / 86'400) + " days";
}

} // namespace smtpprobe
