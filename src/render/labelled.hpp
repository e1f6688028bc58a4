// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/printable.hpp"
#include "render/page.hpp"

namespace smtpprobe {

/// `  Meaning   text`, wrapped under itself; nothing where the text is empty. The text may be raw.
inline void print_part(Page& page, std::string_view label, std::string_view text)
{
    if (!text.empty())
        page.item("  " + padded(label, 10), Tone::faint, printable(text));
}

/// The steps that mend it, numbered where there are several.
template <class Texts> void print_fix(Page& page, const Texts& fix)
{
    std::string_view label = "To fix";
    for (std::size_t i = 0; i < fix.size(); ++i) {
        const auto number = fix.size() == 1 ? "" : std::to_string(i + 1) + ". ";
        page.item("  " + padded(label, 10) + number, Tone::faint, printable(fix[i]));
        label = "";
    }
}

/// On one line, joined by semicolons.
template <class Texts> void print_sources(Page& page, const Texts& sources)
{
    std::string joined;
    for (const auto& source : sources) {
        joined += joined.empty() ? "" : "; ";
        joined += source;
    }
    print_part(page, "Source", joined);
}

} // namespace smtpprobe
