// SPDX-License-Identifier: Apache-2.0
#include "render/progress.hpp"

#include <algorithm>

#include "base/printable.hpp"

namespace smtpprobe {
namespace {

std::string_view waiting_words(Step step)
{
    switch (step) {
    case Step::resolve: return "looking up";
    case Step::connect: return "connecting";
    case Step::proxy: return "asking the proxy";
    case Step::greeting: return "waiting for its greeting";
    case Step::ehlo:
    case Step::helo:
    case Step::lhlo: return "saying hello";
    case Step::starttls:
    case Step::tls: return "starting TLS";
    case Step::xclient:
    case Step::xforward: return "saying for whom";
    case Step::auth: return "logging in";
    case Step::mail: return "naming the sender";
    case Step::rcpt: return "naming the recipient";
    case Step::data:
    case Step::bdat:
    case Step::message: return "sending the message";
    case Step::rset:
    case Step::noop:
    case Step::vrfy:
    case Step::expn:
    case Step::help:
    case Step::etrn:
    case Step::command: return "asking";
    case Step::quit: return "saying goodbye";
    }
    return "";
}

std::string more(std::size_t count) { return "and " + std::to_string(count) + " more"; }

/// Cut at `width` columns, whatever it says.
std::string fitted(std::string_view text, std::size_t width)
{
    std::size_t size = 0;
    while (size < text.size()) {
        const auto length = std::max<std::size_t>(1, utf8_sequence_length(text.substr(size)));
        if (columns(text.substr(0, size + length)) > width)
            break;
        size += length;
    }
    return std::string(text.substr(0, size));
}

} // namespace

std::string progress_line(const Waiting& waiting, int width)
{
    const auto room = static_cast<std::size_t>(std::max(width, 0));
    std::vector<std::string> parts;
    if (waiting.lookups_open > 0)
        parts.push_back("DNS: " + std::to_string(waiting.lookups_open) +
                        (waiting.lookups_open == 1 ? " answer due" : " answers due"));
    for (const auto& talk : waiting.talks) {
        auto part = printable(talk.host) + ": " + std::string(waiting_words(talk.step));
        // Several addresses of one host at one step say the same.
        if (std::find(parts.begin(), parts.end(), part) == parts.end())
            parts.push_back(std::move(part));
    }
    if (waiting.arrival)
        parts.emplace_back("waiting for the message to arrive");

    // Whole seconds: a line that is drawn again and again must not flicker.
    auto line = std::to_string(waiting.elapsed.count() / 1'000'000) + " s  ";
    if (parts.empty())
        return fitted(line + "working", room);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto left = parts.size() - i - 1;
        const auto separator = i == 0 ? "" : ", ";
        // Behind each part but the last there must be room to say how many more there are.
        const auto reserve = left == 0 ? 0 : 2 + columns(more(left));
        const bool fits = columns(line) + columns(separator + parts[i]) + reserve <= room;
        if (!fits && i > 0) {
            const auto counted = line + separator + more(left + 1);
            return columns(counted) <= room ? counted : fitted(line, room);
        }
        line += separator + parts[i];
    }
    return fitted(line, room);
}

} // namespace smtpprobe
