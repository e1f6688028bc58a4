// SPDX-License-Identifier: Apache-2.0
#include "knowledge/haystack.hpp"

#include "base/ascii.hpp"

namespace smtpprobe {

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
        pairs_[pair(text_[i - 1], text_[i]) / 64] |= std::uint64_t{1} << pair(text_[i - 1], text_[i]) % 64;
}

bool Haystack::may_have(std::string_view piece) const
{
    for (std::size_t i = 1; i < piece.size(); ++i)
        if (!has_pair(pair(piece[i - 1], piece[i])))
            return false;
    return true;
}

bool Haystack::has(std::string_view phrase) const
{
    std::size_t from = 0;
    while (true) {
        const std::size_t star = phrase.find('*');
        const std::string_view piece = phrase.substr(0, star);
        if (!may_have(piece))
            return false;
        from = text_.find(piece, from);
        if (from == std::string::npos)
            return false;
        if (star == std::string_view::npos)
            return true;
        from += piece.size();
        phrase.remove_prefix(star + 1);
    }
}

bool Haystack::has_word(std::string_view word) const
{
    if (!may_have(word))
        return false;
    for (std::size_t at = text_.find(word); at != std::string::npos; at = text_.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || !is_alnum(text_[at - 1])) && (end == text_.size() || !is_alnum(text_[end])))
            return true;
    }
    return false;
}

} // namespace smtpprobe
