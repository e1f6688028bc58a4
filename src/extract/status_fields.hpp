// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace smtpprobe {

/// The fields of one block of a delivery status (RFC 3464 2.1).
struct StatusBlock {
    std::vector<std::pair<std::string, std::string>> fields; ///< name in lower case, value unfolded

    /// The first that is not empty; empty where there is none.
    std::string_view field(std::string_view name) const;
    bool names_recipient() const;
};

/// The blocks between empty lines. Of a text for people, only the fields that RFC 3464 knows count. A
/// recipient's block that empty lines broke, or that ran into the next, is put right.
std::vector<StatusBlock> read_status_blocks(const std::vector<std::string>& lines, bool only_known_fields);

} // namespace smtpprobe
