// SPDX-License-Identifier: Apache-2.0
// Any reply to EHLO gives a list, of keywords that can be printed.
#include <algorithm>

#include "base/ascii.hpp"
#include "property.hpp"
#include "smtpprobe/capabilities.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace smtpprobe;
    const auto text = as_text(data, size);
    std::vector<std::string> lines;
    for (const auto line : split(text, '\n'))
        lines.emplace_back(line);
    const auto reply = Reply::make(250, std::move(lines));
    require(reply.has_value(), "lines without line ends make a reply");
    const auto list = parse_capabilities(*reply);
    require(list.all.size() < reply->lines().size() + 1, "not more capabilities than lines");
    for (const auto& capability : list.all) {
        require(is_free_of_control_bytes(capability.keyword, false), "a keyword is printable");
        require(to_upper(capability.keyword) == capability.keyword, "a keyword is in upper case");
        require(list.find(to_lower(capability.keyword)) != nullptr, "it is found in any case");
    }
    for (const auto& note : list.notes)
        require(std::find(reply->lines().begin(), reply->lines().end(), note.line) != reply->lines().end(),
                "a note quotes a line of the reply");
    return 0;
}
