// SPDX-License-Identifier: Apache-2.0
#include "lab/answer_book.hpp"

#include <algorithm>

namespace smtpprobe {

std::optional<std::size_t> find_answer(const Conversation& conversation, std::size_t position,
                                       std::string_view said)
{
    const auto& lines = conversation.lines;
    position = std::min(position, lines.size());
    const auto search = [&](std::size_t from, std::size_t to) -> std::optional<std::size_t> {
        for (std::size_t i = from; i < to; ++i)
            if (lines[i].kind == LineKind::client && matches_client_line(lines[i].text, said))
                return i;
        return std::nullopt;
    };
    const auto is_tls = [](const ConversationLine& line) { return line.kind == LineKind::tls; };
    const auto here = lines.begin() + static_cast<std::ptrdiff_t>(position);
    const auto end = static_cast<std::size_t>(std::find_if(here, lines.end(), is_tls) - lines.begin());
    const auto begin = static_cast<std::size_t>(
        std::find_if(std::make_reverse_iterator(here), lines.rend(), is_tls).base() - lines.begin());

    const std::pair<std::size_t, std::size_t> order[] = {
        {position, end}, {begin, position}, {end, lines.size()}, {0, begin}};
    for (const auto& [from, to] : order)
        if (const auto found = search(from, to))
            return found;
    return std::nullopt;
}

} // namespace smtpprobe
