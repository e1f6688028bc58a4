// SPDX-License-Identifier: Apache-2.0
#include "knowledge/haystack.hpp"

#include "base/ascii.hpp"

namespace smtpprobe {

std::size_t Haystack::pair(char a, char b)
{
    return (static_cast<unsigned char>(a) & 63U) << 6U | (static_cast<unsigned char>(b) & 63U);
}

Haystack::Haystack(std::string_view text)
{
    text_.reserve(text.size() < kMost ? text.size() : kMost);
    for (const char c : text) {
        if (text_.size() == kMost)
            break;
        const bool blank = static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
        if (!blank)
            text_ += to_lower(c);
        else if (!text_.empty() && text_.back() != ' ')
            text_ += ' ';
    }
    for (std::size_t i = 1; i < text_.size(); ++i)
        pairs_.set(pair(text_[i - 1], text_[i]));
}

bool Haystack::has(std::string_view phrase) const
{
    for (std::size_t i = 1; i < phrase.size(); ++i)
        if (!pairs_.test(pair(phrase[i - 1], phrase[i])))
            return false;
    return text_.find(phrase) != std::string::npos;
}

} // namespace smtpprobe
