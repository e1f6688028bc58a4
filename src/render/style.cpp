// SPDX-License-Identifier: Apache-2.0
#include "render/style.hpp"

namespace smtpprobe {
namespace {

// The terminal's own sixteen colours: they suit its background, light or dark.
std::string_view sequence(Tone tone)
{
    switch (tone) {
    case Tone::plain: return "";
    case Tone::strong: return "\x1b[1m";
    case Tone::faint: return "\x1b[2m";
    case Tone::good: return "\x1b[1;32m";
    case Tone::caution: return "\x1b[1;33m";
    case Tone::bad: return "\x1b[1;31m";
    }
    return "";
}

} // namespace

std::string painted(std::string_view text, Tone tone, bool colour)
{
    const auto start = sequence(tone);
    if (!colour || text.empty() || start.empty())
        return std::string(text);
    return std::string(start) + std::string(text) + "\x1b[0m";
}

} // namespace smtpprobe
