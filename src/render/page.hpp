// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "render/style.hpp"
#include "smtpprobe/render.hpp"

namespace smtpprobe {

/// The lines of a text, broken at spaces so that none takes more than `width` columns. A word that
/// is longer is cut, except a URL: half a URL is of no use. At least one line. Text that fits stays as
/// it is; where it is broken, runs of spaces become one.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// `text` with spaces behind (or before) it up to `width` columns.
std::string padded(std::string_view text, std::size_t width);
std::string padded_left(std::string_view text, std::size_t width);

/// Text as it fills up, line by line, none of them wider than the page.
class Page {
public:
    explicit Page(const TextStyle& style);

    std::size_t width() const { return width_; }
    bool colour() const { return colour_; }

    /// An empty line, but never two, and none at the top.
    void gap();
    /// One finished line: what is in it is painted already, and fits.
    void line(std::string_view text);
    /// `lead` painted, then the text, wrapped; all lines but the first begin under the text.
    void item(std::string_view lead, Tone lead_tone, std::string_view text, Tone tone = Tone::plain);

    std::string take() { return std::move(text_); }

private:
    std::size_t width_;
    bool colour_;
    std::string text_;
};

} // namespace smtpprobe
