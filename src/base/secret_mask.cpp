// SPDX-License-Identifier: Apache-2.0
#include "base/secret_mask.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "base/base64.hpp"

namespace smtpprobe {
namespace {

constexpr std::size_t kShortest = 4;
constexpr std::size_t kShortWord = 8;
constexpr std::size_t kShortestLine = 8;

bool is_base64(char c) { return is_alnum(c) || c == '+' || c == '/' || c == '='; }

/// The characters that Base64 of `secret` has whatever stands around it, where so many octets of a group of
/// three stand before it.
std::string core_of(std::string_view secret, std::size_t before)
{
    const auto text = to_base64(std::string(before, '\0') + std::string(secret));
    const auto begin = (8 * before + 5) / 6;
    const auto end = 8 * (before + secret.size()) / 6;
    return text.substr(begin, end - begin);
}

/// Servers that answer in capitals spell Base64 so, too.
std::size_t find(std::string_view text, std::string_view form, bool any_case, std::size_t at)
{
    if (!any_case)
        return text.find(form, at);
    const auto found = std::search(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), form.begin(),
                                   form.end(), [](char a, char b) { return to_lower(a) == to_lower(b); });
    return found == text.end() ? text.npos : static_cast<std::size_t>(found - text.begin());
}

bool is_word(std::string_view text, std::size_t begin, std::size_t end)
{
    return (begin == 0 || !is_alnum(text[begin - 1])) && (end == text.size() || !is_alnum(text[end]));
}

/// Where the text ends with the beginning of `form`, how much of it.
std::size_t begun_at_end(std::string_view text, std::string_view form)
{
    for (auto size = std::min(text.size(), form.size() - 1); size >= kShortest; --size)
        if (text.ends_with(form.substr(0, size)))
            return size;
    return 0;
}

} // namespace

SecretMask SecretMask::transparent()
{
    SecretMask mask;
    mask.transparent_ = true;
    return mask;
}

void SecretMask::hide(std::string_view secret)
{
    if (transparent_ || secret.size() < kShortest)
        return;
    add(std::string(secret), false);
    for (const std::size_t before : {0U, 1U, 2U})
        add(core_of(secret, before), true);
}

void SecretMask::hide_base64(std::string_view line)
{
    if (!transparent_ && line.size() >= kShortestLine)
        add(std::string(line), true);
}

void SecretMask::add(std::string text, bool base64)
{
    const bool known = std::any_of(forms_.begin(), forms_.end(), [&](const Form& form) {
        return form.base64 == base64 && form.text == text;
    });
    if (known)
        return;
    const auto place = std::find_if(forms_.begin(), forms_.end(),
                                    [&](const Form& form) { return form.text.size() < text.size(); });
    forms_.insert(place, {std::move(text), base64});
}

std::string SecretMask::masked(std::string text, Extent extent) const
{
    for (const auto& form : forms_) {
        for (std::size_t at = 0; (at = find(text, form.text, form.base64, at)) != std::string::npos;) {
            auto begin = at;
            auto end = at + form.text.size();
            while (form.base64 && begin > 0 && is_base64(text[begin - 1]))
                --begin;
            while (form.base64 && end < text.size() && is_base64(text[end]))
                ++end;
            if (!form.base64 && form.text.size() < kShortWord && !is_word(text, begin, end)) {
                ++at;
                continue;
            }
            text.replace(begin, end - begin, kMask);
            at = begin + kMask.size();
        }
        if (const auto begun = extent == Extent::cut ? begun_at_end(text, form.text) : 0; begun > 0)
            text.replace(text.size() - begun, begun, kMask);
    }
    return text;
}

} // namespace smtpprobe
