// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace smtpprobe {

/// What a piece of text is, for the eye. Colour only repeats what the words say.
enum class Tone { plain, strong, faint, good, caution, bad };

/// `text` between the ANSI sequences of the tone; as it is without colour, and where it is empty.
std::string painted(std::string_view text, Tone tone, bool colour);

} // namespace smtpprobe
