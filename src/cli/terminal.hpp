// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "cli/options.hpp"
#include "smtpprobe/render.hpp"

namespace smtpprobe {

/// Width and colour for standard output as it is now: a terminal, a pipe, NO_COLOR.
TextStyle text_style(Colour colour, int verbosity);

/// Is standard error a terminal that a line can be drawn on again and again?
bool can_show_progress();
/// Columns of the terminal behind standard error.
int progress_width();

/// All of it, to standard output, at once. False when nobody reads any more.
bool print(std::string_view text);
/// To standard error.
void complain(std::string_view text);

} // namespace smtpprobe
