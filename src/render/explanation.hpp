// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "extract/mention.hpp"
#include "render/page.hpp"
#include "smtpprobe/explain.hpp"

namespace smtpprobe {

/// One JSON object on one line (schema/explanation-1.schema.json), with its line end.
std::string explanation_json(const Mention& mention, const Explained& explained);

/// The reply as it was said, and what it means, as a block.
void print_explanation(Page& page, const Mention& mention, const Explained& explained);

} // namespace smtpprobe
