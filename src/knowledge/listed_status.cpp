// SPDX-License-Identifier: Apache-2.0
#include "knowledge/listed_status.hpp"

#include "base/ascii.hpp"

namespace smtpprobe {
namespace {

/// One to three digits, or an x.
std::optional<int> take_part(std::string_view text, std::size_t& at)
{
    if (at < text.size() && to_lower(text[at]) == 'x') {
        ++at;
        return EnhancedStatus::kAny;
    }
    int number = 0;
    std::size_t digits = 0;
    for (; at < text.size() && is_digit(text[at]) && digits < 3; ++at, ++digits)
        number = number * 10 + (text[at] - '0');
    return digits == 0 ? std::nullopt : std::optional(number);
}

} // namespace

std::optional<ListedStatus> listed_status(std::string_view text)
{
    std::size_t at = 0;
    const auto status_class = take_part(text, at);
    if (!status_class || at == text.size() || text[at] != '.')
        return std::nullopt;
    const auto subject = take_part(text, ++at);
    if (!subject || at == text.size() || text[at] != '.')
        return std::nullopt;
    const auto detail = take_part(text, ++at);
    if (!detail || (at < text.size() && (is_alnum(text[at]) || text[at] == '.' || text[at] == '-')))
        return std::nullopt;

    constexpr int any = EnhancedStatus::kAny;
    const bool family = *status_class == any || *subject == any || *detail == any;
    if (!family && *status_class != 3)
        return std::nullopt;
    if (*status_class != any && (*status_class < 2 || *status_class > 5))
        return std::nullopt;
    EnhancedStatus status{*status_class == any ? 5 : *status_class, *subject, *detail};
    // Without a subject there is no detail either; of class 3, lists have one code alone.
    if (status.subject == any || (status.status_class == 3 && status != EnhancedStatus{3, 5, 4}))
        status.subject = status.detail = any;
    return ListedStatus{status, at};
}

} // namespace smtpprobe
