// SPDX-License-Identifier: Apache-2.0
#include "ways/command_words.hpp"

#include "base/printable.hpp"

namespace smtpprobe {

Expected<std::vector<std::string>, std::string> command_words(std::string_view text)
{
    std::vector<std::string> words;
    bool within = false; // a word has begun
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool blank = c == ' ' || c == '\t' || c == '\n';
        if (quote == 0 && blank) {
            within = false;
            continue;
        }
        if (!within) {
            words.emplace_back();
            within = true;
        }
        if (c == quote)
            quote = 0;
        else if (quote == 0 && (c == '\'' || c == '"'))
            quote = c;
        else if (c == '\\' && quote != '\'' && i + 1 < text.size())
            words.back() += text[++i];
        else if (c == '\0')
            return Unexpected<std::string>("a command cannot hold a NUL byte");
        else
            words.back() += c;
    }
    if (quote != 0)
        return Unexpected<std::string>('"' + printable(text, 80) + "\" opens a quote and does not close it");
    if (words.empty() || words.front().empty())
        return Unexpected<std::string>("names no command; say exim4 -bs or sendmail -bs");
    return words;
}

} // namespace smtpprobe
