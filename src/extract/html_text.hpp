// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace smtpprobe {

/// The text of an HTML page, roughly: tags gone, a line for a block, common entities read. For reports
/// that come as HTML alone.
std::string html_text(std::string_view html);

} // namespace smtpprobe
