// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "extract/bounce.hpp"
#include "extract/bounce_view.hpp"

namespace smtpprobe {

/// What this message is, by its header, its parts and its first words.
BounceKind kind_of(const BounceView& view);

} // namespace smtpprobe
