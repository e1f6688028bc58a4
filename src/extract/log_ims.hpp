// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "extract/spoken_session.hpp"

namespace smtpprobe {

/// The SMTP log of Exchange's Internet Mail Service: `5/13/00 2:36:27 PM : >>> 250 x`, with the other lines
/// of a reply below it. Which arrow is the server depends on who called; the code tells.
class ImsLog {
public:
    static bool is_line(std::string_view line);
    /// Any line: false where it is none of this log's.
    bool read(std::string_view line, std::size_t number, std::vector<Mention>& mentions);
    void end(std::vector<Mention>& mentions);

private:
    void stamp(std::vector<Mention>& mentions, std::size_t from) const;

    SpokenSession conversation_;
    std::string when_;
};

} // namespace smtpprobe
