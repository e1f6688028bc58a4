// SPDX-License-Identifier: Apache-2.0
#include "smtp/message_lines.hpp"

#include <algorithm>

namespace smtpprobe {

void MessageLines::take(std::string_view bytes, std::string& out)
{
    for (const char c : bytes) {
        if (c == '\r') {
            ++held_;
            continue;
        }
        if (c == '\n') {
            stray_ += held_ > 1 ? held_ - 1 : 0;
            held_ = 0;
            end_line(out);
            continue;
        }
        stray_ += held_;
        for (; held_ > 0; --held_)
            end_line(out);
        out += c;
        ++octets_;
        ++line_;
        eight_bit_ = eight_bit_ || static_cast<unsigned char>(c) >= 0x80;
        has_nul_ = has_nul_ || c == '\0';
    }
}

void MessageLines::finish(std::string& out)
{
    stray_ += held_;
    for (; held_ > 0; --held_)
        end_line(out);
    if (line_ > 0)
        end_line(out);
}

void MessageLines::end_line(std::string& out)
{
    out += "\r\n";
    octets_ += 2;
    longest_ = std::max(longest_, line_);
    line_ = 0;
}

void DotStuffing::take(std::string_view lines, std::string& out)
{
    while (!lines.empty()) {
        if (at_line_start_ && lines.front() == '.')
            out += '.';
        const auto end = lines.find('\n');
        at_line_start_ = end != std::string_view::npos;
        const auto length = at_line_start_ ? end + 1 : lines.size();
        out.append(lines.substr(0, length));
        lines.remove_prefix(length);
    }
}

} // namespace smtpprobe
