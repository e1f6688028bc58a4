// SPDX-License-Identifier: Apache-2.0
#include "diagnosis/named_wait.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr seconds kLongest = hours(24 * 7);
/// A bare number below this may be a count of anything.
constexpr seconds kLeastWithoutUnit{20};

struct Unit {
    std::string_view beginning; ///< of the word, in the languages that servers speak
    seconds each;
};

constexpr Unit kUnits[] = {
    {"sec", seconds(1)}, {"sek", seconds(1)}, {"seg", seconds(1)}, {"min", seconds(60)},
    {"hour", hours(1)},  {"hr", hours(1)},    {"stund", hours(1)}, {"heure", hours(1)},
    {"hora", hours(1)},  {"day", hours(24)},  {"tag", hours(24)},
};

std::optional<seconds> unit_of(std::string_view word)
{
    if (word.size() == 1) {
        switch (to_lower(word[0])) {
        case 's': return seconds(1);
        case 'm': return seconds(60);
        case 'h': return hours(1);
        default: return std::nullopt; // any other byte
        }
    }
    for (const auto& unit : kUnits)
        if (starts_with_ignoring_case(word, unit.beginning))
            return unit.each;
    return std::nullopt;
}

/// Reads one spell of time from the front of a text, and takes it off.
class Reading {
public:
    explicit Reading(std::string_view text) : rest_(text) {}

    /// `4 minutes and 59 seconds`, `300s`; none where the number has no unit.
    std::optional<seconds> counted()
    {
        std::optional<seconds> sum;
        seconds last = kLongest;
        while (const auto part = one_counted()) {
            if (part->second >= last)
                break;
            last = part->second;
            sum = std::min(sum.value_or(seconds{}) + part->first * part->second, kLongest);
            skip_joint();
        }
        return sum;
    }

    /// `00:04:59`, `4:59`
    std::optional<seconds> clock()
    {
        seconds sum{};
        int parts = 0;
        do {
            const auto part = number();
            if (!part || (parts > 0 && *part > 59))
                return std::nullopt;
            sum = sum * 60 + seconds(*part);
            ++parts;
        } while (parts < 3 && take(':'));
        if (parts < 2 || (!rest_.empty() && (is_alnum(rest_.front()) || rest_.front() == ':')))
            return std::nullopt;
        return std::min(sum, kLongest);
    }

    /// A number that stands alone, in seconds.
    std::optional<seconds> bare()
    {
        const auto count = number();
        const bool goes_on =
            !rest_.empty() && (is_alnum(rest_.front()) || rest_.front() == ':' || rest_.front() == '-' ||
                               (rest_.front() == '.' && rest_.size() > 1 && is_digit(rest_[1])));
        if (!count || goes_on)
            return std::nullopt;
        return std::min(seconds(*count), kLongest);
    }

private:
    std::optional<std::pair<int, seconds>> one_counted()
    {
        const auto count = number();
        if (!count)
            return std::nullopt;
        if (!take(' '))
            take('-');
        const auto end =
            std::find_if_not(rest_.begin(), rest_.end(), [](char c) { return is_alnum(c) && !is_digit(c); });
        const auto word = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
        const auto unit = unit_of(word);
        if (!unit)
            return std::nullopt;
        rest_.remove_prefix(word.size());
        return std::pair(*count, *unit);
    }

    std::optional<int> number()
    {
        std::size_t digits = 0;
        while (digits < rest_.size() && digits < 7 && is_digit(rest_[digits]))
            ++digits;
        const auto value = parse_number<int>(rest_.substr(0, digits));
        if (value)
            rest_.remove_prefix(digits);
        return value;
    }

    bool take(char wanted)
    {
        const bool there = !rest_.empty() && rest_.front() == wanted;
        if (there)
            rest_.remove_prefix(1);
        return there;
    }

    void skip_joint()
    {
        while (take(' ') || take(','))
            ;
        if (rest_.starts_with("and "))
            rest_.remove_prefix(4);
    }

    std::string_view rest_;
};

/// Does what stands before a number say that it is a wait?
bool speaks_of_waiting(std::string_view before)
{
    while (!before.empty() && (before.back() == ' ' || before.back() == '('))
        before.remove_suffix(1);
    if (before.ends_with('='))
        return find_ignoring_case(before.substr(before.size() - std::min<std::size_t>(before.size(), 12)),
                                  "retry") != std::string::npos;
    const auto space = before.find_last_of(" ,;:(=");
    const auto word = to_lower(before.substr(space == std::string_view::npos ? 0 : space + 1));
    for (const std::string_view cue : {"in", "after", "wait", "least", "another", "for", "within", "next"})
        if (word == cue)
            return true;
    return false;
}

bool begins_number(std::string_view text, std::size_t at)
{
    if (!is_digit(text[at]))
        return false;
    if (at == 0)
        return true;
    const char before = text[at - 1];
    return !is_alnum(before) && before != '.' && before != ':' && before != '/' && before != '@' &&
           before != '_' && before != '-';
}

} // namespace

std::optional<Duration> named_wait(std::string_view words)
{
    // A server's line is short; whoever writes more is not read to its end.
    words = words.substr(0, 2000);
    std::optional<seconds> unannounced;
    for (std::size_t at = 0; at < words.size(); ++at) {
        if (!begins_number(words, at))
            continue;
        const auto here = words.substr(at);
        const bool announced = speaks_of_waiting(words.substr(0, at));
        auto found = Reading(here).counted();
        if (!found && announced)
            found = Reading(here).clock();
        if (!found && announced) {
            found = Reading(here).bare();
            if (found && *found < kLeastWithoutUnit)
                found.reset();
        }
        if (!found || found->count() == 0)
            continue;
        if (announced)
            return *found;
        if (!unannounced)
            unannounced = found;
    }
    if (unannounced)
        return *unannounced;
    return std::nullopt;
}

} // namespace smtpprobe
