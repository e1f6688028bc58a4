// SPDX-License-Identifier: Apache-2.0
#include "extract/log_ims.hpp"

#include "base/ascii.hpp"
#include "extract/log_line.hpp"
#include "extract/notation.hpp"
#include "extract/reading.hpp"

namespace smtpprobe {
namespace {

/// What stands behind the time and ` : `; the time's length is 0 where there is none.
struct Stamped {
    std::string_view when;
    std::string_view text;
};

Stamped stamped(std::string_view line)
{
    line = trimmed(line);
    const std::size_t length = time_length(line);
    if (length == 0 || !line.substr(length).starts_with(" : "))
        return {};
    return {line.substr(0, length), trimmed(line.substr(length + 3))};
}

bool is_arrow(std::string_view text) { return text.starts_with("<<< ") || text.starts_with(">>> "); }

} // namespace

bool ImsLog::is_line(std::string_view line)
{
    const Stamped found = stamped(line);
    return is_arrow(found.text) || found.text.starts_with("A connection was ");
}

void ImsLog::stamp(std::vector<Mention>& mentions, std::size_t from) const
{
    for (std::size_t i = from; i < mentions.size(); ++i)
        mentions[i].when = when_;
}

bool ImsLog::read(std::string_view line, std::size_t number, std::vector<Mention>& mentions)
{
    const std::size_t before = mentions.size();
    const Stamped found = stamped(line);
    if (found.when.empty()) {
        const std::string_view text = trimmed(line);
        if (!conversation_.in_reply() || text.empty())
            return false;
        conversation_.server(text, number, mentions);
        stamp(mentions, before);
        return true;
    }
    conversation_.end(mentions);
    stamp(mentions, before);
    when_ = found.when;
    if (is_arrow(found.text)) {
        const std::string_view text = trimmed(found.text.substr(4));
        if (reply_code(text) != 0)
            conversation_.server(text, number, mentions);
        else
            conversation_.client(text);
    } else if (found.text.starts_with("A connection was ")) {
        conversation_.connected({});
    } else if (tells_of_failure(found.text)) {
        conversation_.failure(found.text, number, mentions);
    }
    stamp(mentions, before);
    return true;
}

void ImsLog::end(std::vector<Mention>& mentions)
{
    const std::size_t before = mentions.size();
    conversation_.end(mentions);
    stamp(mentions, before);
}

} // namespace smtpprobe
